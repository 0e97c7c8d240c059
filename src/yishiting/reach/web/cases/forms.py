"""Forms of mediation. They read what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.cases import selectors
from yishiting.council.cases.models import CaseAgreement, CaseConsent, CaseFile, CaseParty
from yishiting.council.cases.selectors import CasePage
from yishiting.council.cases.services import Asked
from yishiting.council.matters.selectors import homes_called
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.people.models import Holding, Residence
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.reach.web.choosing import offer

SECRET = _("只有办这件事的人看得到，加密存着。")
DOOR = _("写楼栋、单元和房号。")


def _lines(label: Any, rows: int = 5, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _time(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, CHINA)


def home_at(estate: Estate, text: str) -> int | None:
    """Return the home that a door names, None for an empty one; what names none or several is said."""
    if not text.strip():
        return None
    found = homes_called(estate, text)
    if len(found) == 1:
        return found[0].pk
    if found:
        raise forms.ValidationError(gettext("有好几户都叫这个，请把楼栋和单元也写上。"))
    raise forms.ValidationError(gettext("没有找到这一户。请核对楼栋、单元和房号。"))


def person_at(estate: Estate, home_id: int, name: str) -> int:
    """Return who of that home has this very name; nobody else's name is ever offered."""
    here = {"estate": estate, "home": home_id, "until__isnull": True, "person__name": name.strip()}
    ids = {
        *Holding.objects.filter(**here).values_list("person_id", flat=True),
        *Residence.objects.filter(**here).values_list("person_id", flat=True),
    }
    if len(ids) == 1:
        return ids.pop()
    raise forms.ValidationError(gettext("这一户没有登记这个名字。请核对，或留空：整户作为一方。"))


