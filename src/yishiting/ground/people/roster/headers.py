"""What a column means, by the words of its heading; and where in a sheet the headings stand.

A heading is compared without spaces, line breaks, full-width forms, marks of a required field and brackets with units.
The rules are tried in order and the first that matches decides, so what must not be mistaken (套内面积, 身份证号, 紧急联系电话)
stands before what it resembles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from yishiting.ground.people.roster.model import AreaSource
from yishiting.ground.people.roster.sheets import Row
from yishiting.ground.people.roster.text import compact, tidy

Role = Literal[
    "sequence", "section", "location", "building", "entrance", "floor", "room", "area", "owner", "phone", "tenant_name",
    "tenant_phone", "residents", "type", "usage", "sold", "delivered", "note", "ignored",
]  # fmt: skip

LONGEST_HEADING = 24
SEARCHED_ROWS = 1000
"""How many rows of a sheet are looked through for its headings."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading says. Of several columns of one role the lowest ``rank`` is preferred."""

    role: Role
    rank: int = 0
    source: AreaSource = AreaSource.ROSTER


_BRACKETS = re.compile(r"[(\[{<【〔《](.*?)[)\]}>】〕》]")
_ORNAMENT = re.compile(r"[*:★☆.。!?\"'`=]|必填|选填|^\d+[、]")
_BUILDING_WORD = r"(?:楼栋|栋|幢|楼宇|号楼|楼座|座)"
_OWNER_TOO = r"(?<!房)屋主|房屋主人|权属人|业权人|物权人|产权方|产权所有者|^所有者|持有人|持证人|业户|购买人|承购人|受让人|认购人|买家"
"""Who owns a home, in the words of the rarer lists. 屋主 is no part of 房屋主要用途."""
_AREA_OF_SOMETHING_ELSE = re.compile(
    r"套内|使用|公摊|分摊|共有面积|阳台|花园|露台|车位|车库|储藏|地下|绿地|赠送|附属|差|占地|土地|绿化|减免"
)


def _area(words: str) -> Meaning:
    if _AREA_OF_SOMETHING_ELSE.search(words):
        return Meaning("ignored")
    if re.search(r"产权|登记|证|权属|不动产", words):
        return Meaning("area", 0, AreaSource.REGISTER)
    if re.search(r"实测|实际|测绘", words):
        return Meaning("area", 2, AreaSource.SURVEY)
    if re.search(r"合同|预测|销售|预售|认购|购房|暂测", words):
        return Meaning("area", 3, AreaSource.CONTRACT)
    return Meaning("area", 4 if re.search(r"计费|收费|物业|缴费", words) else 1)


