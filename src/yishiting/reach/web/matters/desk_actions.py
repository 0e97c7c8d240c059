"""The desk's forms of matters, one verb each. What cannot be undone is shown once more before it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yishiting.council.matters import policy, selectors, services
from yishiting.council.matters.kinds.evidence import entrances_in_scope, homes_in_scope, require_asked
from yishiting.council.matters.models import Evidence, Matter, PlaybookVersion
from yishiting.council.matters.selectors import DeskMatter
from yishiting.ground.organisations.tiers import Tier, tier_of
from yishiting.ground.organisations.tiers import label as tier_label
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Listed, gettext_noop
from yishiting.reach.web.doorway import attempt, only_where
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters import forms
from yishiting.reach.web.matters.desk_views import ADD, SECTION, desk_at
from yishiting.reach.web.matters.parts import ask_once_more, goes_back, wants_to_confirm
from yishiting.reach.web.matters.raising_views import EmergencyForm

NOT_NOW = gettext_noop("这件事现在不到这一步。请回事项页，看它走到哪里、现在能办什么。")
PUBLIC_HINT = gettext_noop("小区的住户看得到，请不要写姓名、电话和门牌号。")


def context_of(estate: Estate, desk: DeskMatter, **more: Any) -> dict[str, Any]:
    """Return what each of these pages shows of its matter."""
    return {
        "section": SECTION, "estate": estate, "desk": desk, "matter": desk.matter, "where": desk.matter.said_where, **more
    }  # fmt: skip


def show(request: Request, template: str, form: django_forms.Form, context: dict[str, Any]) -> HttpResponse:
    """Show a form, with 422 where it was not taken."""
    wrong = request.method == "POST" and bool(form.errors)
    return render(request, template, {**context, "form": form}, status=422 if wrong else 200)


def done_with(request: Request, estate: Estate, matter: Matter, words: str) -> HttpResponse:
    """Say that it is done, on the page of the matter."""
    messages.success(request, words)
    return redirect("web:desk_matter", estate.slug, matter.no)


def bound(request: Request) -> Any:
    """Return what was sent, or None for a page that is opened."""
    return request.POST if request.method == "POST" else None


def _open(desk: DeskMatter) -> bool:
    return desk.matter.status == Matter.Status.OPEN


def _mine_to_work(request: Request, desk: DeskMatter, due: bool) -> None:
    """Show no form of a step to whoever may not work on it, nor one that the step does not wait for."""
    if request.method != "POST" and desk.run is not None:
        policy.can_work(request.actor, desk.matter, desk.run).enforce()
    only_where(desk.run is not None and due, request, NOT_NOW)


def _offered(estate: Estate, matter: Matter) -> tuple[list[PlaybookVersion], list[PlaybookVersion]]:
    """Return the playbooks that name the matter's category or every one, and the others; all can be chosen."""
    found = selectors.available_playbooks(estate)
    named = [each for each in found if matter.category in each.categories]
    general = [each for each in found if not each.categories]
    return [*named, *general], [each for each in found if each.categories and matter.category not in each.categories]


def accept(request: Request, slug: str, no: int) -> HttpResponse:
    """Take a matter up with a playbook."""
    estate, desk = desk_at(request, slug, no)
    policy.can_triage(request.actor, desk.matter).enforce()
    again = any(offer.action == "triage" for offer in desk.offers)
    only_where(desk.is_intake or again, request, NOT_NOW)
    offered, others = _offered(estate, desk.matter)
    initial = {
        "title": desk.matter.said_title,
        "spot": desk.matter.said_spot,
        # One for every category rather than a narrow one that happens to come first; what is chosen is for staff to say.
        "playbook": next((each.pk for each in offered if not each.categories), offered[0].pk if offered else None),
    }
    form = forms.AcceptForm(
        bound(request),
        offered=offered,
        others=others,
        initial=initial,
        label=_("为什么受理"),
        help_text=_(PUBLIC_HINT),
    )
    hints = {str(each.pk): _hint(each, desk.matter) for each in (*offered, *others)}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: services.triage_accept(
                actor=request.actor,
                matter_id=desk.matter.pk,
                playbook_id=data["playbook"],
                reason=data["reason"],
                title=data["title"],
                spot=data["spot"],
                now=request.now,
            ),
        )
        if done is not None:
            return done_with(request, estate, done, _("受理了，已按工作法开始办理。"))
    return show(request, "matters/desk_accept.html", form, context_of(estate, desk, hints=hints))


def _hint(version: PlaybookVersion, matter: Matter) -> str:
    playbook = services.playbook_of(version)
    steps = "→".join(_(step.title) for step in playbook.steps)
    if version.categories and matter.category not in version.categories:
        return _("一般用于%(names)s。%(steps)s") % {"names": Listed(version.categories).render(_), "steps": steps}
    return steps


def decline(request: Request, slug: str, no: int) -> HttpResponse:
    """Decline a matter: the reason is the answer that every reporter gets."""
    estate, desk = desk_at(request, slug, no)
    policy.can_triage(request.actor, desk.matter).enforce()
    only_where(_open(desk), request, NOT_NOW)
    form = forms.ReasonForm(
        bound(request),
        label=_("不予采纳的理由"),
        help_text=_("每一位反映人都会收到这段话，小区的住户也看得到。请说清为什么，还可以找谁。"),
    )

    def verb(data: dict[str, Any]) -> Matter:
        return services.decline(actor=request.actor, matter_id=desk.matter.pk, reason=data["reason"], now=request.now)

    return twice(
        request, estate, desk, form, verb,
        template="matters/desk_decline.html",
        title=_("不予采纳，答复反映人"),
        lines=lambda data: [(_("答复"), data["reason"]), (_("答复给"), _("%(n)s 条反映") % {"n": desk.matter.unanswered})],
        button=_("不予采纳"),
        warning=_("办完就定了。反映人可以申请重新办理。"),
        done=_("已答复反映人。"),
    )  # fmt: skip


