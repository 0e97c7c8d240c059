"""Forms of paper ballots besides the readings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yishiting.council.votes.lifecycle import REASON_LENGTH


class WithdrawForm(forms.Form):
    """Why a slip is withdrawn."""

    reason = forms.CharField(
        label=_("为什么撤回"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如：户录错了；两遍不一样，没有第三个人。只给工作人员看，请不要写票上选的是什么。"),
        error_messages={"required": _("请用一两句话写明为什么撤回，例如“户录错了”。")},
    )
