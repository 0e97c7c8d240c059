"""Addresses of appraisals."""

from django.urls import path

from yishiting.reach.web.appraisals import desk_views, views

_ONE = "e/<slug:slug>/appraisals/<int:no>/"
_DESK = "desk/<slug:slug>/appraisals/<int:no>/"

urlpatterns = [
    path("e/<slug:slug>/appraisals/", views.appraisals, name="appraisals"),
    path(_ONE, views.appraisal, name="appraisal"),
    path(f"{_ONE}answer/<int:home>/", views.answer, name="appraisal_answer"),
    path("desk/appraisals/", desk_views.appraisals, name="desk_appraisals"),
    path("desk/<slug:slug>/appraisals/new/", desk_views.new, name="desk_appraisal_new"),
    path(_DESK, desk_views.appraisal, name="desk_appraisal"),
    path(f"{_DESK}<slug:act>/", desk_views.act, name="desk_appraisal_act"),
]