_RULES: tuple[tuple[re.Pattern[str], Meaning], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"^(?:序号?|编号|行号|no|number|#|项次|排序|流水号|顺序号)$", Meaning("sequence")),
        # Never read: identity and certificates, money, dates, and what else a register may carry.
        (r"身份证|证件|护照|证号|证书|id(?:card|number|no)?$|社保|银行|账号|卡号", Meaning("ignored")),
        (r"关系$", Meaning("type")),
        (r"紧急|应急|签名|签字|盖章|编制|单价|金额|总价|房款|物业费|欠费|缴费|收费|费用|租金|租期|维修资金|余额|押金|水表|电表|燃气", Meaning("ignored")),
        (r"车位|车牌|车库|车辆|储藏|地下室|日期|时间|年月|性别|年龄|出生|生日|民族|籍贯|政治|党员|工作|职业|学历|学校|邮箱|邮编|微信|qq", Meaning("ignored")),
        (r"户籍|户口|通讯|通信|邮寄|联系地址|现住址|户型|朝向|用途|(?<!居住)(?<!人员)(?<!住户)性质|结构|装修|总层|总楼层|层高|总户数|^户数|社区|街道|派出所|网格|园区", Meaning("ignored")),
        (rf"(?:业主|产权人?|权利人|{_OWNER_TOO}|共有人?|客户|姓名).*(?:人数|编[号码]|代码|数量|比例|份额)$|共有(?:情况|方式)|份额|原业主|前业主|曾用|法定代表|法人", Meaning("ignored")),
        (r"老人|儿童|党员人|残疾|独居|流动人口|宠物|养犬|楼盘|小区名?称?$|^项目|建设单位|^开发商|物业公司|管家|房管员|楼长|栋长", Meaning("ignored")),
        # Who lives there without owning.
        (r"(?:租户|租客|承租|租赁人|租住人|租房人|房客).*(?:电话|手机|联系|号码)", Meaning("tenant_phone")),
        (r"^(?:租户|租客|承租人?|承租方|租赁人|租住人|租房人|房客)(?:信息)?(?:姓名|名称|名|人)?$", Meaning("tenant_name")),
        # Types and states before owners, whose words they contain.
        (rf"(?:人员|住户|客户|业主|{_OWNER_TOO}|身份|居住|居民|人户|房主|产权人)(?:类型|类别|身份|性质|分类|属性)|^(?:类型|类别|身份|角色|人员)$|业主或?[/、]?租[户客]|是否(?:为)?业主|产权关系", Meaning("type")),
        (r"类型|类别|种类|等级|面积段", Meaning("ignored")),
        (r"是否(?:已)?(?:售出|出售|销售|售|卖)|是否已售", Meaning("sold")),
        (r"是否(?:已)?(?:交付|交房|收房|接房|交楼|收楼|领钥匙)", Meaning("delivered")),
        (r"销售|售出|出售|交付|交房|收房|接房|交楼|销控", Meaning("usage")),
        (r"(?:使用|居住|入住|出租|租赁|租住|空置|房屋|房间|住房|房产)(?:/\w+)?(?:情况|状态|状况|方式|现状)|^(?:房态|状态|状况|现状|情况)$|是否(?:入住|出租|自住|空置|常住)|自住[/、或]?出租|业主状态", Meaning("usage")),
        (r"备注|说明|附注|^其他$|^其它$|^注$|remark|note|comment", Meaning("note")),
        # Residents.
        (r"(?:居住|常住|实住|现住|在住|同住|入住)(?:人数|人口|人员数)|residents", Meaning("residents", 0)),
        (r"^(?:家庭|户内|住户|总|每户|房屋)?(?:人数|人口|人口数|人口总数|成员数|成员人数)$|^户均人口$|^几口人$", Meaning("residents", 1)),
        # Owners, where a heading asks for the name and the phone in one cell; then phones; then owners.
        (rf"(?:业主|产权人|姓名|户主|房主|权利人|{_OWNER_TOO}).*(?:及|和|与|/|、|\+).*(?:电话|手机|联系方式)", Meaning("owner", 0)),
        (r"(?:家属|亲属|配偶|子女|物业|单位)(?:联系)?(?:电话|手机)", Meaning("ignored")),
        (r"(?:备用|其他|其它|第二|固定|固话|座机|宅电|家庭|住宅|办公).*(?:电话|号码|联系方式|手机号?)?$(?<=电话|号码|方式|手机|机号|固话|座机|宅电)", Meaning("phone", 3)),
        (rf"(?:业主|产权人|权利人|房主|户主|购房人|买受人|共有人|所有人|{_OWNER_TOO}).*(?:电话|手机|联系|号码|tel)", Meaning("phone", 0)),
        (r"(?:电话|手机|联系方式|联系号码|联系方法).*[2-9二三]$", Meaning("phone", 3)),
        (r"电话|手机|联系方式|联系号码|联系方法|^联系$|移动号码|^号码$|phone|mobile|^tel", Meaning("phone", 1)),
        (r"^(?:第[二三四]|其他|另一?)?(?:产权)?共有(?:产权)?(?:人|权人|业主)", Meaning("owner", -1)),
        (r"配偶|家属|家庭成员|紧急联系人|子女|监护|代理人|委托", Meaning("ignored")),
        (rf"业主(?:姓?名|信息)?|产权人|权利人|所有权人|产权所有|所有人|产权单位|房主|房东|购房[人者]|买受人|买房人|买方|{_OWNER_TOO}|^产权$|owner", Meaning("owner", 0)),
        (r"户主|客户(?:名称|姓名|名)?$|^户名$", Meaning("owner", 1)),
        (r"姓名|名字|住户|居民|使用人|联系人|^name$|^人名$", Meaning("owner", 2)),
        # Places: one cell for several parts before the parts.
        (rf"{_BUILDING_WORD}.*(?:房号|室号|户号|房间|门牌|[-/、+]室|[-/、+]房|[-/、+]号|室$)|单元.*(?:房号|室号|户号|房间|门牌|[-/、+]室|[-/、+]房|室$)", Meaning("location", 0)),
        (r"坐落|座落|房屋(?:地址|位置|全称|名称|信息|详址)|房产(?:地址|位置|名称|信息)|房号全称|物业(?:地址|名称|位置)|资源名称|房源(?:名称|信息)?$|楼房号", Meaning("location", 0)),
        (r"地址|住址|位置|^房屋$|^房产$|^房源$|^物业$|address", Meaning("location", 1)),
        (r"^(?:分期|期数|期别|期|所在期|组团|所属组团|苑区|分区|房屋分区|片区)$", Meaning("section")),
        (r"^(?:所在|所处)?楼?层(?:数|次|号)?$|^所在(?:楼?层)$|floor", Meaning("floor")),
        (rf"^(?:所在|所属|房屋)?(?:{_BUILDING_WORD}|楼号|楼名|楼|大楼|几栋|栋楼|组团楼栋|建筑物|楼幢)(?:[/、(]?(?:栋|幢|座|楼|号楼|号)\)?)?(?:号|号码|名|名称|编号|别|数|单元|/单元)?$|^楼栋.?单元(?:号)?$|building", Meaning("building")),
        (r"^(?:所在|所属)?(?:单元|梯|门洞|门栋|楼门|楼道|门(?=$))(?:[/、]?(?:梯|门|单元))?(?:号|位|号码|名|名称|编号|门)?$|entrance|^unit", Meaning("entrance")),
        (r"房号|室号|户号|门牌|房间|房屋号|户室|号房|房室|住房号|^门号$|^室$|^房$|^几室$|^户$|room|^house", Meaning("room", 0)),
        (r"房屋编[号码]|房产编[号码]|资源编[号码]", Meaning("room", 1)),
    )
)  # fmt: skip


