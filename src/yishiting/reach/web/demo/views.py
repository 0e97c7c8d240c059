"""Signing in as anybody in the story. The demonstration alone: elsewhere there is no such page, whatever lies in a file."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yishiting.ground.people.models import Person
from yishiting.ground.people.sign_in import account_for
from yishiting.reach.web.demo.file import sign_ins
from yishiting.reach.web.http import Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: Request) -> HttpResponse:
    """List the roles of the story; a post signs in as one of them, and as nobody who is not listed."""
    if not settings.DEMO:
        raise Http404
    listed = sign_ins()
    if request.method != "POST":
        return render(request, "demo/roles.html", {"sign_ins": listed})
    role = next((entry for entry in listed if str(entry.person_id) == request.POST.get("person")), None)
    person = Person.objects.filter(pk=role.person_id).first() if role else None
    if person is None:
        messages.warning(request, _("故事里没有这个人了，请重新生成演示数据。"))
        return HttpResponseRedirect(reverse("web:demo"))
    account = account_for(person, now=request.now)
    if request.user.is_authenticated:
        # Whoever tries the roles one after another should not have to sign out each time.
        logout(request, show_message=False)
    record_authentication(request, account, method="demo")
    answer: HttpResponse = perform_login(request, Login(user=account))
    return answer
