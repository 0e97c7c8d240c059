"""Keys for programmes and devices of one's own: made, shown once, listed with their last use, revoked at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import Listed
from yishiting.reach.tokens import rules, selectors, services
from yishiting.reach.web.account.limits import later, take
from yishiting.reach.web.choosing import offer
from yishiting.reach.web.doorway import attempt, number_in, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.once_more import look_again, wants_to_confirm

WAYS = {"read": gettext_noop("看{room}"), "write": gettext_noop("办{room}")}


def scope_words(scope: str) -> str:
    """Return a scope as its owner reads it: 看事项, 办事项."""
    room, _colon, way = scope.partition(":")
    return _(WAYS[way]).format(room=_(rules.ROOMS[room]))


class TokenForm(forms.Form):
    """What a new key is for, what it may reach, how long it holds."""

    label = forms.CharField(
        label=gettext_lazy("给什么用"),
        max_length=rules.LONGEST_LABEL,
        help_text=gettext_lazy("写一个认得出来的名字，如：门口的大屏、我的表格程序。"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("谁来用"),
        choices=(
            (rules.Kind.PERSONAL.value, gettext_lazy("我自己的程序")),
            (
                rules.Kind.DEVICE.value,
                gettext_lazy("装在那里的设备（只能看大家都能看的，看不到人和住处，也不能投票）"),
            ),
        ),
        widget=forms.RadioSelect,
        initial=rules.Kind.PERSONAL.value,
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("能做什么"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只勾用得到的。您自己不能看、不能办的，密钥也不能。"),
    )
    days = forms.IntegerField(
        label=gettext_lazy("用多少天"),
        min_value=1,
        initial=90,
        help_text=gettext_lazy("自己的程序最多 366 天，设备最多 731 天。到期就打不开了。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = rules.scopes_for(rules.Kind.PERSONAL)
        offer(self, "scopes", ((scope, scope_words(scope)) for scope in scopes))


def _rows(request: Request) -> list[dict[str, Any]]:
    return [
        {"token": token, "holds": token.holds(request.now), "words": [scope_words(each) for each in token.scopes]}
        for token in selectors.tokens_of(request.actor, now=request.now)
    ]


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: Request) -> HttpResponse:
    """List one's keys; a post makes one and shows it this once, or revokes one (``revoke``) at once."""
    if request.actor.is_nobody:
        raise NotAllowed(gettext_noop("请先登录，再管您的接口密钥。"))
    if request.method == "POST" and "revoke" in request.POST:
        asked = request.POST["revoke"]
        number = number_in(asked) or 0
        standing = next((each for each in _rows(request) if each["token"].pk == number and each["holds"]), None)
        if standing is not None and not wants_to_confirm(request):
            return look_again(
                request, [("revoke", asked)], title=standing["token"].label, button=_("停用"),
                warning=_("停用以后，用它的程序或设备马上就打不开，也不能恢复；要再用，得重新做一个密钥。"),
                lines=((_("能做什么"), Listed(standing["words"]).render(_)),), back=reverse("web:tokens"),
                context={"section": "me"},
            )  # fmt: skip
        services.revoke_token(actor=request.actor, token_id=number, now=request.now)
        messages.success(request, _("这个密钥停用了，马上就打不开。"))
        return redirect("web:tokens")
    form = TokenForm(posted(request))
    if form.is_valid():
        if wait := take(request, action="make_token", key=""):
            form.add_error(None, later(_("密钥做得太勤了。"), wait))
        elif made := attempt(
            form, lambda: services.make_token(actor=request.actor, now=request.now, **form.cleaned_data)
        ):
            return render(
                request, "account/token_made.html", {"section": "me", "token": made.token, "secret": made.secret}
            )
    context = {"section": "me", "form": form, "rows": _rows(request)}
    return show_form(request, "account/tokens.html", context, form)