@lru_cache(maxsize=4096)
def meaning_of(heading: str) -> Meaning | None:
    """Return what a heading means, None where its words say nothing that is looked for."""
    whole = _ORNAMENT.sub("", compact(heading)).lower()
    if not whole or len(whole) > LONGEST_HEADING or whole.isdigit():
        return None
    bare = _BRACKETS.sub("", whole)
    inner = "".join(_BRACKETS.findall(whole))
    if re.search(r"面积|建面|^平方数$|^平米数?$|^平方米$|^平方$|^area", bare):
        return _area(whole)
    if re.search(r"面积", inner) and bare in ("建筑", "房屋", "产权"):
        return _area(whole)
    # 房号(栋-单元-室) asks for a whole place in one cell; 姓名(业主) says whose name it is.
    if re.search(_BUILDING_WORD, inner) and re.search(r"室|房|号", inner) and re.search(r"房|室|号|址|落|置", bare):
        return Meaning("location", 0)
    for text in (bare, f"{inner}{bare}") if inner else (bare,):
        for pattern, meaning in _RULES:
            if pattern.search(text):
                if (
                    meaning.role == "owner"
                    and meaning.rank == 2
                    and re.search(rf"业主|产权人|权利人|房主|{_OWNER_TOO}", inner)
                ):
                    return Meaning("owner", 0)
                if meaning.role in ("owner", "phone") and re.search(r"租户|租客|承租", inner):
                    return Meaning("tenant_name" if meaning.role == "owner" else "tenant_phone")
                return meaning
    return None


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a sheet each role stands: column indexes by role, best first; and each column's heading as written."""

    row: int
    rows: int
    of: dict[Role, tuple[int, ...]]
    headings: dict[int, str]
    sources: dict[int, AreaSource] = field(default_factory=dict)
    companions: tuple[int, ...] = ()
    spare_phones: tuple[int, ...] = ()

    def first(self, role: Role) -> int | None:
        """Return the best column of a role."""
        columns = self.of.get(role, ())
        return columns[0] if columns else None

    def heading(self, *roles: Role) -> str:
        """Return the heading of the first of these roles that the sheet has, as written."""
        for role in roles:
            if (column := self.first(role)) is not None:
                return self.headings[column]
        return ""

    @property
    def missing(self) -> str:
        """The heading that a roster cannot do without and that is not there; empty where nothing lacks."""
        if not (self.of.get("room") or self.of.get("location")):
            return "房号"
        if not self.of.get("area"):
            return "建筑面积"
        if not self.of.get("owner"):
            return "业主姓名"
        return ""


_GROUP = re.compile(
    r"^(?:业主|产权人|租户|租客|承租人|房屋|房产|住户|共有人|联系|基本|人员|居住|物业|位置)(?:基本)?(?:信息|情况|资料)?$"
)
_DATA = re.compile(r"^[\d.,%-]+$")
_ENOUGH = 2


