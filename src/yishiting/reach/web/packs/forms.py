"""Forms of the rules of a place. They read what was typed; the verb decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.ground.packs.definition import Pack
from yishiting.ground.places.services import LONGEST_WHY
from yishiting.reach.web.choosing import offer

LARGEST = 200_000


class _Reasoned(forms.Form):
    reason = forms.CharField(
        label=_("为什么用这一个"),
        max_length=LONGEST_WHY,
        help_text=_("写依据，例如：本市的规定、业主大会通过的议事规则。会留在记录里。"),
        error_messages={"required": _("请写明为什么用这一个。")},
    )


class ChooseForm(_Reasoned):
    """One of the packs that come with the product."""

    pack = forms.ChoiceField(label=_("规则包"), widget=forms.RadioSelect, error_messages={"required": _("请选一个。")})
    field_order = ("pack", "reason")

    def __init__(self, *args: Any, packs: list[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = _("{name}（第 {version} 版）")
        offer(self, "pack", [(pack.id, named.format(name=gettext(pack.name), version=pack.version)) for pack in packs])


class BringForm(_Reasoned):
    """A compound's own pack, pasted."""

    pack = forms.CharField(
        label=_("规则包（TOML）"),
        strip=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text=_("只写和本地规定不一样的；没有写的照本地的办。"),
        error_messages={"required": _("请把规则包贴进来。")},
    )
    field_order = ("pack", "reason")