class AskForm(forms.Form):
    """A resident asks for mediation."""

    topic = forms.ChoiceField(label=_("哪一类事"), choices=[("", _("请选"))])
    words = _lines(_("怎么回事"), help_text=_("照实写几句就行。只有调解员看得到，另一方看不到，加密存着。"))
    as_home = forms.TypedChoiceField(label=_("以谁的名义"), coerce=int, empty_value=None, required=False)
    other = forms.CharField(
        label=_("另一方的门牌"),
        max_length=60,
        required=False,
        help_text=_("写楼栋、单元和房号。不知道就不填，调解员会问您。"),
    )
    company = forms.TypedChoiceField(label=_("另一方是物业的，选这里"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, estate: Estate, homes: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate = estate
        offer(self, "topic", [("", gettext("请选")), *CaseFile.Topic.choices])
        offer(
            self,
            "as_home",
            [("", gettext("我本人")), *((pk, gettext("我家：{home}").format(home=home)) for pk, home in homes)],
        )
        bodies = selectors.companies(estate)
        if bodies:
            offer(self, "company", [("", gettext("不是物业")), *((body.pk, body.name) for body in bodies)])
        else:
            del self.fields["company"]

    def clean_other(self) -> int | None:
        """Read the door."""
        return home_at(self.estate, self.cleaned_data["other"])

    def clean(self) -> dict[str, Any]:
        """The other side is a home or the company, not both."""
        data = super().clean() or {}
        if data.get("other") is not None and data.get("company") is not None:
            self.add_error("company", gettext("另一方写了两个。是邻居就只写门牌，是物业就只选物业。"))
        return data


def _named(
    form: forms.Form, data: dict[str, Any], estate: Estate, side: str, fields: tuple[str, str, str]
) -> Asked | None:
    """Return the party that three fields name, a door, who of that home, a company; what is wrong is said on them."""
    door, name, company = fields
    body = data.get(company)
    if body and data[door].strip():
        form.add_error(company, gettext("一方写了两个。是住户就只写门牌，是物业就只选物业。"))
        return None
    if body:
        return Asked(side, organisation_id=body)
    try:
        home = home_at(estate, data[door])
        if home is None:
            alone = gettext("请写这一方的门牌。")
            form.add_error(door, gettext("请写门牌，或选物业。") if selectors.companies(estate) else alone)
            return None
        if data[name].strip():
            return Asked(side, person_id=person_at(estate, home, data[name]))
    except forms.ValidationError as error:
        form.add_error(door if home_missing(error) else name, error)
        return None
    return Asked(side, home_id=home)


class _Parties(forms.Form):
    """Fields that name a party: a door, who of that home, or a company."""

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate = estate
        self.bodies: list[Organisation] = selectors.companies(estate)

    def named(self, side: str, door: str, name: str, company: str) -> Asked | None:
        """Return the party of these fields; what is wrong is said on them."""
        return _named(self, self.cleaned_data, self.estate, side, (door, name, company))

    def offer_companies(self, *names: str) -> None:
        """Offer the companies in these fields, or leave the fields out where there are none."""
        for name in names:
            if self.bodies:
                offer(self, name, [("", gettext("不是物业")), *((body.pk, body.name) for body in self.bodies)])
            else:
                del self.fields[name]


def home_missing(error: forms.ValidationError) -> bool:
    """Whether it is the door that was not found, not the name."""
    return gettext("这一户没有登记这个名字。请核对，或留空：整户作为一方。") not in error.messages


def _door(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=60, required=False, help_text=DOOR)


def _name(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=40,
        required=False,
        help_text=_("只是这一户里某一位的事，写他的姓名；整户的事，不用写。"),
    )


def _company(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, required=False)


class OpenForm(_Parties):
    """A mediator opens a case between two sides."""

    topic = forms.ChoiceField(label=_("哪一类事"))
    words = _lines(_("怎么回事"), help_text=SECRET)
    a_door = _door(_("申请一方的门牌"))
    a_name = _name(_("申请一方是哪一位"))
    a_company = _company(_("申请一方是物业的，选这里"))
    b_door = _door(_("另一方的门牌"))
    b_name = _name(_("另一方是哪一位"))
    b_company = _company(_("另一方是物业的，选这里"))
    matter = forms.IntegerField(
        label=_("和哪件事项有关"), min_value=1, required=False, help_text=_("写事项的编号。事项的页面上不会显示。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "topic", [("", gettext("请选")), *CaseFile.Topic.choices])
        self.offer_companies("a_company", "b_company")

    def clean(self) -> dict[str, Any]:
        """Read both sides."""
        data = super().clean() or {}
        if {"a_door", "a_name", "b_door", "b_name"} <= data.keys():
            sides = [self.named(side, f"{side}_door", f"{side}_name", f"{side}_company") for side in ("a", "b")]
            data["parties"] = [each for each in sides if each is not None]
        return data


class CaseForm(forms.Form):
    """A form on a case; ``page`` is what is in it."""

    def __init__(self, *args: Any, page: CasePage, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.now = page, now
        self.arrange()

    def arrange(self) -> None:
        """Fill in what may be chosen."""

    def offer_parties(self, name: str, extra: Sequence[tuple[str, str]] = ()) -> None:
        """Offer the parties of the case in a field."""
        offer(self, name, [*((str(each.row.no), side_of(each)) for each in self.page.parties), *extra])


def side_of(shown: selectors.PartyShown) -> str:
    """Return a party with its side, as the desk names it."""
    return gettext("{side}：{label}").format(side=CaseParty.Side(shown.row.side).label, label=shown.label)


class MediatorForm(CaseForm):
    """Choose the mediator among those who are free of ties."""

    mediator = forms.TypedChoiceField(
        label=_("调解员"), coerce=int, help_text=_("和当事人同住一家、或在当事单位任职的，不在里面。")
    )

    def arrange(self) -> None:
        free = [person for person, is_free in selectors.mediators(self.page.case, now=self.now) if is_free]
        offer(self, "mediator", [("", gettext("请选")), *((person.pk, person.name) for person in free)])


class PartyForm(CaseForm):
    """Name a further party."""

    side = forms.ChoiceField(label=_("是哪一方"), choices=CaseParty.Side.choices)
    door = _door(_("门牌"))
    name = _name(_("是哪一位"))
    company = _company(_("是物业的，选这里"))

    def arrange(self) -> None:
        self.fields["side"].initial = "b"
        bodies = selectors.companies(self.page.case.estate)
        if bodies:
            offer(self, "company", [("", gettext("不是物业")), *((body.pk, body.name) for body in bodies)])
        else:
            del self.fields["company"]

    def clean(self) -> dict[str, Any]:
        """Read the party."""
        data = super().clean() or {}
        if {"side", "door", "name"} <= data.keys():
            data["party"] = _named(self, data, self.page.case.estate, data["side"], ("door", "name", "company"))
        return data


class ConsentForm(CaseForm):
    """Take down what a party said."""

    party = forms.ChoiceField(label=_("哪一方"))
    act = forms.ChoiceField(label=_("怎么说的"), choices=CaseConsent.Act.choices)
    how = forms.ChoiceField(
        label=_("用什么方式说的"),
        choices=[(key, words) for key, words in CaseConsent.How.choices if key != CaseConsent.How.ONLINE],
    )
    day = _day(_("哪一天"))
    clock = _time(_("几点"))

    def arrange(self) -> None:
        self.offer_parties("party")
        here = self.now.astimezone(CHINA)
        self.fields["day"].initial, self.fields["clock"].initial = here.date(), here.time().replace(second=0)

    @property
    def at(self) -> datetime:
        """The moment typed; a minute of which the seconds were cut counts up to now."""
        return _not_before_the_minute(
            _moment(self.cleaned_data["day"], self.cleaned_data["clock"]), self.page, self.now
        )


def _not_before_the_minute(at: datetime, page: CasePage, now: datetime) -> datetime:
    """Return ``at`` as it is, or the later moment in its very minute of the case's own last step: seconds are not typed."""
    last = [page.case.opened_at, *(each.at for each in page.consents)]
    close = [moment for moment in last if at < moment <= now and moment.replace(second=0, microsecond=0) <= at]
    return max(close, default=at)


class SessionForm(CaseForm):
    """Record a session."""

    day = _day(_("哪一天"))
    clock = _time(_("几点"))
    place = forms.CharField(label=_("在哪里"), max_length=80)
    came = forms.TypedMultipleChoiceField(label=_("谁来了"), coerce=int, widget=forms.CheckboxSelectMultiple)
    said = _lines(_("谈了什么"), rows=6, help_text=_("来的当事人和办这件事的人看得到，加密存着。"))
    open_asked = forms.BooleanField(label=_("这一次公开"), required=False)

    def arrange(self) -> None:
        self.offer_parties("came")
        here = self.now.astimezone(CHINA)
        self.fields["day"].initial, self.fields["clock"].initial = here.date(), here.time().replace(second=0)
        if not self.page.is_open:
            del self.fields["open_asked"]

    @property
    def at(self) -> datetime:
        """When it was held."""
        return _not_before_the_minute(
            _moment(self.cleaned_data["day"], self.cleaned_data["clock"]), self.page, self.now
        )


class AgreementForm(CaseForm):
    """Write down what was agreed."""

    kind = forms.ChoiceField(
        label=_("哪一种"),
        choices=CaseAgreement.Kind.choices,
        help_text=_("书面的，双方和调解员签字、盖章后生效。口头的，记下就生效。"),
    )
    terms = _lines(_("谈定了什么"), rows=6, help_text=_("双方和办这件事的人看得到，加密存着。"))
    follow_up_on = _day(_("哪一天回访"))


class SignForm(CaseForm):
    """Record signatures on paper."""

    signed = forms.MultipleChoiceField(
        label=_("谁在纸上签了字"), widget=forms.CheckboxSelectMultiple, help_text=_("照纸上的签名勾。")
    )

    def arrange(self) -> None:
        agreement = self.page.agreement
        left = [(str(each.row.no), side_of(each)) for each in self.page.parties if not each.signed]
        if agreement is not None and not agreement.under.by_mediator:
            left.append(("mediator", gettext("调解员")))
        offer(self, "signed", left)


class SealForm(CaseForm):
    """The committee's seal."""

    sure = forms.BooleanField(label=_("协议上已经盖了调解委员会的章"))


class CourtForm(CaseForm):
    """The day on which both asked the court."""

    on = _day(_("双方哪一天向法院申请的"))

    def arrange(self) -> None:
        self.fields["on"].initial = self.now.astimezone(CHINA).date()


class FollowForm(CaseForm):
    """Look back."""

    fulfilled = forms.TypedChoiceField(
        label=_("做到了没有"),
        choices=[("yes", _("做到了")), ("no", _("没有做到"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    words = _lines(_("看到的情况"), rows=3, required=False, help_text=SECRET)
    follow_up_on = _day(_("下次回访的日子"), required=False, help_text=_("没有做到的，要写。"))


class EndForm(CaseForm):
    """End without an agreement."""

    outcome = forms.ChoiceField(
        label=_("怎么结束"),
        choices=[("failed", _("没有谈成")), ("escalated", _("转到上一级"))],
        widget=forms.RadioSelect,
    )
    words = _lines(_("为什么"), rows=3, help_text=SECRET)
