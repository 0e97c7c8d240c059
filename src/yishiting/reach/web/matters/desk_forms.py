"""Forms of matters at the desk. They read what was typed; what is right and wrong is said by the verbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.models import Matter, PlaybookVersion
from yishiting.ground.places.models import Entrance, Home
from yishiting.reach.web.matters.forms import ACCEPT, ReasonForm


class AcceptForm(ReasonForm):
    """Take a matter up with a playbook."""

    playbook = forms.TypedChoiceField(
        label=_("用哪种工作法"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种工作法。")},
    )
    title = forms.CharField(
        label=_("公开的题目"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 80}),
        help_text=_("大家都看得到。里面要是有姓名、门牌，请改掉。"),
    )

    spot = forms.CharField(
        label=_("公开的位置"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 80}),
        help_text=_("大家也看得到。写到楼门口、车棚这样的地方就够了。"),
    )

    field_order = ("playbook", "title", "spot", "reason")

    def __init__(
        self, *given: Any, offered: Sequence[PlaybookVersion], others: Sequence[PlaybookVersion], **named: Any
    ):
        super().__init__(*given, **named)
        field = self.fields["playbook"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            (each.pk, gettext("{name}（第 {version} 版）").format(name=gettext(each.name), version=each.version))
            for each in (*offered, *others)
        ]


def _named(matter: Matter) -> str:
    words = gettext("第 {no} 件 {title}（{homes} 户）")
    return words.format(no=matter.no, title=matter.said_title, homes=matter.home_count)


class MergeForm(ReasonForm):
    """Merge into another matter of the estate."""

    into = forms.TypedChoiceField(
        label=_("并入哪一件"), coerce=int, error_messages={"required": _("请选要并入哪一件。")}
    )

    field_order = ("into", "reason")

    def __init__(self, *given: Any, targets: Sequence[Matter], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["into"]
        assert isinstance(field, forms.TypedChoiceField)
        words: list[tuple[Any, Any]] = [("", _("请选择"))]
        words += [(each.pk, _named(each)) for each in targets]
        field.choices = words


class SeparateForm(ReasonForm):
    """What a report is about that gets a matter of its own."""

    title = forms.CharField(
        label=_("公开的题目"),
        error_messages={"required": _("请用一句话说是什么事。")},
        widget=forms.TextInput(attrs={"maxlength": 80}),
        help_text=_("大家都看得到，请不要写姓名、电话和门牌号。"),
    )
    category = forms.ChoiceField(label=_("哪一类"), error_messages={"required": _("请选是哪一类的事。")})

    field_order = ("title", "category", "reason")

    def __init__(self, *given: Any, categories: Iterable[str], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, _(name)) for name in categories]


class JudgeForm(ReasonForm):
    """Whether an opinion is valid, and why."""

    valid = forms.ChoiceField(
        label=_("这条意见"),
        choices=[("yes", _("有效，列入要办的问题")), ("no", _("不成立，把理由答复本人"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选有效还是不成立。")},
    )

    field_order = ("valid", "reason")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(
            *given,
            help_text=_("不成立的，提意见的人会收到这段话，可以评价。请说清为什么，还可以找谁。"),
            **named,
        )


class StepForm(forms.Form):
    """End a step with one of its outcomes."""

    run = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("结果"), widget=forms.RadioSelect, error_messages={"required": _("请选一个结果。")}
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("小区的住户看得到，请不要写姓名、电话和门牌号。"),
    )

    def __init__(self, *given: Any, outcomes: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(outcomes)


class EvidenceForm(forms.Form):
    """What shows that a gate is met; the fields depend on the kind."""

    run = forms.IntegerField(widget=forms.HiddenInput)
    entrance = forms.TypedChoiceField(label=_("贴在哪个单元"), coerce=int, required=False, empty_value=None)
    whole = forms.TypedMultipleChoiceField(
        label=_("整个单元都通知到了"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    homes = forms.TypedMultipleChoiceField(
        label=_("通知到的住户"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    label = forms.CharField(label=_("名称"), required=False, widget=forms.TextInput(attrs={"maxlength": 80}))
    photo = forms.FileField(label=_("照片"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    SHOWN = {
        "posted": ("entrance", "photo", "note"),
        "channel": ("label", "photo", "note"),
        "contacted": ("whole", "homes", "note"),
        "photo_before": ("photo", "note"),
        "photo_after": ("photo", "note"),
        "photo": ("photo", "note"),
        "inventory": ("label", "photo", "note"),
        "funds": ("label", "photo", "note"),
        "insurance": ("label", "photo", "note"),
        "party": ("label", "note"),
        "note": ("note", "photo"),
    }
    NEEDED = {
        "posted": ("entrance", "photo"),
        "channel": ("label",),
        "photo_before": ("photo",),
        "photo_after": ("photo",),
        "photo": ("photo",),
        "party": ("label",),
    }
    MISSING = {
        "entrance": _("请选贴在哪个单元。"),
        "photo": _("请上传照片。"),
        "label": _("请把名称写上。"),
    }
    LABELS = {
        "channel": _("什么渠道"),
        "inventory": _("什么物品、几件"),
        "funds": _("哪一笔钱"),
        "insurance": _("哪一份保险"),
        "party": _("哪一方"),
    }

    def __init__(
        self, *given: Any, kind: str, entrances: Sequence[Entrance], homes: Sequence[Home], parties: Sequence[str],
        **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **named)
        shown = self.SHOWN[kind]
        for name in ("entrance", "whole", "homes", "label", "photo", "note"):
            if name not in shown:
                self.fields.pop(name)
        self.order_fields(["run", *shown])
        for name in self.NEEDED.get(kind, ()):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = self.MISSING[name]
        if kind in self.LABELS:
            self.fields["label"].label = self.LABELS[kind]
        if kind == "party" and parties:
            self.fields["label"] = forms.ChoiceField(
                label=self.LABELS[kind], choices=[(name, name) for name in parties], required=False
            )
        labels = [(each.pk, str(each)) for each in entrances]
        self._choices("entrance", [("", _("请选择")), *labels])
        self._choices("whole", labels)
        self._choices("homes", [(home.pk, str(home)) for home in homes])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class AnswerForm(forms.Form):
    """One text for all who wait, or one of his own for each."""

    run = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("给大家的答复"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("办到什么程度、接下来怎样；办不了也写明为什么。"),
    )
    outcome = forms.ChoiceField(label=_("答复完，这一步的结果"), required=False, widget=forms.RadioSelect)

    def __init__(
        self, *given: Any, waiting: Sequence[tuple[int, str]], outcomes: Sequence[tuple[str, str]], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.waiting = [report_id for report_id, _label in waiting]
        if len(waiting) == 1:
            self.fields["text"].label = _("答复")
            self.fields["text"].required = True
            self.fields["text"].error_messages["required"] = _("答复不能空着。办不了也请写明为什么。")
        elif not waiting:
            self.fields.pop("text")
        if len(outcomes) > 1:
            field = self.fields["outcome"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(outcomes)
            field.initial = outcomes[0][0]
        else:
            self.fields.pop("outcome")
        for report_id, label in waiting if len(waiting) > 1 else ():
            self.fields[f"answer_{report_id}"] = forms.CharField(
                label=label,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("要单独答复这一位就写在这里；空着就用上面的。"),
            )

    def texts(self) -> dict[int, str]:
        """Return the answer for each report that waits: his own, else the one for all."""
        data = self.cleaned_data
        everyone = data.get("text", "").strip()
        return {each: data.get(f"answer_{each}", "").strip() or everyone for each in self.waiting}


class PlaybookForm(forms.Form):
    """An estate's own playbook, as a file or typed."""

    file = forms.FileField(
        label=_("工作法文件（TOML）"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".toml,.txt,text/plain,application/toml"}),
    )
    text = forms.CharField(
        label=_("或者把内容贴在这里"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )
