"""Addresses of mediation."""

from django.urls import path

from yishiting.reach.web.cases import desk_views, my_views

urlpatterns = [
    path("me/cases/", my_views.cases, name="my_cases"),
    path("me/cases/<slug:slug>/new/", my_views.ask, name="case_ask"),
    path("me/cases/<slug:slug>/<int:no>/", my_views.case, name="my_case"),
    path("me/cases/<slug:slug>/<int:no>/<int:party>/<slug:act>/", my_views.say, name="my_case_say"),
    path("desk/cases/", desk_views.cases, name="desk_cases"),
    path("desk/<slug:slug>/cases/new/", desk_views.new, name="desk_case_new"),
    path("desk/<slug:slug>/cases/take-over/", desk_views.take_over, name="desk_cases_take_over"),
    path("desk/<slug:slug>/cases/<int:no>/", desk_views.case, name="desk_case"),
    path("desk/<slug:slug>/cases/<int:no>/<slug:act>/", desk_views.act, name="desk_case_act"),
]
