"""Forms of projects. They read what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.projects import plan_text
from yishiting.council.projects.funding import LineDraft, amount_in, parse_lines
from yishiting.council.projects.lifecycle import PHOTO_MISSING
from yishiting.council.projects.models import Phase, Project
from yishiting.ground.organisations.kinds import KINDS, Duty
from yishiting.kernel.errors import BadInput
from yishiting.reach.web.projects.reading import named

PUBLIC = _("会公开，请不要写居民的姓名、电话和门牌号。")
OWNERS = [(kind.code, _(kind.label)) for kind in KINDS.values() if Duty.PROJECT in kind.duties]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class _Phases(forms.Form):
    """Phases as people type them; ``first`` is the number that the first of them gets."""

    first = 1

    def clean_phases(self) -> tuple[plan_text.PhasePlan, ...]:
        """Read the phases; what cannot be read is said by its line."""
        try:
            return plan_text.parse_phases(self.cleaned_data["phases"], first=self.first)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.message.render(gettext)) from refusal


class ProjectForm(_Phases):
    """Set a project up."""

    title = forms.CharField(label=_("项目名称"), max_length=120, help_text=_("做什么，写清楚。会公开，请不要写人名。"))
    total = forms.IntegerField(label=_("一共多少"), min_value=1, max_value=plan_text.MOST_EACH)
    unit = forms.CharField(label=_("单位"), max_length=10, help_text=_("如：个、处、米。"))
    phases = forms.CharField(
        label=_("分几期"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写成 14+13+13；或者一行一期，如：南楼西侧 14 2026-05-01，日期可以不写。各期相加要等于总数。"),
    )
    post_kind = forms.ChoiceField(label=_("谁负责"), choices=OWNERS, initial="committee_chair")
    needs_insurance = forms.BooleanField(
        label=_("要有保险才能投入使用"), required=False, help_text=_("充电、电梯这类有风险的，请勾上。")
    )


class ReplanForm(_Phases):
    """Plan anew what has not begun."""

    phases = forms.CharField(
        label=_("还没开工的，改成"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写成 13+13；或者一行一期，如：北侧 13 2026-09-01，日期可以不写。"),
    )
    reason = forms.CharField(
        label=_("为什么改"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("会公开，请不要写居民的姓名、电话和门牌号。"),
    )

    def __init__(self, *args: Any, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = first


class FundingForm(forms.Form):
    """What a project costs and from where it is paid."""

    total = forms.CharField(
        label=_("一共要多少元"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    lines = forms.CharField(
        label=_("钱从哪里来"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一个来源，如：维修资金 32000.00。相加要等于一共要的数。"),
    )
    reason = forms.CharField(
        label=_("为什么改"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=PUBLIC
    )

    def __init__(self, *args: Any, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["reason"]

    def clean_total(self) -> Decimal:
        """Read the amount."""
        return _amount(self.cleaned_data["total"])

    def clean_lines(self) -> tuple[LineDraft, ...]:
        """Read the sources; what cannot be read is said by its line."""
        try:
            return parse_lines(self.cleaned_data["lines"])
        except BadInput as refusal:
            raise forms.ValidationError(refusal.message.render(gettext)) from refusal


def _amount(typed: str) -> Decimal:
    try:
        return amount_in(typed)
    except BadInput as refusal:
        raise forms.ValidationError(refusal.message.render(gettext)) from refusal


class NewsForm(forms.Form):
    """What became of a source of money."""

    kind = forms.ChoiceField(label=_("到了哪一步"), widget=forms.RadioSelect)
    amount = forms.CharField(
        label=_("多少元"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("批复和到账要写。分几次到的，写这一次的。"),
    )
    said_by = forms.CharField(
        label=_("哪个单位说的"), max_length=60, help_text=_("如：市房产局维修资金中心。会公开，请不要写人名。")
    )
    on = _day(_("哪一天"))
    note = forms.CharField(
        label=_("说明"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=PUBLIC
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(kinds)

    def clean_amount(self) -> Decimal | None:
        """Read the amount where one was typed."""
        typed = self.cleaned_data["amount"].strip()
        return _amount(typed) if typed else None


class TaskForm(forms.Form):
    """Something that has to be done before the works."""

    title = forms.CharField(
        label=_("要先办什么"),
        max_length=120,
        required=False,
        help_text=_("如：挪开屋顶的太阳能。会公开，请不要写人名。"),
    )
    who = forms.CharField(label=_("谁来办"), max_length=60, required=False, help_text=_("写岗位或哪一方，如：支部。"))
    first = forms.TypedChoiceField(label=_("或者，要等哪个项目完成"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["first"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("不用等别的项目")), *((row.no, f"{row.no}. {row.title}") for row in projects)]


class TaskDoneForm(forms.Form):
    """How and when a task was done."""

    on = _day(_("哪一天办完的"))
    note = forms.CharField(
        label=_("怎么办的"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=PUBLIC
    )
    photo = forms.FileField(
        label=_("现场照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("会公开，请不要拍到人脸和车牌。"),
    )


class DropForm(forms.Form):
    """Why a task is not needed after all."""

    note = forms.CharField(
        label=_("为什么不用办了"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=PUBLIC
    )


class _Picture(forms.FileField):
    """A picture that the page asks for; that it is missing is the verb's to say, after what no picture would mend."""

    def validate(self, value: Any) -> None:
        """Let an empty field through."""


class StepForm(forms.Form):
    """What was done on a phase, on which day, with which picture. ``kept``: a picture that was sent already."""

    on = _day(_("哪一天做的"))
    note = forms.CharField(
        label=_("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会公开，请不要写居民的姓名、电话和门牌号。"),
    )
    photo = _Picture(
        label=_("现场照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("会公开，请不要拍到人脸和车牌。"),
        error_messages={
            "empty": _("这张照片是空的，可能没传完。请重新选一张。"),
        },
    )
    kept = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.is_bound and self.data.get("kept")
        self.fields["photo"].required = kind in PHOTO_MISSING and not sent


class InsuranceForm(forms.Form):
    """A policy, from a day to a day, both covered."""

    insurer = forms.CharField(label=_("保险公司"), max_length=80)
    policy_no = forms.CharField(label=_("保单号"), max_length=60)
    valid_from = _day(_("从哪一天起"))
    valid_to = _day(_("到哪一天止"), help_text=_("这一天当天仍然有效。"))


def typed_again(phases: Sequence[Phase]) -> str:
    """Return phases as somebody would have typed them, to be changed."""
    lines = [" ".join(part for part in (named(row), str(row.planned), _iso(row)) if part) for row in phases]
    plain = all(line.isdigit() for line in lines)
    return ("+" if plain else "\n").join(lines)


def _iso(phase: Phase) -> str:
    return phase.due_on.isoformat() if phase.due_on else ""


def plan_from(resolution: str, title: str) -> dict[str, Any]:
    """Return what a resolution already says of a project, to begin the form with."""
    found = plan_text.guess(resolution)
    return {
        "title": (title or resolution)[:120],
        "total": found.total or None,
        "unit": found.unit,
        "phases": found.split,
    }
