"""Addresses of projects."""

from django.urls import path

from yishiting.reach.web.projects import desk_views, views

_DESK = "desk/<slug:slug>/projects/<int:no>/"

urlpatterns = [
    path("e/<slug:slug>/projects/", views.projects, name="projects"),
    path("e/<slug:slug>/projects/<int:no>/", views.project, name="project"),
    path("desk/projects/", desk_views.projects, name="desk_projects"),
    path("desk/projects/excel/", desk_views.export, name="desk_projects_excel"),
    path("desk/<slug:slug>/projects/new/", desk_views.new, name="desk_project_new"),
    path(_DESK, desk_views.project, name="desk_project"),
    path(f"{_DESK}insurance/", desk_views.insurance, name="desk_project_insurance"),
    path(f"{_DESK}plan/", desk_views.plan, name="desk_project_plan"),
    path(f"{_DESK}phases/<int:phase_no>/<slug:kind>/", desk_views.step, name="desk_project_step"),
]
