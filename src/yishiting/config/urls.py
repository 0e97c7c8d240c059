"""Every address: sign-in as allauth names it, the programming interface, the rooms' pages under the namespace ``web``."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.defaults import server_error

from yishiting.reach.api import problems

urlpatterns = [
    path("account/", include("yishiting.reach.web.account.addresses")),
    path("api/v1/", include(("yishiting.reach.api.v1", "api"))),
    path("", include("yishiting.reach.web.urls")),
]


def failed(request: HttpRequest) -> HttpResponse:
    """Tell what went wrong on our side to a programme as any other problem, to people on a page."""
    return problems.failed() if request.path.startswith("/api/") else server_error(request)


handler500 = failed
