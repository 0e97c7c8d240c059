"""Every address: sign-in as allauth names it, and the rooms' pages under the namespace ``web``."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("yishiting.reach.web.account.addresses")),
    path("", include("yishiting.reach.web.urls")),
]