def _columns(row: int, rows: int, cells: Sequence[str | None], meanings: Sequence[Meaning | None]) -> Columns:
    found: dict[Role, list[tuple[int, int]]] = {}
    for index, meaning in enumerate(meanings):
        if meaning is not None:
            found.setdefault(meaning.role, []).append((meaning.rank, index))
    of: dict[Role, tuple[int, ...]] = {role: tuple(i for _, i in sorted(each)) for role, each in found.items()}
    companions: tuple[int, ...] = ()
    spare: tuple[int, ...] = ()
    if "owner" in found:
        # 业主姓名 beside 联系人 or 住户: the stronger word names the owner. Co-owners (rank -1) are always added.
        ranks = [rank for rank, _ in found["owner"] if rank >= 0]
        best = min(ranks) if ranks else -1
        of["owner"] = tuple(i for rank, i in found["owner"] if rank == best)
        companions = tuple(i for rank, i in found["owner"] if rank == -1 and best != -1)
    if "phone" in found:
        # A spare number is asked only where the main one is blank, so that it never parts one owner into two.
        best = min(rank for rank, _ in found["phone"])
        of["phone"] = tuple(i for rank, i in found["phone"] if rank == best)
        spare = tuple(i for rank, i in sorted(found["phone"]) if rank != best)
    return Columns(
        row=row,
        rows=rows,
        of=of,
        headings={index: tidy_heading(cell) for index, cell in enumerate(cells) if cell},
        sources={i: m.source for i, m in enumerate(meanings) if m is not None and m.role == "area"},
        companions=companions,
        spare_phones=spare,
    )


def tidy_heading(text: str | None) -> str:
    """Return a heading as written, without the white space around it."""
    return (text or "").strip()


def _roles(meanings: Sequence[Meaning | None]) -> set[Role]:
    return {meaning.role for meaning in meanings if meaning is not None and meaning.role != "ignored"}


def _looks_like_headings(meanings: Sequence[Meaning | None]) -> bool:
    roles = _roles(meanings)
    place = roles & {"room", "location"}
    person = roles & {"area", "owner", "phone", "tenant_name"}
    return bool(place and person) or (
        len(roles - {"note", "type", "usage"}) >= 3 and bool(place or roles & {"building"})
    )


def _under(upper: str | None, lower: str | None) -> Meaning | None:
    """Return the meaning of a heading of two rows: 租户 over 电话 is the tenant's phone."""
    group = compact(upper)
    if not lower:
        return meaning_of(upper or "")
    if _GROUP.match(group):
        whose = re.sub(r"(?:基本)?(?:信息|情况|资料)$", "", group)
        return meaning_of(f"{whose}{compact(lower)}") or meaning_of(lower)
    if re.search(r"面积", group) and not re.search(r"面积", lower):
        return meaning_of(f"{compact(lower)}面积")
    return meaning_of(lower)


def _spread(cells: Sequence[str | None], below: Sequence[str | None]) -> list[str | None]:
    """Carry a group's heading over the columns to its right that have headings of their own under it only."""
    spread: list[str | None] = []
    last: str | None = None
    for index, lower in enumerate(below):
        own = cells[index] if index < len(cells) else None
        last = own if own else (last if lower else None)
        spread.append(last)
    spread.extend(cells[len(below) :])
    return spread


def find_columns(rows: Sequence[Row]) -> tuple[int, Columns] | None:
    """Return the index among ``rows`` of the row of headings and what its columns mean; None where there is none.

    Headings of two rows (业主信息 over 姓名 and 电话) are joined where the second row holds words and no figures.
    """
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        cells = row.cells
        filled = [cell for cell in cells if cell]
        if len(filled) < _ENOUGH:
            continue
        single = [meaning_of(cell or "") for cell in cells]
        after = rows[index + 1] if index + 1 < len(rows) else None
        if after is not None and after.number == row.number + 1 and _may_be_second(after.cells):
            width = max(len(cells), len(after.cells))
            below = list(after.cells) + [None] * (width - len(after.cells))
            above = _spread(cells, below)
            double = [_under(up, low) for up, low in zip(above, below, strict=True)]
            known = any(meaning is not None for meaning in single) or any(
                _GROUP.match(compact(cell)) for cell in filled
            )
            gained = sum(m is not None for m in double) > sum(m is not None for m in single)
            if known and gained and _looks_like_headings(double) and len(set(filled)) > 1:
                written = [low or up for up, low in zip(above, below, strict=True)]
                return index, _columns(row.number, 2, written, double)
        if _looks_like_headings(single):
            return index, _columns(row.number, 1, cells, single)
    return None


def _may_be_second(cells: Sequence[str | None]) -> bool:
    filled = [tidy(cell) for cell in cells if cell]
    return (
        bool(filled)
        and not any(_DATA.match(cell) for cell in filled)
        and any(meaning_of(cell) is not None for cell in filled)
        and all(len(cell) <= LONGEST_HEADING for cell in filled)
    )


def is_headings_again(cells: Sequence[str | None], columns: Columns) -> bool:
    """Return whether a row repeats the headings, as after a page break."""
    filled = [(index, cell.strip()) for index, cell in enumerate(cells) if cell and cell.strip()]
    same = sum(columns.headings.get(index) == cell for index, cell in filled)
    if len(filled) >= _ENOUGH and same * 2 > len(filled):
        return True
    return len(filled) > _ENOUGH and _looks_like_headings([meaning_of(cell) for _, cell in filled])
