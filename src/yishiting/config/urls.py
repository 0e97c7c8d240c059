"""Every address: sign-in as allauth names it, the programming interface, the rooms' pages under the namespace ``web``."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("yishiting.reach.web.account.addresses")),
    path("api/v1/", include(("yishiting.reach.api.v1", "api"))),
    path("", include("yishiting.reach.web.urls")),
]
