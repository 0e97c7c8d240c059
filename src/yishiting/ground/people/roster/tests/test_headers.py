"""Headings as they are written in rosters, and what each means."""

from __future__ import annotations

import pytest

from yishiting.ground.people.roster.headers import find_columns, meaning_of
from yishiting.ground.people.roster.model import AreaSource
from yishiting.ground.people.roster.sheets import Row
from yishiting.ground.people.roster.tests.sheets import codes, roster

MEANINGS = {
    "sequence": "序号|序 号|编号|No.",
    "location": "房屋坐落|坐落|房屋座落|地址|房屋地址|详细地址|房屋位置|房号全称|楼栋房号|楼房号|栋-单元-室|楼栋/单元/房号|房号（栋-单元-室）|"
    "家庭住址|住址|单元房号|单元室号|资源名称|房产地址|房屋信息|房屋|幢单元室",
    "building": "楼栋|楼 栋|楼栋号|栋号|幢号|栋|幢|楼号|座|座号|号楼|楼宇|楼宇名称|楼栋名称|所属楼栋|所在楼栋|楼幢|栋（幢）|栋/座|楼栋单元|楼\n栋|"
    "栋别|房屋楼栋|楼名|楼栋编号|楼座|幢",
    "entrance": "单元|单元号|梯|梯号|门洞|所属单元|单元名称|单元/梯|楼门|单 元|门",
    "room": "房号|室号|房间号|门牌号|户号|房屋号|房 号|房间|室|房室号|门牌|房屋编号",
    "floor": "楼层|层|所在楼层|所在层|层数|楼层号",
    "area": "建筑面积（㎡）|建筑面积|面积(平方米)|产权面积|面积|合同面积|实测面积|建筑面积\n(M2)|房屋面积|登记面积|产证面积|建面|计费面积|房产证面积|"
    "不动产证面积|收费面积（㎡）|建筑面积*|面积/㎡|平方数|预测面积|建筑　面积",
    "owner": "业主姓名|产权人|权利人|业主|姓名|产权人姓名|户主|户主姓名|房主姓名|业主名称|买受人|购房人|权利人名称|客户名称|不动产权利人|业主（产权人）|"
    "所有权人|共有人|共有人姓名|业主1|业主2|姓 名|住户姓名|房屋所有权人|业主姓名（全部）|产权所有人|房东姓名|业主姓名及电话|姓名（业主）|"
    "权属人|权属人姓名|房屋权属人|屋主|屋主姓名|屋主信息|房主|房屋主人|户名|所有人|所有者|产权人名称|产权持有人|业权人|物权人|产权方|业户|业户名称|持证人|"
    "购买人|承购人|受让人|认购人|买家|权属人及电话|屋主（联系电话）|姓名（屋主）|不动产权利人姓名/名称|共有权人",
    "phone": "联系电话|手机号|电话|手机|联系方式|手机号码|电话号码|业主电话|联系电话（手机）|移动电话|业主联系方式|业主手机号码|产权人电话|固定电话|备用电话|"
    "联系电话1|联系电话2|户主电话|座机|权属人电话|屋主手机|业户联系电话|权属人联系方式（手机）",
    "residents": "居住人数|人口|家庭人数|常住人口|人数|常住人数|家庭人口|实住人数|入住人数|居住人口|现住人数|户内人数|人口数|居住人数（人）",
    "type": "人员类型|身份|人员类别|业主/租户|住户类型|与业主关系|客户类型|业主类型|业主或租户|住户身份|居住性质|是否业主",
    "usage": "使用情况|房屋状态|销售状态|交付状态|入住情况|房态|使用状态|居住状况|出租情况|是否入住|交房情况|自住/出租|房屋使用情况|收房状态",
    "sold": "是否已售|是否售出",
    "delivered": "是否交付|是否交房",
    "note": "备注|说明|情况说明|备 注",
    "tenant_name": "租户姓名|租客|承租人|租户|承租人姓名|租客姓名|租房人",
    "tenant_phone": "租户电话|租客手机|承租人联系方式|租户联系电话",
    "section": "分期|组团|期数",
    "ignored": "身份证号|身份证号码|证件号码|业主身份证号|套内面积|套内建筑面积|使用面积|公摊面积|不动产权证号|紧急联系电话|紧急联系人|车位号|交房日期|性别|"
    "年龄|物业费|户型|户籍地址|工作单位|证件类型|业主编号|业主签字|车牌号|车位面积|地下室面积|房屋用途|入住时间|配偶姓名|家庭成员|面积差|"
    "党员人数|流动人口|物业公司电话|总户数|共有情况|权属证号|权属性质|权属人身份证号|业户编号|屋主人数|房屋主要用途|房屋主体结构|认购日期|业户数量|总楼层|花园面积|产权证书号|租金|房屋类型",
}


@pytest.mark.parametrize(
    ("role", "heading"), [(role, text) for role, texts in MEANINGS.items() for text in texts.split("|")]
)
def test_a_heading_means_its_role(role: str, heading: str) -> None:
    meaning = meaning_of(heading)
    assert meaning is not None
    assert meaning.role == role


