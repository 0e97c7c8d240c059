"""Addresses of projects."""

from django.urls import path

from yishiting.reach.web.projects import desk_views, money_views, views

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
    path(f"{_DESK}funding/", money_views.plan, name="desk_project_funding"),
    path(f"{_DESK}funding/<int:line_no>/", money_views.news, name="desk_project_funding_news"),
    path(f"{_DESK}tasks/new/", money_views.task, name="desk_project_task_new"),
    path(f"{_DESK}tasks/<int:task_no>/", money_views.finish, name="desk_project_task"),
    path(f"{_DESK}tasks/<int:task_no>/drop/", money_views.drop, name="desk_project_task_drop"),
    path(f"{_DESK}phases/<int:phase_no>/<slug:kind>/", desk_views.step, name="desk_project_step"),
]
