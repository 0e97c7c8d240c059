"""Addresses of matters."""

from django.urls import path

from yishiting.reach.web.matters import (
    desk_actions,
    desk_views,
    parting_views,
    raising_views,
    report_views,
    reports_desk,
    step_actions,
    together_views,
    views,
)

_MATTER = "e/<slug:slug>/matters/<int:no>/"
_DESK = "desk/<slug:slug>/matters/<int:no>/"

urlpatterns = [
    path("e/<slug:slug>/matters/", views.matters, name="matters"),
    path("e/<slug:slug>/matters/settled/", raising_views.settled, name="settled"),
    path("e/<slug:slug>/matters/new/", report_views.report, name="report"),
    path(_MATTER, views.matter, name="matter"),
    path(f"{_MATTER}join/", report_views.join, name="join"),
    path(f"{_MATTER}rate/", report_views.rate, name="rate"),
    path(f"{_MATTER}reopen/", report_views.reopen, name="reopen"),
    path(f"{_MATTER}correct/", report_views.correct, name="report_correct"),
    path(f"{_MATTER}withdraw/", report_views.withdraw, name="report_withdraw"),
    path("e/<slug:slug>/playbooks/<slug:playbook>/<int:version>/", views.playbook, name="playbook"),
    path("e/<slug:slug>/photos/<int:pk>/", views.photo, name="photo"),
    path("desk/matters/", desk_views.matters, name="desk_matters"),
    path("desk/matters/excel/", desk_views.export, name="desk_matters_excel"),
    path("desk/matters/together/", together_views.matters_together, name="desk_matters_together"),
    path("desk/reports/", reports_desk.reports, name="desk_reports"),
    path("desk/reports/excel/", reports_desk.export, name="desk_reports_excel"),
    path("desk/playbooks/", desk_views.playbooks, name="desk_playbooks"),
    path("desk/<slug:slug>/playbooks/new/", desk_views.playbook_new, name="desk_playbook_new"),
    path("desk/<slug:slug>/playbooks/<slug:playbook>/retire/", desk_views.playbook_retire, name="desk_playbook_retire"),
    path(_DESK, desk_views.matter, name="desk_matter"),
    path(f"{_DESK}accept/", desk_actions.accept, name="desk_matter_accept"),
    path(f"{_DESK}decline/", desk_actions.decline, name="desk_matter_decline"),
    path(f"{_DESK}merge/", desk_actions.merge, name="desk_matter_merge"),
    path(f"{_DESK}unmerge/", parting_views.unmerge, name="desk_matter_unmerge"),
    path(f"{_DESK}reports/<int:pk>/separate/", parting_views.separate, name="desk_report_separate"),
    path(f"{_DESK}reports/<int:pk>/judge/", parting_views.judge, name="desk_report_judge"),
    path(f"{_DESK}emergency/", desk_actions.emergency, name="desk_matter_emergency"),
    path(f"{_DESK}raise/", raising_views.raise_one_tier, name="desk_matter_raise"),
    path(f"{_DESK}step/", step_actions.end_step, name="desk_matter_step"),
    path(f"{_DESK}evidence/<slug:kind>/", step_actions.evidence, name="desk_matter_evidence"),
    path(f"{_DESK}answer/", step_actions.answer, name="desk_matter_answer"),
    path(f"{_DESK}photos/<int:pk>/publish/", desk_actions.publish, name="desk_matter_photo"),
]
