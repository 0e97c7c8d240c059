"""Pages of hand-overs: who stands in for whom, having one's own post looked after, ending that."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yishiting.ground.desks import policy, rules, selectors, services
from yishiting.ground.organisations.actors import Office
from yishiting.ground.organisations.kinds import KINDS
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.people.models import Person
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Listed, gettext_noop
from yishiting.reach.web.choosing import offer
from yishiting.reach.web.desk.views import SECTION, served
from yishiting.reach.web.doorway import attempt, attempt_and_tell, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.once_more import look_again, wants_to_confirm
from yishiting.timeline import entries

_DAY = {"required": gettext_lazy("请选日子。"), "invalid": gettext_lazy("没有这一天。请写成 2027-02-05 的样子。")}


def _day_input() -> forms.DateInput:
    # As the browser's own field takes a day, whatever the language of the page writes.
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class HandOverForm(forms.Form):
    """Which post, who, from which day to which, why."""

    term = forms.TypedChoiceField(label=gettext_lazy("哪个岗位的事"), coerce=int, widget=forms.RadioSelect)
    stand_in = forms.TypedChoiceField(
        label=gettext_lazy("请谁代办"),
        coerce=int,
        help_text=gettext_lazy("同一个单位，或者同一个小区里有岗位的人。"),
        error_messages={"required": gettext_lazy("请选一位。"), "invalid_choice": gettext_lazy("请选一位。")},
    )
    since = forms.DateField(label=gettext_lazy("从哪一天起"), widget=_day_input(), error_messages=_DAY)
    until = forms.DateField(label=gettext_lazy("到哪一天（含这一天）"), widget=_day_input(), error_messages=_DAY)
    reason = forms.CharField(
        label=gettext_lazy("为什么"),
        help_text=gettext_lazy("只有您、代办的人和监督的人看得到。例如：年休假、外出培训。"),
        widget=forms.TextInput(attrs={"maxlength": rules.LONGEST_REASON}),
        error_messages={"required": gettext_lazy("请写明为什么请人代办。")},
    )

    def __init__(self, data: Any, *, offices: list[Office], people: list[tuple[int, str]], **named: Any) -> None:
        super().__init__(data, **named)
        offer(self, "term", ((office.term_id, _(post_label(office.kind))) for office in offices))
        offer(self, "stand_in", [("", _("请选")), *people])


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(0), CHINA)


@require_safe
def hand_overs(request: Request) -> HttpResponse:
    """Hand-overs that concern the reader: those he made, those to him, those of the estates that he supervises."""
    served(request.actor)
    given = selectors.hand_overs(request.actor, now=request.now)
    return render(
        request,
        "desk/hand_overs.html",
        {"section": SECTION, "given": given, "may": bool(policy.own_offices(request.actor))},
    )


def new(request: Request) -> HttpResponse:
    """Have another look after one's own post for some days."""
    served(request.actor)
    offices = policy.own_offices(request.actor)
    if not offices:
        raise NotFound(gettext_noop("您没有能请人代办的岗位。"))
    today = request.now.astimezone(CHINA).date()
    form = HandOverForm(
        posted(request),
        offices=offices,
        people=_people(request, offices),
        initial={"term": offices[0].term_id, "since": today, "until": today + timedelta(days=6)},
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        begin = _begin(data["since"])
        done = attempt(
            form,
            lambda: services.hand_over(
                actor=request.actor, term_id=data["term"], stand_in_id=data["stand_in"],
                # From today means from now: what was done this morning was done by oneself.
                since=request.now if data["since"] == today else begin,
                until=_begin(data["until"] + timedelta(days=1)), reason=data["reason"], now=request.now,
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("办好了。到时候他的工作台上会有您的事，写明是代办。"))
            return redirect("web:desk_hand_overs")
    return show_form(request, "desk/hand_over_new.html", {"section": SECTION, "form": form}, form)


def _people(request: Request, offices: list[Office]) -> list[tuple[int, str]]:
    """Return who may stand in for one of the posts, with what each is."""
    found: dict[int, Person] = {}
    for office in offices:
        found |= {row.pk: row for row in selectors.candidates(office, request.actor.person_id, now=request.now)}
    held = selectors.posts_of(found, now=request.now)
    words = {pk: Listed(KINDS[kind].label for kind in kinds if kind in KINDS).render(_) for pk, kinds in held.items()}
    return [(pk, _("{who}（{posts}）").format(who=row.name, posts=words.get(pk, ""))) for pk, row in found.items()]


def hand_over(request: Request, pk: int) -> HttpResponse:
    """One hand-over with what was done by it; either of the two ends it here."""
    estates = served(request.actor)
    row = selectors.hand_over_of(request.actor, pk)
    if row is None:
        raise NotFound(gettext_noop("没有这次代办。请回“请人代办”页再看看。"))
    given = selectors.given_of(request.actor, row, now=request.now)
    may_end = given.state != "over" and bool(policy.can_end(request.actor, row))
    if request.method == "POST":
        if may_end and not wants_to_confirm(request):
            return look_again(
                request,
                title=_("%(who)s代%(whom)s办") % {"who": row.stand_in.name, "whom": row.term.person.name},
                button=_("现在就结束代办"),
                warning=_("马上结束，不能恢复。要再请人代办，得重新办一次。"),
                lines=((_("岗位"), _(row.term.post.get_kind_display())), (_("为什么"), row.reason)),
                back=reverse("web:desk_hand_over", args=(pk,)),
                staff=True,
                context={"section": SECTION},
            )
        attempt_and_tell(
            request,
            lambda: services.end_hand_over(actor=request.actor, hand_over_id=pk, now=request.now),
            _("代办结束了。"),
        )
        return redirect("web:desk_hand_over", pk)
    acts = [
        {
            "at": act.entry.at,
            "estate": estates.get(act.entry.estate_id),
            "seq": act.entry.seq,
            "words": entries.describe(act.entry.kind, act.entry.facts).render(_),
        }
        for act in selectors.acts_of(given.rows)
    ]
    return render(
        request,
        "desk/hand_over.html",
        {
            "section": SECTION,
            "given": given,
            "row": row,
            "acts": acts,
            "may_end": may_end,
        },
    )