@pytest.mark.parametrize(
    "text",
    ["滨河佳苑小区业主名册（2024年4月）通讯录及各户情况一览", "南楼", "101", "13900000001", "89.47", "", "业委会"],
)
def test_what_is_no_heading_means_nothing(text: str) -> None:
    assert meaning_of(text) is None


@pytest.mark.parametrize(
    ("heading", "source"),
    [
        ("产权面积", AreaSource.REGISTER),
        ("不动产证面积", AreaSource.REGISTER),
        ("实测建筑面积", AreaSource.SURVEY),
        ("建筑面积（合同）", AreaSource.CONTRACT),
        ("建筑面积", AreaSource.ROSTER),
    ],
)
def test_the_heading_says_where_an_area_comes_from(heading: str, source: AreaSource) -> None:
    meaning = meaning_of(heading)
    assert meaning is not None
    assert meaning.source is source


def test_the_register_stands_before_the_survey_and_the_survey_before_the_contract_home_by_home() -> None:
    headings = ("套内面积", "合同面积", "实测面积", "产权面积", "楼栋", "房号", "业主")
    read = roster(
        (70, 90, 91, 92, "1栋", "101", "甲某"),
        (70, 90, 91, None, "1栋", "102", "乙某"),
        (70, 90, None, None, "1栋", "103", "丙某"),
        (70, None, None, None, "1栋", "104", "丁某"),
        headings=headings,
    )
    assert [(home.area, home.area_source.value) for home in read.homes] == [
        (92, "register"),
        (91, "survey"),
        (90, "contract"),
        (None, "register"),
    ]
    assert [(each.row, each.column, each.code) for each in read.problems] == [(5, "产权面积", "area_missing")]


def test_headings_are_found_in_any_order_under_titles_and_remarks() -> None:
    read = roster(
        ("填表日期：2024年4月", None, "填表人：某某", None, None, None),
        (None,),
        ("说明：房号、面积、业主姓名请照产权证填写", None, None, None, None, None),
        ("联系电话", "业主", "建筑\n面积（㎡）", "室 号", "单　元", "幢号"),
        ("13900000001", "张三", "88.80", "501", "1", "7"),
        headings=("莱茵小镇业主名册", None, None, None, None, None),
    )
    home = read.homes[0]
    assert (home.row, home.building, home.entrance, home.room, home.owners) == (6, "7幢", "1单元", "501", ("张三",))
    assert read.problems == ()


def test_headings_of_two_rows_are_joined() -> None:
    read = roster(
        ("楼栋", "单元", "房号", "产权", "实测", "姓名", "电话", "姓名", "电话"),
        ("1栋", "1单元", "101", 90, 91, "张三", "13900000001", "李四", "13900000002"),
        headings=("房屋信息", None, None, "建筑面积", None, "业主信息", None, "租户信息", None),
    )
    home = read.homes[0]
    assert (home.owners, home.phones) == (("张三",), ("13900000001",))
    assert (home.tenants, home.tenant_phones) == (("李四",), ("13900000002",))
    assert (home.area, home.area_source.value) == (90, "register")
    assert codes(read) == []


def test_a_heading_merged_over_two_rows_stands_for_its_column() -> None:
    read = roster(
        (None, None, None, None, "姓名", "电话"),
        ("1", "1栋", "1", "101", "张三", "13900000001", "80"),
        headings=("序号", "楼栋", "单元", "房号", "业主", None, "建筑面积"),
    )
    assert [(home.owners, home.phones, home.area) for home in read.homes] == [(("张三",), ("13900000001",), 80)]


def test_headings_repeated_after_a_page_break_are_passed_over() -> None:
    headings = ("楼栋", "单元", "房号", "建筑面积", "业主姓名", "联系电话")
    read = roster(
        ("1栋", "1", "101", 80, "张三", None), headings, ("1栋", "1", "102", 80, "李四", None), headings=headings
    )
    assert [home.row for home in read.homes] == [2, 4]
    assert codes(read) == []


def test_a_row_of_homes_is_never_taken_for_headings() -> None:
    rows = (
        Row(1, ("莱茵小镇1栋1单元101", "90", "张三", "业主", "自住")),
        Row(2, ("莱茵小镇1栋1单元102", "90", "李四", "租户", "出租")),
    )
    assert find_columns(rows) is None


def test_the_owners_word_is_stronger_than_that_of_a_contact() -> None:
    read = roster(("1栋101", 80, "王五", "张三", "李四"), headings=("地址", "面积", "联系人", "产权人", "共有人"))
    assert read.homes[0].owners == ("张三", "李四")


def test_a_spare_phone_is_asked_only_where_the_main_one_is_blank() -> None:
    read = roster(
        ("1栋101", 80, "张三", "0358-1234567", "13900000001"),
        ("1栋102", 80, "李四", "0358-1234568", None),
        headings=("地址", "面积", "业主", "固定电话", "手机号"),
    )
    assert [home.phones for home in read.homes] == [("13900000001",), ("03581234568",)]
