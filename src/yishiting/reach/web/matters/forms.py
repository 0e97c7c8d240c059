"""Forms of matters for neighbours, and of a reason. They read what was typed; what is right is said by the verbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.services.photos import MOST
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Entrance, Estate, Home
from yishiting.reach.web.doorway import number_in

ACCEPT = "image/jpeg,image/png,image/webp"


class PicturesInput(forms.ClearableFileInput):
    """A control that takes several pictures at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several uploads as a list; whether each is a picture is said when it is read."""

    def __init__(self, **given: Any) -> None:
        super().__init__(widget=PicturesInput(attrs={"accept": ACCEPT}), required=False, **given)

    def clean(self, data: Any, initial: Any = None) -> Any:
        several = data if isinstance(data, list | tuple) else [data] if data else []
        return [upload for upload in several if upload]


def _ids(text: str) -> list[int]:
    return [number for part in text.split(",") if (number := number_in(part)) is not None]


class WithPictures(forms.Form):
    """A form whose pictures survive an error elsewhere: those that were kept are named in ``kept``."""

    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    drop = forms.MultipleChoiceField(required=False, label=_("不要的照片"), widget=forms.CheckboxSelectMultiple)

    def kept_ids(self) -> list[int]:
        """Return the pictures kept so far, without those that were ticked away."""
        dropped = set(self.data.getlist("drop")) if hasattr(self.data, "getlist") else set()
        return [each for each in _ids(str(self.data.get("kept", ""))) if str(each) not in dropped]

    def uploads(self) -> list[UploadedFile]:
        """Return what was uploaded this time, at most a few more than a report may have."""
        return list(self.files.getlist("photos"))[: MOST + 1] if hasattr(self.files, "getlist") else []


PICTURES_HELP = _("最多 6 张，门牌、车牌、人脸能避就避。照片只有办事的人看得到。")


class WordsForm(WithPictures):
    """A neighbour's words on a matter that is already there."""

    home = forms.ChoiceField(label=_("您是哪一户"), required=False)
    door = forms.CharField(
        label=_("替哪一户代写"),
        required=False,
        max_length=60,
        help_text=_("写门牌，例如 1栋2单元301。替自己反映就空着。"),
    )
    written_for = forms.ChoiceField(label=_("是这一户的哪一位"), required=False)
    words = forms.CharField(
        label=_("详细说说"),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("请写几个字，说说是怎么回事。")},
        help_text=_("什么时候、在哪里、怎么回事。只有办事的人看得到。"),
    )
    photos = PicturesField(label=_("照片"), help_text=PICTURES_HELP)

    field_order: tuple[str, ...] = ("door", "written_for", "home", "words", "photos")

    def __init__(
        self, *given: Any, homes: Sequence[Home] = (), staff: bool = False, people: Sequence[Person] = (), **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields.pop("drop")
        if len(homes) > 1:
            self._choices("home", [(str(home.pk), str(home)) for home in homes])
        else:
            self.fields.pop("home")
        if not staff:
            self.fields.pop("door")
        if staff and people:
            self._choices("written_for", [(str(person.pk), person.name) for person in people])
        else:
            self.fields.pop("written_for")

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class ReportForm(WordsForm):
    """A new matter: what the public reads, and what only staff read."""

    title = forms.CharField(
        label=_("一句话说是什么事"),
        error_messages={"required": _("请用一句话说是什么事。")},
        widget=forms.TextInput(attrs={"maxlength": 80}),
        help_text=_("受理以后这一句会公开，请不要写姓名、电话和门牌号。"),
    )
    category = forms.ChoiceField(label=_("哪一类"), error_messages={"required": _("请选是哪一类的事。")})
    place = forms.ChoiceField(label=_("在哪里"), required=False)
    spot = forms.CharField(
        label=_("具体位置"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 80}),
        help_text=_("例如：东侧楼门口、地下车库西口。"),
    )
    urgent = forms.BooleanField(label=_("很急，可能伤到人"), required=False)

    field_order = (*("title", "category", "place", "spot", "door", "written_for", "home", "words", "photos", "urgent"),)

    def __init__(self, *given: Any, categories: Iterable[str], places: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self._choices("category", [("", _("请选择")), *((name, _(name)) for name in categories)])
        self._choices("place", [("", _("整个小区，或者说不清")), *places])


def places_of(estate: Estate) -> list[tuple[str, str]]:
    """Return the buildings and entrances of an estate to choose from: ``b12`` and ``e34``."""
    found: list[tuple[str, str]] = []
    seen: set[int] = set()
    for entrance in Entrance.objects.filter(estate=estate).select_related("building").order_by(
        "building__order", "building__label", "order", "label"
    ):  # fmt: skip
        if entrance.building_id not in seen:
            seen.add(entrance.building_id)
            found.append((f"b{entrance.building_id}", entrance.building.label))
        if entrance.label:
            found.append((f"e{entrance.pk}", str(entrance)))
    return found


class RateForm(forms.Form):
    """One to five, with a word."""

    rating = forms.TypedChoiceField(
        label=_("您满意吗"),
        coerce=int,
        choices=[(5, _("5 分，很满意")), (4, _("4 分，满意")), (3, _("3 分，一般")), (2, _("2 分，不满意")), (1, _("1 分，很不满意"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选 1 到 5 分。")},
    )  # fmt: skip
    words = forms.CharField(label=_("想说的话"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(forms.Form):
    """A reason that others will read."""

    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明理由。")},
    )

    def __init__(self, *given: Any, label: Any = None, help_text: Any = "", **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["reason"].label = label or _("理由")
        self.fields["reason"].help_text = help_text


class CorrectForm(forms.Form):
    """A report said anew."""

    words = forms.CharField(
        label=_("改成这样说"),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("请写几个字，说说是怎么回事。")},
        help_text=_("原来的话也留着，只有办事的人看得到。"),
    )
