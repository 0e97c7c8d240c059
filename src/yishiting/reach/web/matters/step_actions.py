"""The desk's forms of a matter's present step: end it, show what it asks for, answer those who wait."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from yishiting.council.matters import policy, services
from yishiting.council.matters.kinds.evidence import entrances_in_scope, homes_in_scope, require_asked
from yishiting.council.matters.models import Evidence
from yishiting.council.matters.selectors import DeskMatter
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import attempt, only_where
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters import desk_forms
from yishiting.reach.web.matters.desk_actions import NOT_NOW, bound, context_of, done_with, show
from yishiting.reach.web.matters.desk_views import ADD, desk_at
from yishiting.reach.web.matters.parts import ask_once_more
from yishiting.reach.web.once_more import goes_back, wants_to_confirm


def _mine_to_work(request: Request, desk: DeskMatter, due: bool) -> None:
    """Show no form of a step to whoever may not work on it, nor one that the step does not wait for."""
    if request.method != "POST" and desk.run is not None:
        policy.can_work(request.actor, desk.matter, desk.run).enforce()
    only_where(desk.run is not None and due, request, NOT_NOW)


def end_step(request: Request, slug: str, no: int) -> HttpResponse:
    """End the present step with one of the outcomes that its playbook names."""
    estate, desk = desk_at(request, slug, no)
    _mine_to_work(request, desk, desk.by_hand and bool(desk.outcomes) and not (desk.answers and desk.state.unanswered))
    outcomes = [(key, label.render(_)) for key, label in desk.outcomes]
    initial = {"run": desk.run.pk if desk.run else None, "outcome": outcomes[0][0] if len(outcomes) == 1 else ""}
    form = desk_forms.StepForm(bound(request), outcomes=outcomes, initial=initial)
    context = context_of(estate, desk)
    if request.method == "POST" and form.is_valid() and not goes_back(request):
        data = form.cleaned_data
        if data["outcome"] and not wants_to_confirm(request) and desk.ready and _same(desk, data["run"]):
            return ask_once_more(
                request,
                form,
                title=desk.run.title if desk.run else "",
                lines=[(_("结果"), dict(outcomes)[data["outcome"]]), (_("说明"), data["note"])],
                button=_("办完这一步"),
                warning=_("办完就往下走，不能退回来。"),
                context=context,
            )
        done = attempt(
            form,
            lambda: services.end_step(
                actor=request.actor,
                matter_id=desk.matter.pk,
                outcome=data["outcome"],
                note=data["note"],
                run_id=data["run"],
                now=request.now,
            ),
        )
        if done is not None:
            return done_with(request, estate, done, _("这一步办完了。"))
    return show(request, "matters/desk_step.html", form, context)


def _same(desk: DeskMatter, run_id: int) -> bool:
    return desk.run is not None and desk.run.pk == run_id


def evidence(request: Request, slug: str, no: int, kind: str) -> HttpResponse:
    """Record what shows that a gate of the present step is met."""
    estate, desk = desk_at(request, slug, no)
    if kind not in desk_forms.EvidenceForm.SHOWN:
        raise NotFound(gettext_noop("没有这种凭据。请从事项页里登记。"))
    matter = desk.matter
    _mine_to_work(request, desk, True)
    if request.method != "POST" and desk.run is not None:
        require_asked(kind, desk.asked, desk.run.title)
    done = {row.home_id for row in desk.evidence if row.kind == Evidence.Kind.CONTACTED}
    asked = request.GET.get("entrance", "")
    entrances = list(entrances_in_scope(matter).order_by("building__order", "order"))
    homes = [home for home in homes_in_scope(matter) if home.pk not in done] if kind == "contacted" else []
    left = {home.entrance_id for home in homes}
    narrowed = [home for home in homes if str(home.entrance_id) == asked] if asked else homes
    form = desk_forms.EvidenceForm(
        bound(request),
        request.FILES if request.method == "POST" else None,
        kind=kind,
        entrances=[each for each in entrances if kind != "contacted" or each.pk in left],
        homes=homes if request.method == "POST" else narrowed,
        parties=services.parties_of(desk.run) if desk.run else (),
        initial={"run": desk.run.pk if desk.run else None},
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _record(request, estate, desk, kind, form.cleaned_data))
        if made is not None:
            return done_with(request, estate, matter, _("登记好了。"))
    context = context_of(
        estate,
        desk,
        kind=kind,
        heading=_(ADD[kind]),
        entrances=[each for each in entrances if each.pk in left],
        asked=asked,
    )
    return show(request, "matters/desk_evidence.html", form, context)


def _record(request: Request, estate: Estate, desk: DeskMatter, kind: str, data: dict[str, Any]) -> list[Evidence]:
    upload = data.get("photo")
    homes = set(data.get("homes") or ())
    if whole := set(data.get("whole") or ()):
        homes |= {home.pk for home in homes_in_scope(desk.matter) if home.entrance_id in whole}
    run = desk.run
    if run is not None:
        policy.can_work(request.actor, desk.matter, run).enforce()
        if _same(desk, data["run"]):
            # Before the picture is kept, which the verb would have no use for.
            require_asked(kind, desk.asked, run.title)
    photo = services.store_photo(actor=request.actor, estate=estate, upload=upload, now=request.now) if upload else None
    return services.add_evidence(
        actor=request.actor,
        matter_id=desk.matter.pk,
        kind=kind,
        label=data.get("label") or "",
        note=data.get("note") or "",
        entrance_id=data.get("entrance") or None,
        home_ids=sorted(homes),
        photo=photo,
        run_id=data["run"],
        now=request.now,
    )


def answer(request: Request, slug: str, no: int) -> HttpResponse:
    """Answer the reporters, all with one text or each with his own."""
    estate, desk = desk_at(request, slug, no)
    _mine_to_work(request, desk, desk.answers and bool(desk.state.unanswered))
    waiting = _waiting(desk)
    outcomes = [(key, label.render(_)) for key, label in desk.outcomes]
    initial = {"run": desk.run.pk if desk.run else None}
    form = desk_forms.AnswerForm(bound(request), waiting=waiting, outcomes=outcomes, initial=initial)
    context = context_of(estate, desk, waiting=waiting)
    if request.method == "POST" and form.is_valid() and not goes_back(request):
        texts = form.texts()
        data = form.cleaned_data
        if all(texts.values()) and not wants_to_confirm(request) and _same(desk, data["run"]):
            labels = dict(waiting)
            return ask_once_more(
                request,
                form,
                title=_("答复反映人"),
                lines=[(labels[each], text) for each, text in texts.items()],
                button=_("发出答复"),
                warning=_("发出就不能改。都答复了，这一步就办完。"),
                context=context,
            )
        done = attempt(
            form,
            lambda: services.answer(
                actor=request.actor,
                matter_id=desk.matter.pk,
                texts=texts,
                outcome=data.get("outcome") or "",
                run_id=data["run"],
                now=request.now,
            ),
        )
        if done is not None:
            return done_with(request, estate, done, _("答复发出去了。"))
    return show(request, "matters/desk_answer.html", form, context)


def _waiting(desk: DeskMatter) -> list[tuple[int, str]]:
    """Return the reports that wait, each by what the actor may know of who made it."""
    by_id = {report.pk: report for report in desk.reports}
    found = []
    for place, state in enumerate(desk.state.unanswered, 1):
        report = by_id.get(state.report_id)
        label = _("第 %(n)s 位") % {"n": place}
        if report is not None and desk.names:
            label = f"{report.home or _('住处不详')} {report.person.name}"
        elif report is not None and report.home is not None:
            label = f"{report.home.entrance} {label}"
        found.append((state.report_id, label))
    return found
