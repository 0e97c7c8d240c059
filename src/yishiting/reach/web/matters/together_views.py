"""One verb of triage over several matters: ticked on the list, written once, looked at line by line, then done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yishiting.council.matters import selectors
from yishiting.council.matters.models import Matter
from yishiting.council.matters.services import together
from yishiting.council.matters.services.together import Together
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import number_in, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters.desk_views import SECTION

LONGEST = 1000
HELP = {
    "accept": gettext_lazy("小区的住户看得到，请不要写姓名、电话和门牌号。"),
    "decline": gettext_lazy("每一位反映人都会收到这段话，小区的住户也看得到。请说清为什么，还可以找谁。"),
    "merge": gettext_lazy("小区的住户看得到，请不要写姓名、电话和门牌号。"),
    "raise": gettext_lazy("上一级和小区的住户会看到。"),
}
BUTTONS = {
    "accept": gettext_lazy("受理这 %(n)s 件"),
    "decline": gettext_lazy("答复这 %(n)s 件不予采纳"),
    "merge": gettext_lazy("把这 %(n)s 件并过去"),
    "raise": gettext_lazy("上交这 %(n)s 件"),
}


class TogetherForm(forms.Form):
    """The reason, with what else the verb asks for."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写明理由，住户会看到。")},
    )

    def __init__(self, data: Any, *, verb: str, rows: list[Matter]) -> None:
        super().__init__(data)
        self.fields["reason"].help_text = HELP[verb]
        if verb == "accept":
            self.fields["playbook"] = _choice(_("用哪一种工作法"), _playbooks(rows), _("请选一种工作法。"))
        if verb == "merge":
            numbers = [(row.pk, _("第 %(no)s 件 %(title)s") % {"no": row.no, "title": row.said_title}) for row in rows]
            self.fields["into"] = _choice(_("并到哪一件里"), numbers, _("请选要并入哪一件。"))
        self.order_fields(["playbook", "into", "reason"])


def _choice(label: str, choices: list[tuple[int, str]], missing: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[("", _("请选")), *choices],
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _playbooks(rows: list[Matter]) -> list[tuple[int, str]]:
    """Return the playbooks that a matter of each of the estates may be given; which fit is told matter by matter."""
    estates = {row.estate_id: row.estate for row in rows}
    offered: dict[int, str] = {}
    common: set[int] | None = None
    for estate in estates.values():
        found = {version.pk: _(version.name) for version in selectors.available_playbooks(estate)}
        offered |= found
        common = set(found) if common is None else common & set(found)
    return [(pk, name) for pk, name in offered.items() if common is not None and pk in common]


def matters_together(request: Request) -> HttpResponse:
    """Take what was ticked and the verb; ask for the reason, show what would come of each, do it and tell."""
    ids = tuple(number for pk in request.POST.getlist("chosen") if (number := number_in(pk)) is not None)
    verb = request.POST.get("verb", "")
    try:
        if verb not in together.VERBS:
            raise BadInput(gettext_noop("请选要一起办什么。"))
        rows = together.chosen(request.actor, ids)
    except BadInput as refusal:
        messages.error(request, refusal.message.render(_))
        return redirect("web:desk_matters")
    asked = "reason" in request.POST
    form = TogetherForm(request.POST if asked else None, verb=verb, rows=rows)
    context: dict[str, Any] = {
        "section": SECTION, "rows": rows, "verb": verb, "title": _(together.VERBS[verb]), "form": form,
    }  # fmt: skip
    if not asked or "back" in request.POST or not form.is_valid():
        return show_form(request, "matters/desk_together.html", context, form)
    data = form.cleaned_data
    into = data.get("into") or 0
    wanted = Together(
        verb, tuple(row.pk for row in rows), data["reason"], data.get("playbook") or 0, into, _seen(request)
    )
    sure = "sure" in request.POST
    run = together.carry_out if sure else together.look
    lines = run(actor=request.actor, wanted=wanted, now=request.now)
    done = [line for line in lines if line.done]
    context |= {
        "lines": lines,
        "done": len(done),
        "refused": len(lines) - len(done),
        "told": sure,
        "button": str(BUTTONS[verb]) % {"n": len(done)},
        "publishes": verb == "accept",
        "into": next((row for row in rows if row.pk == into), None),
    }
    return render(request, "matters/desk_together_lines.html", context)


def _seen(request: Request) -> dict[int, tuple[int, int]]:
    """Return the steps and posts that matters were with when they were looked at."""
    found: dict[int, tuple[int, int]] = {}
    for mark in request.POST.getlist("seen"):
        match [number_in(part) for part in mark.split(":")]:
            case [int(matter), int(run), int(post)]:
                found[matter] = (run, post)
    return found
