"""One field of a form: its label, its control, its help, its error, tied together for those who listen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from django.forms import (
    BaseForm,
    BaseFormSet,
    CheckboxInput,
    CheckboxSelectMultiple,
    ChoiceField,
    DateField,
    Field,
    FileInput,
    IntegerField,
    MultipleChoiceField,
    RadioSelect,
    Select,
    TimeField,
)
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: Mark of a control that is required in some cases alone, which its help names.
SOMETIMES = "data-sometimes"
CHOICE_ICONS = {"for": "ring", "against": "cross", "abstain": "bar"}


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several: the control, its words, a hint under it and a mark beside it."""

    control: SafeString
    id: str
    label: str
    hint: str
    icon: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What ``ui/field.html`` shows. ``kind``: ``control``, ``file``, ``pick`` (one box to tick) or ``group``."""

    kind: str
    id: str
    group_id: str
    described: str
    radio: bool
    label: str
    optional: bool
    help: str
    help_id: str
    errors: tuple[str, ...]
    error_id: str
    control: SafeString | None
    picks: tuple[Pick, ...]
    big: bool
    icon: str


#: What the framework says in its own words, which are not ours, and what we say instead. Known by being the very object,
#: so a form's own words are never replaced.
_PLAIN: tuple[tuple[object, str], ...] = (
    *(
        (
            kind.default_error_messages["invalid_choice"],
            gettext_noop("请从列出的里面选。页面开得太久的，请刷新后再选一次。"),
        )
        for kind in (ChoiceField, MultipleChoiceField)
    ),
    (DateField.default_error_messages["invalid"], gettext_noop("日期不对。请写成 2026-05-01 这样。")),
    (TimeField.default_error_messages["invalid"], gettext_noop("时间不对。请写成 18:30 这样。")),
    (IntegerField.default_error_messages["invalid"], gettext_noop("请填一个整数，例如 3。")),
    (MinValueValidator.message, gettext_noop("最少填 %(limit_value)s。")),
    (MaxValueValidator.message, gettext_noop("最多填 %(limit_value)s。")),
    (MaxLengthValidator.message, gettext_noop("太长了，最多 %(limit_value)s 个字，现在有 %(show_value)s 个。请缩短。")),
    (ProhibitNullCharactersValidator.message, gettext_noop("里面有看不见的符号，收不了。请删去这一段，重新打一遍。")),
)


def _plain(error: ValidationError) -> str | None:
    said = getattr(error, "message", None)
    for standard, words in _PLAIN:
        if said is standard:
            return _(words) % (error.params or {})
    return None


def _messages(bound: BoundField) -> Iterable[str]:
    """Return the errors of ``bound``, in plain words unless the form has words of its own."""
    for error in bound.errors.as_data():
        if (plain := _plain(error)) is not None:
            yield plain
            continue
        for message in error.messages:
            if error.code == "required" and message == str(Field.default_error_messages["required"]):
                chosen = isinstance(bound.field.widget, Select | RadioSelect | FileInput)
                yield _("还没选。") if chosen else _("还没填。")
            else:
                yield message


def _target(bound: BoundField) -> str:
    """Return the id of the first control that a link to this field should reach."""
    base = bound.id_for_label or bound.auto_id
    if isinstance(bound.field.widget, RadioSelect):
        return f"{bound.auto_id}_0"
    return base


def draw(
    bound: BoundField,
    *,
    style: str = "",
    hints: Mapping[str, Any] | None = None,
    icons: Mapping[str, str] | None = None,
) -> Drawn:
    """Prepare ``bound`` for the page. ``style="choice"`` gives big radio buttons, the same size and ink for each."""
    widget = bound.field.widget
    help_id, error_id = f"{bound.auto_id}_help", f"{bound.auto_id}_error"
    errors = tuple(_messages(bound))
    described = " ".join(part for part, shown in ((help_id, bound.help_text), (error_id, errors)) if shown)
    attrs: dict[str, Any] = {}
    if described:
        attrs["aria-describedby"] = described
    if errors:
        attrs["aria-invalid"] = "true"
    group = isinstance(widget, RadioSelect)  # boxes to tick, several at once, are a kind of it
    picks: tuple[Pick, ...] = ()
    control: SafeString | None = None
    if group:
        picks = tuple(_picks(bound, hints or {}, CHOICE_ICONS if icons is None else icons))
        kind = "group"
    else:
        control = bound.as_widget(attrs=attrs)
        kind = "pick" if isinstance(widget, CheckboxInput) else "file" if isinstance(widget, FileInput) else "control"
    return Drawn(
        kind=kind,
        id=_target(bound),
        group_id=bound.auto_id,
        described=described,
        radio=isinstance(widget, RadioSelect) and not isinstance(widget, CheckboxSelectMultiple),
        label=str(bound.label),
        # What is asked for in one case and not in the other says so in its help; "may be left empty" would deny it.
        optional=not bound.field.required and kind in {"control", "file"} and SOMETIMES not in widget.attrs,
        help=str(bound.help_text),
        help_id=help_id,
        errors=errors,
        error_id=error_id,
        control=control,
        picks=picks,
        big=style == "choice",
        icon="photo" if "image" in str(widget.attrs.get("accept", "image")) else "paper",
    )


def _picks(bound: BoundField, hints: Mapping[str, Any], icons: Mapping[str, str]) -> Iterable[Pick]:
    for widget in bound.subwidgets:
        # Help and error belong to the group; on a single radio button ARIA does not allow them.
        for name in ("aria-invalid", "aria-describedby"):
            widget.data["attrs"].pop(name, None)
        value = str(widget.data["value"])
        yield Pick(
            control=widget.tag(),
            id=str(widget.id_for_label),
            label=str(widget.choice_label),
            hint=str(hints.get(value, "")),
            icon=icons.get(value, ""),
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the summary: what is to be changed, and where (empty where it concerns the whole form)."""

    target: str
    label: str
    message: str

    @property
    def lead(self) -> str:
        """What stands before the message: the label with one mark after it, whatever it ends with itself."""
        bare = self.label.rstrip("。：:；;，,. ")
        return bare if not bare or bare.endswith(("？", "?", "！", "!")) else bare + _("：")


def faults(forms: Iterable[BaseForm | BaseFormSet[Any] | None]) -> list[Fault]:
    """Return everything that is to be changed in ``forms``, in the order in which it stands on the page."""
    found: list[Fault] = []
    for form in forms:
        if form is None:
            continue
        if isinstance(form, BaseFormSet):
            found += [Fault("", "", str(error)) for error in form.non_form_errors()] if form.is_bound else []
            found += faults(form.forms)
            continue
        found += [Fault("", "", str(error)) for error in form.non_field_errors()]
        for bound in form:
            label = "" if bound.is_hidden else str(bound.label)
            target = "" if bound.is_hidden else _target(bound)
            found += [Fault(target, label, message) for message in _messages(bound)]
    return found