def merge(request: Request, slug: str, no: int) -> HttpResponse:
    """Merge a matter into another; every report goes along."""
    estate, desk = desk_at(request, slug, no)
    policy.can_triage(request.actor, desk.matter).enforce()
    only_where(_open(desk) and not desk.is_emergency, request, NOT_NOW)
    targets = selectors.merge_targets(desk.matter)
    suggested = request.GET.get("into", "")
    form = forms.MergeForm(
        bound(request),
        targets=targets,
        initial={"into": next((each.pk for each in targets if str(each.no) == suggested), None)},
        label=_("为什么是同一件事"),
        help_text=_(PUBLIC_HINT),
    )
    by_id = {each.pk: each for each in targets}

    def verb(data: dict[str, Any]) -> Matter:
        if data["into"] not in by_id:
            raise NotFound(gettext_noop("请选要并入哪一件。"))
        services.merge(
            actor=request.actor, matter_id=desk.matter.pk, into_id=data["into"], reason=data["reason"], now=request.now
        )
        return desk.matter

    return twice(
        request, estate, desk, form, verb,
        template="matters/desk_merge.html",
        title=_("并入另一件"),
        lines=lambda data: [
            (_("并入"), _("第 %(no)s 件 %(title)s") % {"no": by_id[data["into"]].no, "title": by_id[data["into"]].said_title} if data["into"] in by_id else ""),
            (_("反映"), _("%(n)s 条，一条不少，一并转过去") % {"n": len(desk.state.reports)}),
            (_("理由"), data["reason"]),
        ],
        button=_("并入"),
        warning=_("并错了可以再分开，答复过就不能分了。"),
        done=_("并好了，反映人会收到消息。"),
    )  # fmt: skip


def emergency(request: Request, slug: str, no: int) -> HttpResponse:
    """Deal with a matter at once, outside its playbook; who decided and why stand on record."""
    estate, desk = desk_at(request, slug, no)
    policy.can_triage(request.actor, desk.matter).enforce()
    only_where(_open(desk) and not desk.is_emergency, request, NOT_NOW)
    form = EmergencyForm(
        bound(request),
        above=tier_of(services.post_kind(request.actor, desk.matter)),
        label=_("为什么要应急处理"),
        help_text=_("您的岗位和这段理由都会记下来，小区的住户看得到。"),
    )

    def verb(data: dict[str, Any]) -> Matter:
        named = data.get("tier")
        return services.emergency(
            actor=request.actor, matter_id=desk.matter.pk, reason=data["reason"], now=request.now,
            tier=Tier(named) if named else None,
        )  # fmt: skip

    return twice(
        request, estate, desk, form, verb,
        template="matters/desk_emergency.html",
        title=_("应急处理"),
        lines=lambda data: [
            (_("理由"), data["reason"]),
            (_("直接报到"), tier_label(data["tier"]).render(_) if data.get("tier") else ""),
        ],
        button=_("应急处理"),
        warning=_("这件事就不再按工作法一步步走，处理完直接答复反映人。"),
        done=_("转应急处理了，处理完请答复反映人。"),
    )  # fmt: skip


def twice(
    request: Request, estate: Estate, desk: DeskMatter, form: django_forms.Form, verb: Callable[[dict[str, Any]], Matter],
    *, template: str, title: str, lines: Callable[[dict[str, Any]], list[tuple[str, str]]], button: str, warning: str,
    done: str, more: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Take a form, show once more what it will do, then do it."""
    context = context_of(estate, desk, **(more or {}))
    if request.method == "POST" and form.is_valid() and not goes_back(request):
        data = form.cleaned_data
        if not wants_to_confirm(request):
            return ask_once_more(
                request, form, title=title, lines=lines(data), button=button, warning=warning, context=context
            )
        made = attempt(form, lambda: verb(data))
        if made is not None:
            return done_with(request, estate, made, done)
    return show(request, template, form, context)


def end_step(request: Request, slug: str, no: int) -> HttpResponse:
    """End the present step with one of the outcomes that its playbook names."""
    estate, desk = desk_at(request, slug, no)
    _mine_to_work(request, desk, desk.by_hand and bool(desk.outcomes) and not (desk.answers and desk.state.unanswered))
    outcomes = [(key, label.render(_)) for key, label in desk.outcomes]
    initial = {"run": desk.run.pk if desk.run else None, "outcome": outcomes[0][0] if len(outcomes) == 1 else ""}
    form = forms.StepForm(bound(request), outcomes=outcomes, initial=initial)
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
    if kind not in forms.EvidenceForm.SHOWN:
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
    form = forms.EvidenceForm(
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
    form = forms.AnswerForm(bound(request), waiting=waiting, outcomes=outcomes, initial=initial)
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


@require_POST
def publish(request: Request, slug: str, no: int, pk: int) -> HttpResponse:
    """Let everybody see a picture, or no longer."""
    estate, desk = desk_at(request, slug, no)
    public = request.POST.get("public") == "1"
    services.publish_photo(actor=request.actor, matter_id=desk.matter.pk, photo_id=pk, public=public, now=request.now)
    return done_with(
        request, estate, desk.matter, _("公开了，谁都看得到。") if public else _("收回了，只有办事的人看得到。")
    )
