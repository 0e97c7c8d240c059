"""What the font can not draw is marked, never an empty box; what is never seen leaves no mark."""

from __future__ import annotations

import pytest

from yishiting.reach.paper import glyphs, typesetting

HAVE = frozenset("买提·家张 〓")


@pytest.mark.parametrize(
    ("said", "set_as", "lacks"),
    [
        ("买提·张", "买提·张", False),
        ("𠮷家", "〓家", True),
        ("家😀😀", "家〓〓", True),
        ("👨‍👩‍👧家", "〓家", True),
        ("👍🏽", "〓", True),
        ("张\ufe0f\u200b\u202e家\U000e0100", "张家", False),
        ("张\t家\u3000张\n家", "张 家 张\n家", False),
    ],
)
def test_a_character_without_a_drawing_is_marked_once_and_what_is_unseen_is_not(
    said: str, set_as: str, lacks: bool
) -> None:
    assert glyphs.drawn({"rows": [(said, 1)]}, HAVE) == ({"rows": [[set_as, 1]]}, lacks)


@pytest.mark.slow
def test_both_weights_draw_rare_names_and_the_mark_itself() -> None:
    for name in typesetting.WEIGHTS:
        have = glyphs.characters(typesetting.FONTS / name)
        assert have.issuperset("䶮㛃犇㐂·㎡①Ⅲ〓"), name
        assert len(have) > 30_000
