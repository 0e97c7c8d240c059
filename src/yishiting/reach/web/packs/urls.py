"""Addresses of the rules of a place."""

from django.urls import path

from yishiting.reach.web.packs import views

urlpatterns = [
    path("e/<slug:slug>/rules/", views.rules, name="rules"),
    path("desk/<slug:slug>/rules/", views.desk, name="desk_rules"),
    path("desk/<slug:slug>/rules/choose/", views.choose, name="desk_rules_choose"),
    path("desk/<slug:slug>/rules/bring/", views.bring, name="desk_rules_bring"),
]
