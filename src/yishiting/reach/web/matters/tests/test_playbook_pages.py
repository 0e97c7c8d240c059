"""Taking in a playbook through its page, in whatever way an editor wrote it, and reading one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.world import World
from yishiting.council.matters import services
from yishiting.council.matters.models import PlaybookVersion
from yishiting.council.matters.tests.making import SIMPLE, STAFF, picture
from yishiting.reach.web.matters.tests.making import Browser, text

Browse = Callable[..., Browser]


def test_a_file_that_is_no_text_is_refused_and_what_was_typed_stays(world: World, browse: Browse) -> None:
    before = PlaybookVersion.objects.count()
    for data in (picture(kind="PNG").read(), b"\xff\xfe\x00", b"\x80\xff"):
        page = browse(STAFF).post(
            f"/desk/{world.estate.slug}/playbooks/new/",
            file=SimpleUploadedFile("工作法.toml", data),
            text='id = "half-typed"',
        )
        assert page.status_code == 422
        assert "这个文件不是文字" in text(page)
        assert "id = &quot;half-typed&quot;</textarea>" in text(page)
    assert PlaybookVersion.objects.count() == before


def test_a_file_too_large_for_a_playbook_does_not_fill_the_page(world: World, browse: Browse) -> None:
    page = browse(STAFF).post(
        f"/desk/{world.estate.slug}/playbooks/new/", file=SimpleUploadedFile("长.toml", b"# \n" * 100_000), text="typed"
    )
    assert page.status_code == 422
    assert "文件太大" in text(page)
    assert "typed</textarea>" in text(page)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_playbook_is_read_as_editors_write_it(world: World, browse: Browse, encoding: str) -> None:
    sent = SimpleUploadedFile("工作法.toml", SIMPLE.format(needs="").encode(encoding))
    assert browse(STAFF).post(f"/desk/{world.estate.slug}/playbooks/new/", file=sent).status_code == 302
    kept = PlaybookVersion.objects.get(playbook="simple")
    assert kept.text == SIMPLE.format(needs="")
    assert "答复反映人" in text(browse(None).get(f"/e/{world.estate.slug}/playbooks/simple/1/"))


def test_a_playbooks_page_names_where_a_step_leads_once(world: World, browse: Browse) -> None:
    source = SIMPLE.format(needs="").replace("not_done", "mended")
    assert source != SIMPLE.format(needs="")
    services.add_playbook(actor=world.actor(STAFF), estate=world.estate, source=source, now=world.now)
    page = text(browse(None).get(f"/e/{world.estate.slug}/playbooks/simple/1/"))
    ways = [" ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", way).split()) for way in re.findall(r"<li>.*?</li>", page)]
    assert [way for way in ways if "答复反映人" in way] == ["已完成 2. 答复反映人", "2. 答复反映人"]
    assert "转到" not in page
