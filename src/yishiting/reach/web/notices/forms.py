"""Forms of notices and canvasses. They read what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yishiting.ground.places.models import Entrance, Estate
from yishiting.record.notices import rules, services
from yishiting.record.notices.models import Attempt, Channel, Version
from yishiting.record.notices.services import drafting

_WHOLE, _ONE = "b", "e"


def scope_choices(estate: Estate) -> list[tuple[str, str]]:
    """Return what a scope is chosen from: each building, and each entrance where a building has several."""
    found: list[tuple[str, str]] = []
    rows = list(
        Entrance.objects.filter(estate=estate).select_related("building").order_by("building__order", "order", "pk")
    )
    sizes: dict[int, int] = {}
    for row in rows:
        sizes[row.building_id] = sizes.get(row.building_id, 0) + 1
    seen: set[int] = set()
    for row in rows:
        if row.building_id not in seen:
            seen.add(row.building_id)
            found.append((f"{_WHOLE}{row.building_id}", row.building.label))
        if sizes[row.building_id] > 1:
            found.append((f"{_ONE}{row.pk}", str(row)))
    return found


def entrances_of(estate: Estate, chosen: Iterable[str]) -> list[int]:
    """Return the entrances that the chosen buildings and entrances stand for; nothing chosen stands for all, told as none."""
    buildings = [int(each[1:]) for each in chosen if each.startswith(_WHOLE)]
    entrances = {int(each[1:]) for each in chosen if each.startswith(_ONE)}
    found = Entrance.objects.filter(estate=estate, building_id__in=buildings)
    return sorted({*entrances, *found.values_list("pk", flat=True)})


def chosen_for(entrance_ids: Iterable[int]) -> list[str]:
    """Return how entrances are ticked in a form."""
    return [f"{_ONE}{pk}" for pk in entrance_ids]


class _Scoped(forms.Form):
    """A form with a scope; the choices are those of the estate."""

    entrances = forms.MultipleChoiceField(
        label=_("范围"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不勾就是整个小区。"),
    )

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate = estate
        choices = scope_choices(estate)
        initial = set(self.initial.get("entrances", ()))
        # A building with one entrance is ticked as the building.
        known = {key for key, _label in choices}
        if initial - known:
            of = dict(Entrance.objects.filter(estate=estate).values_list("pk", "building_id"))
            initial = {each if each in known else f"{_WHOLE}{of.get(int(each[1:]), 0)}" for each in initial}
            self.initial["entrances"] = sorted(initial)
        field = self.fields["entrances"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def scope(self) -> list[int]:
        """Return the entrances chosen; none for the whole estate."""
        return entrances_of(self.estate, self.cleaned_data["entrances"])


class LookedAtForm(forms.Form):
    """A form about a version: which one was looked at goes along, so that nothing is done to one that nobody saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoticeForm(_Scoped):
    """What a version of a notice is to say."""

    kind = forms.ChoiceField(label=_("哪一种"), choices=Version.Kind.choices)
    title = forms.CharField(label=_("标题"), max_length=drafting.LONGEST_TITLE)
    text = forms.CharField(
        label=_("内容"),
        max_length=drafting.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("会公开，也会贴在墙上。不写姓名、电话和身份证号。"),
    )
    names_homes = forms.BooleanField(
        label=_("写到了住户"), required=False, help_text=_("写了某一户的房号，就要另一个人复核，由另一个人发布。")
    )
    channels = forms.MultipleChoiceField(
        label=_("在哪里公示"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    least_days = forms.IntegerField(
        label=_("至少挂几整天"),
        min_value=0,
        max_value=drafting.MOST_DAYS,
        help_text=_("贴全的当天不算，从第二天数起。没有规定就填 0；填 0 的不收异议。"),
    )
    answer_days = forms.IntegerField(
        label=_("有异议，几个工作日内答复"),
        required=False,
        min_value=rules.FEWEST_ANSWER_DAYS,
        max_value=rules.MOST_ANSWER_DAYS,
        help_text=_("公示期里住户可以提异议，到期没答复会标出来。"),
    )
    field_order = ("kind", "title", "text", "names_homes", "entrances", "channels", "least_days", "answer_days")

    def draft(self) -> services.Draft:
        """Return what the form says."""
        data = self.cleaned_data
        return services.Draft(
            kind=data["kind"],
            title=data["title"],
            text=data["text"],
            names_homes=data["names_homes"],
            least_days=data["least_days"],
            answer_days=data["answer_days"] or drafting.ANSWER_DAYS,
            channels=data["channels"],
            entrance_ids=self.scope(),
        )


class RevisionForm(LookedAtForm, NoticeForm):
    """What the next version is to say."""


class ReviewForm(LookedAtForm):
    """Whether a draft may go out."""

    agrees = forms.ChoiceField(
        label=_("看过以后"),
        choices=(("yes", _("可以发布")), ("no", _("退回修改"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("说明"),
        max_length=drafting.LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-sometimes": ""}),
        help_text=_("退回的，请写要改什么。"),
    )


class ConfirmForm(forms.Form):
    """A button alone: what is asked stands on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PostForm(LookedAtForm):
    """Where and when a notice was made known, with a picture or in words."""

    channel = forms.ChoiceField(label=_("哪一种渠道"), choices=Channel.choices)
    entrances = forms.MultipleChoiceField(
        label=_("哪个单元门口"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("贴在单元门口的才选。有照片的，一个单元登记一次。"),
    )
    label = forms.CharField(
        label=_("渠道名称"), max_length=40, required=False, help_text=_("选“其他”的才写，例如：社区公众号。")
    )
    picture = forms.FileField(
        label=_("照片或截图"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("只有办事的人能看到。退回来时，照片要再选一次。"),
        error_messages={"empty": _("这张照片是空的，可能没传完。请重新选一张。")},
    )
    note = forms.CharField(
        label=_("说明"),
        max_length=drafting.LONGEST_NOTE,
        required=False,
        help_text=_("没有照片的，写明什么时候贴在、发在哪里。"),
    )
    on = forms.DateField(label=_("哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, left: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entrances"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = left
        if not left:
            del self.fields["entrances"]


class ArchiveForm(forms.Form):
    """Taking a notice down."""

    note = forms.CharField(
        label=_("说明"),
        max_length=drafting.LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-sometimes": ""}),
        help_text=_("没有挂满天数的，请写明为什么提前收。会公开。"),
    )


class CanvassForm(_Scoped):
    """A round from home to home."""

    title = forms.CharField(label=_("为什么事走访"), max_length=60, help_text=_("会公开，请不要写人名和房号。"))
    words = forms.CharField(
        label=_("上门怎么说"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写给上门的人看，几句话就行。"),
    )
    notes_suffice = forms.TypedChoiceField(
        label=_("家里没人，留条算不算通知到"),
        coerce=int,
        choices=((0, _("不算，要见到人")), (1, _("留一次就算")), (2, _("留两次才算")), (3, _("留三次才算"))),
        initial=0,
    )
    field_order = ("title", "words", "entrances", "notes_suffice")


class AttemptForm(forms.Form):
    """Who went, told exactly."""

    outcome = forms.ChoiceField(label=_("结果怎么样"), choices=Attempt.Outcome.choices, widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label=_("怎么联系的"), choices=Attempt.How.choices, widget=forms.RadioSelect, initial=Attempt.How.VISIT
    )
    at = forms.DateTimeField(
        label=_("什么时候"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=_("不填就是现在。"),
        error_messages={"invalid": _("时间不对。请写成 2026-05-01 18:30 这样。")},
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=200, help_text=_("不写病情、家庭情况这些私事。"))


class CloseForm(forms.Form):
    """Ending a round."""

    reason = forms.CharField(
        label=_("没通知到的，为什么"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "data-sometimes": ""}),
        help_text=_("还有没通知到的住户，就要写。不写人名和房号。"),
    )
