"""The desk's forms of triage, one verb each. What cannot be undone is shown once more before it is done."""

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
from yishiting.council.matters.models import Matter, PlaybookVersion
from yishiting.council.matters.selectors import DeskMatter
from yishiting.ground.organisations.tiers import Tier, tier_of
from yishiting.ground.organisations.tiers import label as tier_label
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Listed, gettext_noop
from yishiting.reach.web.doorway import attempt, only_where
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters import desk_forms, forms
from yishiting.reach.web.matters.desk_views import SECTION, desk_at
from yishiting.reach.web.matters.parts import ask_once_more
from yishiting.reach.web.matters.raising_views import EmergencyForm
from yishiting.reach.web.once_more import goes_back, wants_to_confirm

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
    form = desk_forms.AcceptForm(
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
    steps = Listed((step.title for step in playbook.steps), mark=gettext_noop("→")).render(_)
    if version.categories and matter.category not in version.categories:
        return _("一般用于%(names)s。%(steps)s") % {"names": Listed(version.categories).render(_), "steps": steps}
    return steps


def decline(request: Request, slug: str, no: int) -> HttpResponse:
    """Decline a matter: the reason is the answer that every reporter gets."""
    estate, desk = desk_at(request, slug, no)
    policy.can_settle(request.actor, desk.matter, desk.run).enforce()
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
    policy.can_settle(request.actor, desk.matter, desk.run).enforce()
    only_where(_open(desk) and not desk.is_emergency, request, NOT_NOW)
    targets = selectors.merge_targets(desk.matter)
    suggested = request.GET.get("into", "")
    form = desk_forms.MergeForm(
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


@require_POST
def publish(request: Request, slug: str, no: int, pk: int) -> HttpResponse:
    """Let everybody see a picture, or no longer."""
    estate, desk = desk_at(request, slug, no)
    public = request.POST.get("public") == "1"
    services.publish_photo(actor=request.actor, matter_id=desk.matter.pk, photo_id=pk, public=public, now=request.now)
    return done_with(
        request, estate, desk.matter, _("公开了，谁都看得到。") if public else _("收回了，只有办事的人看得到。")
    )
