"""The roster's pages: who sees names, what is on record afterwards, and that a file is taken in as it was confirmed."""

from __future__ import annotations

import io
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from tests.support.signing import sign_in
from tests.support.world import START, World, add_tenant, make_person, make_world, own
from yishiting.ground.people import roster as roster_package
from yishiting.ground.people.models import Holding, Person, UnsettledPhone
from yishiting.ground.people.services import uploads
from yishiting.ground.people.sign_in import may_sign_in
from yishiting.ground.places.models import DeclaredFigure, Entrance, Home
from yishiting.kernel import clock
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

DATA = Path(roster_package.__file__).parent / "tests" / "data"
HEAD = "楼栋,单元,房号,建筑面积,业主姓名,联系电话,居住人数"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _elsewhere(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setenv("YISHITING_NOW", START.isoformat())
    cache.clear()


def signed_in(person: Person) -> Client:
    return sign_in(Client(), person)


@pytest.fixture
def world() -> World:
    return make_world(12)


@pytest.fixture
def staff(world: World) -> Client:
    return signed_in(world.staff["community_worker"])


def csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("名册.csv", "\n".join([HEAD, *lines]).encode())


def send(client: Client, world: World, file: object, **more: str) -> str:
    """Upload a file and return the address of its preview."""
    response = client.post(f"/desk/{world.estate.slug}/roster/import/", {"file": file, **more})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def seal_on(page: str) -> str:
    found = re.search(r'name="seal" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def kinds(world: World) -> list[str]:
    return list(
        Entry.objects.filter(estate_id=world.estate.pk, kind__startswith="people.")
        .order_by("seq")
        .values_list("kind", flat=True)
    )


# ---------------------------------------------------------------------------------------------------------- who sees
@pytest.mark.parametrize("who", ["grid_worker", "property_manager", "committee_chair", "supervisor"])
def test_whoever_is_not_trusted_with_the_roster_sees_no_name(world: World, who: str) -> None:
    client = signed_in(world.staff[who])
    home = world.homes[0]
    slug = world.estate.slug
    for address in (
        "/desk/roster/",
        f"/desk/{slug}/roster/export/",
        f"/desk/{slug}/roster/homes/{home.pk}/",
        f"/desk/{slug}/roster/import/",
        f"/desk/{slug}/roster/import/done/1/",
    ):
        response = client.get(address)
        assert response.status_code == 403, address
        assert "业主0" not in response.content.decode()


def test_nobody_is_sent_to_sign_in(world: World) -> None:
    response = Client().get("/desk/roster/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_staff_of_another_place_reach_neither_list_nor_home_nor_upload(world: World) -> None:
    other = make_world(2, name="别处苑")
    client = signed_in(other.staff["community_worker"])
    assert "业主0" in client.get("/desk/roster/").content.decode()
    page = client.get(f"/desk/roster/?estate={world.estate.slug}").content.decode()
    assert "别处苑的名册" in page
    assert client.get(f"/desk/{world.estate.slug}/roster/homes/{world.homes[0].pk}/").status_code == 403
    # A home of another estate under one's own address.
    assert client.get(f"/desk/{other.estate.slug}/roster/homes/{world.homes[0].pk}/").status_code == 404
    assert client.get(f"/desk/{world.estate.slug}/roster/import/").status_code == 403


def test_looking_at_names_is_on_record_once_a_day(world: World, staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    staff.get("/desk/roster/")
    staff.get("/desk/roster/?q=业主3")
    assert kinds(world) == ["people.roster_viewed"]
    entry = Entry.objects.get(estate_id=world.estate.pk, kind="people.roster_viewed")
    assert entry.actor_id == world.staff["community_worker"].pk
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T00:30:00+08:00")
    assert clock.now() == datetime.fromisoformat("2026-03-03T00:30:00+08:00")
    staff.get("/desk/roster/")
    assert kinds(world) == ["people.roster_viewed"] * 2
    public = Client().get(f"/e/{world.estate.slug}/record/").content.decode()
    assert "查看了名册" not in public


# --------------------------------------------------------------------------------------------------------------- list
def test_the_list_is_searched_by_place_and_by_owner(world: World, staff: Client) -> None:
    page = staff.get("/desk/roster/?q=业主7").content.decode()
    assert "业主7" in page
    assert "业主3" not in page
    page = staff.get("/desk/roster/?q=1栋 2单元 101").content.decode()
    assert "业主6" in page
    assert "业主0" not in page
    assert "没有找到" in staff.get("/desk/roster/?q=99栋").content.decode()


def test_what_waits_to_be_settled_can_be_listed_by_itself(world: World, staff: Client) -> None:
    Home.objects.filter(pk=world.homes[1].pk).update(area=None)
    Holding.objects.filter(home=world.homes[2]).delete()
    Home.objects.filter(pk=world.homes[5].pk).update(kind="unsold")
    Holding.objects.filter(home=world.homes[5]).delete()
    double = make_person("同号人", world.owners[3].phone)
    own(world.estate, [world.homes[4]], [double])
    UnsettledPhone.objects.create(estate=world.estate, phone_hash=double.phone_hash)

    def rooms(settle: str) -> set[str]:
        page = staff.get(f"/desk/roster/?settle={settle}").content.decode()
        return set(re.findall(r"homes/(\d+)/\">1栋", page))

    assert rooms("area") == {str(world.homes[1].pk)}
    assert rooms("owner") == {str(world.homes[2].pk)}
    assert rooms("phone") == {str(world.homes[3].pk), str(world.homes[4].pk)}
    assert len(rooms("nonsense")) == 12


def test_totals_stand_beside_what_the_estate_declares(world: World, staff: Client) -> None:
    DeclaredFigure.objects.create(estate=world.estate, name="homes", value=1900, approximate="at_least")
    DeclaredFigure.objects.create(estate=world.estate, name="buildings", value=1)
    DeclaredFigure.objects.create(estate=world.estate, name="residents", value=25, approximate="about")
    page = staff.get("/desk/roster/").content.decode()
    assert "≥1900 户" in page
    assert "约25 人" in page
    assert page.count("对不上<") == 1
    assert "1,200.00" in page


@pytest.mark.parametrize("address", ["/desk/roster/", "/desk/roster/?q=业主", "/desk/roster/?settle=phone"])
def test_the_list_takes_as_many_queries_for_a_large_estate(
    world: World, staff: Client, django_assert_max_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    UnsettledPhone.objects.create(estate=world.estate, phone_hash=world.owners[0].phone_hash)
    staff.get("/desk/roster/")
    with django_assert_max_num_queries(15) as small:
        staff.get(address)
    entrance = world.entrances[0]
    made = Home.objects.bulk_create(
        [
            Home(
                estate=world.estate, building=entrance.building, entrance=entrance, room=f"x{i}", order=100 + i, area=50
            )
            for i in range(300)
        ]
    )
    for home in made[:80]:
        person = make_person(f"业主新{home.pk}", "13900009999")
        own(world.estate, [home], [person])
    UnsettledPhone.objects.create(estate=world.estate, phone_hash=person.phone_hash)
    with django_assert_max_num_queries(15) as large:
        staff.get(address)
    assert len(large) == len(small)


def test_a_tenant_is_counted_and_not_named(world: World, staff: Client) -> None:
    add_tenant(world, world.homes[0], name="租客某")
    for address in ("/desk/roster/", f"/desk/{world.estate.slug}/roster/homes/{world.homes[0].pk}/"):
        assert "租客某" not in staff.get(address).content.decode()
    assert "1 人" in staff.get(f"/desk/{world.estate.slug}/roster/homes/{world.homes[0].pk}/").content.decode()


# ------------------------------------------------------------------------------------------------------------- export
def test_the_export_is_the_filtered_list_with_masked_phones_and_each_one_is_on_record(
    world: World, staff: Client
) -> None:
    Person.objects.filter(pk=world.owners[2].pk).update(name="=HYPERLINK(1)")
    Home.objects.filter(pk=world.homes[2].pk).update(area=Decimal("89.4700"))
    add_tenant(world, world.homes[2], name="租客某")
    for _ in range(2):
        response = staff.get(f"/desk/{world.estate.slug}/roster/export/?q=301")
    assert kinds(world) == ["people.roster_exported"] * 2
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3
    assert rows[1][:3] == ("1栋", "1单元", "301")
    assert rows[1][4] == 89.47
    assert rows[1][6] == "=HYPERLINK(1)"
    assert sheet.cell(2, 7).data_type == "s"
    assert re.fullmatch(r"\d{3}\*{4}\d{4}", str(rows[1][7]))
    assert rows[1][9] == 1
    assert "租客某" not in str(rows)


# --------------------------------------------------------------------------------------------------------------- area
def test_a_corrected_area_is_on_record_with_before_and_after(world: World, staff: Client) -> None:
    address = f"/desk/{world.estate.slug}/roster/homes/{world.homes[0].pk}/"
    response = staff.post(address, {"area": "８９.４７ ㎡", "source": "register", "reason": "document"})
    assert response.status_code == 302
    home = Home.objects.get(pk=world.homes[0].pk)
    assert (home.area, home.area_source) == (Decimal("89.47"), "register")
    entry = Entry.objects.get(estate_id=world.estate.pk, kind="people.area_set")
    assert entry.subject_id == home.pk
    assert entry.facts == {
        "before": "100.0000",
        "after": "89.4700",
        "source_before": "roster",
        "source": "register",
        "reason": "document",
    }
    assert not verify(world.estate.pk).faults
    record = signed_in(world.owners[1]).get(f"/e/{world.estate.slug}/record/").content.decode()
    assert "由 100.00 改为 89.47 平方米" in record


@pytest.mark.parametrize("area", ["", "0", "-3", "约90", "89,47", "一百"])
def test_what_is_no_area_is_refused_and_everything_typed_stays(world: World, staff: Client, area: str) -> None:
    address = f"/desk/{world.estate.slug}/roster/homes/{world.homes[0].pk}/"
    page = staff.post(address, {"area": area, "source": "survey", "reason": "survey"}).content.decode()
    assert "有 1 处要改" in page
    assert f'value="{area}"' in page or not area
    assert re.search(r'value="survey"[^>]*checked', page)
    assert Home.objects.get(pk=world.homes[0].pk).area == 100
    assert not Entry.objects.filter(kind="people.area_set").exists()


# -------------------------------------------------------------------------------------------------------------- phone
@pytest.fixture
def shared(world: World) -> tuple[UnsettledPhone, Person, Person]:
    one = world.owners[3]
    other = add_tenant(world, world.homes[4], name="同号租客")
    other.phone = one.phone
    other.save()
    row = UnsettledPhone.objects.create(estate=world.estate, phone_hash=one.phone_hash)
    return row, one, other


def test_a_settled_phone_signs_in_whoever_it_is(
    world: World, staff: Client, shared: tuple[UnsettledPhone, Person, Person]
) -> None:
    row, one, other = shared
    phone = one.phone
    assert may_sign_in(phone) is None
    address = f"/desk/{world.estate.slug}/roster/phones/{row.pk}/"
    page = staff.get(address).content.decode()
    assert phone in page
    assert "同号租客" in page
    assert staff.post(address, {}).status_code == 422
    assert may_sign_in(phone) is None
    assert staff.post(address, {"person": one.pk}).status_code == 302
    assert may_sign_in(phone) == one
    assert Person.objects.get(pk=other.pk).phone == ""
    assert staff.get(address).status_code == 404


def test_reading_who_a_tenant_is_leaves_an_entry_about_him(
    world: World, staff: Client, shared: tuple[UnsettledPhone, Person, Person]
) -> None:
    for _ in range(2):
        staff.get(f"/desk/{world.estate.slug}/roster/phones/{shared[0].pk}/")
    entry = Entry.objects.get(estate_id=world.estate.pk, kind="people.tenant_viewed")
    assert (entry.subject_kind, entry.subject_id) == ("person", shared[2].pk)


# ------------------------------------------------------------------------------------------------------------- import
def test_a_file_is_previewed_then_taken_in_and_forgotten(world: World, staff: Client) -> None:
    address = send(staff, world, csv("1栋,1单元,101,90,新业主,13900001001,3"))
    page = staff.get(address).content.decode()
    assert "新增 0 户，变更 1 户" in page
    assert "面积由 100.00 平方米 改为 90.00 平方米" in page
    assert Home.objects.get(pk=world.homes[0].pk).area == 100
    response = staff.post(address, {"seal": seal_on(page)})
    assert response.status_code == 302
    assert Home.objects.get(pk=world.homes[0].pk).area == 90
    done = staff.get(response["Location"]).content.decode()
    assert "收下 1 户，其中新增 0 户，变更 1 户" in done
    assert default_storage.listdir(uploads.FOLDER)[1] == []
    assert staff.post(address, {"seal": seal_on(page)}).status_code == 404
    assert kinds(world) == ["people.roster_viewed", "people.roster_imported"]


def test_a_register_that_changed_meanwhile_is_shown_again_before_anything_is_written(
    world: World, staff: Client
) -> None:
    address = send(staff, world, csv("1栋,1单元,101,90,业主0,,2"))
    seal = seal_on(staff.get(address).content.decode())
    Home.objects.filter(pk=world.homes[0].pk).update(area=Decimal(77))
    response = staff.post(address, {"seal": seal})
    page = response.content.decode()
    assert response.status_code == 409
    assert "名册又有了变动" in page
    assert "由 77.00 平方米" in page
    assert Home.objects.get(pk=world.homes[0].pk).area == 77
    assert staff.post(address, {"seal": seal_on(page)}).status_code == 302
    assert Home.objects.get(pk=world.homes[0].pk).area == 90


def test_a_confirmation_without_its_seal_writes_nothing(world: World, staff: Client) -> None:
    address = send(staff, world, csv("1栋,1单元,101,90,业主0,,2"))
    assert staff.post(address, {}).status_code == 409
    assert Home.objects.get(pk=world.homes[0].pk).area == 100


def test_confirming_what_changes_nothing_writes_nothing_and_says_so(world: World, staff: Client) -> None:
    line = "1栋,1单元,101,90,业主0,,2"
    first = send(staff, world, csv(line))
    assert staff.post(first, {"seal": seal_on(staff.get(first).content.decode())}).status_code == 302
    again = send(staff, world, csv(line))
    seal = seal_on(staff.get(again).content.decode())
    before = kinds(world)
    answer = staff.post(again, {"seal": seal}, follow=True)
    assert "没有变化" in answer.content.decode()
    assert kinds(world) == before


def test_a_new_entrance_is_refused_until_it_is_allowed(world: World, staff: Client) -> None:
    address = send(staff, world, csv("1栋,7单元,101,90,新业主,,2"))
    page = staff.get(address).content.decode()
    assert "第 2 行" in page
    assert "有 1 行没有收" in page
    allowed = staff.get(f"{address}?new=1").content.decode()
    assert "新增 1 户" in allowed
    # The seal of one comparison does not confirm the other.
    assert staff.post(address, {"seal": seal_on(allowed)}).status_code == 409
    assert not Entrance.objects.filter(label="7单元").exists()
    assert staff.post(address, {"seal": seal_on(allowed), "new": "1"}).status_code == 302
    assert Entrance.objects.filter(label="7单元").exists()


def test_nobody_but_the_uploader_reaches_what_was_uploaded(world: World, staff: Client) -> None:
    address = send(staff, world, csv("1栋,1单元,101,90,业主0,,2"))
    colleague = make_person("同事", "13900008888")
    post = world.staff["community_worker"].terms.get().post
    post.terms.create(person=colleague, since=START)
    assert signed_in(colleague).get(address).status_code == 404
    assert staff.get(address.replace("import/1", "import/2")).status_code == 404


def test_an_upload_is_sealed_at_rest_and_gone_after_a_day(
    world: World, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(staff, world, csv("1栋,1单元,101,90,秘密业主,13900001001,2"))
    (name,) = default_storage.listdir(uploads.FOLDER)[1]
    with default_storage.open(f"{uploads.FOLDER}/{name}") as file:
        kept = file.read()
    assert "秘密业主".encode() not in kept
    assert b"13900001001" not in kept
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T10:00:00+08:00")
    assert staff.get(address).status_code == 404
    send(staff, world, csv("1栋,1单元,101,90,业主0,,2"))
    assert name not in default_storage.listdir(uploads.FOLDER)[1]


def test_giving_up_deletes_the_file(world: World, staff: Client) -> None:
    address = send(staff, world, csv("1栋,1单元,101,90,业主0,,2"))
    assert staff.post(address, {"give_up": "1"}).status_code == 302
    assert default_storage.listdir(uploads.FOLDER)[1] == []


def formulas_only() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["楼栋", "单元", "房号", "建筑面积", "业主姓名"])
    for row in range(2, 9):
        sheet.append(["1栋", "1单元", f"=A{row}&B{row}", f"=D{row - 1}+1", f"=E{row - 1}"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (ENCRYPTED, "密码"),
        (formulas_only(), "公式"),
        (b"%PDF-1.4 ...", "不是完好的表格"),
        ("姓名,性别\n张三,男\n".encode(), "标题"),
    ],
    ids=["empty", "encrypted", "formula-only", "no table", "no header"],
)
def test_a_file_that_is_no_roster_is_refused_in_a_sentence_and_what_was_ticked_stays(
    world: World, staff: Client, data: bytes, says: str
) -> None:
    response = staff.post(
        f"/desk/{world.estate.slug}/roster/import/",
        {"file": SimpleUploadedFile("名册.xlsx", data), "allow_new": "on"},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "有 1 处要改" in page
    assert says in page
    assert re.search(r'name="allow_new"[^>]*checked', page)


def test_an_upload_without_a_file_says_what_to_do(world: World, staff: Client) -> None:
    page = staff.post(f"/desk/{world.estate.slug}/roster/import/", {}).content.decode()
    assert "还没选" in page


def test_the_list_of_the_rhine_town_goes_through_the_pages() -> None:
    world = make_world(0, name="莱茵小镇")
    staff = signed_in(world.staff["community_worker"])
    name = "莱茵小镇-房屋台账.csv"
    address = send(staff, world, SimpleUploadedFile(name, (DATA / name).read_bytes()))
    page = staff.get(address).content.decode()
    assert "将给莱茵小镇登记 1912 户" in page
    assert "29 栋，58 个单元，1912 户" in page
    assert page.index("没有收") < page.index("收了，待核实")
    done = staff.get(staff.post(address, {"seal": seal_on(page)})["Location"]).content.decode()
    assert "1 户缺面积" in done
    assert "457 户业主待查" in done
    assert "有 1 行没有收" in done
    again = staff.get(send(staff, world, SimpleUploadedFile(name, (DATA / name).read_bytes()))).content.decode()
    assert "和现有的名册一样" in again
    assert "确认导入" not in again
