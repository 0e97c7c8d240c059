"""The rosters of the stories side by side: a phone of two names opens to neither, so no two estates share one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from yishiting.ground.people.roster import Roster, parse, read_workbook
from yishiting.stories.binhe import people as binhe
from yishiting.stories.laiyin import people as laiyin
from yishiting.stories.taiyangdao import people as taiyangdao

STORIES = (binhe, laiyin, taiyangdao)


def rosters() -> list[Roster]:
    found: list[tuple[Path, str]] = [(story.ROSTER, story.NAME) for story in STORIES]
    return [parse(read_workbook(path.read_bytes(), path.name), name) for path, name in found]


@pytest.mark.slow
def test_everybody_whose_phone_the_demonstration_prints_can_sign_in_by_it() -> None:
    phones = [{phone for home in roster.homes for phone in home.phones if phone} for roster in rosters()]
    phones += [{phone for *_rest, phone in story.STAFF.values()} for story in STORIES]
    assert [
        phone for phone, times in Counter(each for several in phones for each in several).items() if times > 1
    ] == []
    assert all(len(each) > 100 for each in phones[:3])
