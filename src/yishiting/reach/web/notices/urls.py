"""Addresses of notices and canvasses."""

from django.urls import path

from yishiting.reach.web.notices import canvass_views, desk_views, objection_views, views

_DESK = "desk/<slug:slug>/notices/<int:no>/"
_ROUND = "desk/<slug:slug>/canvasses/<int:no>/"

urlpatterns = [
    path("e/<slug:slug>/notices/", views.notices, name="notices"),
    path("e/<slug:slug>/notices/<int:no>/", views.notice, name="notice"),
    path("e/<slug:slug>/notices/<int:no>/poster/", views.poster, name="notice_poster"),
    path("e/<slug:slug>/notices/<int:no>/object/", objection_views.objecting, name="notice_object"),
    path(
        "e/<slug:slug>/notices/<int:no>/objections/<int:objection>/", objection_views.objection, name="notice_objection"
    ),
    path("e/<slug:slug>/canvasses/<int:no>/", views.canvass, name="canvass"),
    path("desk/notices/", desk_views.notices, name="desk_notices"),
    path("desk/notices/excel/", desk_views.export, name="desk_notices_excel"),
    path("desk/<slug:slug>/notices/new/", desk_views.new, name="desk_notice_new"),
    path("desk/<slug:slug>/notices/pictures/<int:pk>/", desk_views.picture, name="desk_notice_picture"),
    path(_DESK, desk_views.notice, name="desk_notice"),
    path(f"{_DESK}revise/", desk_views.revise, name="desk_notice_revise"),
    path(f"{_DESK}review/", desk_views.review, name="desk_notice_review"),
    path(f"{_DESK}publish/", desk_views.publish, name="desk_notice_publish"),
    path(f"{_DESK}post/", desk_views.post, name="desk_notice_post"),
    path(f"{_DESK}archive/", desk_views.archive, name="desk_notice_archive"),
    path(f"{_DESK}objections/", objection_views.desk_objections, name="desk_notice_objections"),
    path(f"{_DESK}objections/new/", objection_views.desk_write_down, name="desk_notice_objection_new"),
    path(f"{_DESK}objections/<int:objection>/", objection_views.desk_objection, name="desk_notice_objection"),
    path(f"{_DESK}objections/<int:objection>/back/", objection_views.desk_take_back, name="desk_notice_objection_back"),
    path("desk/canvasses/", canvass_views.canvasses, name="desk_canvasses"),
    path("desk/<slug:slug>/canvasses/new/", canvass_views.new, name="desk_canvass_new"),
    path(_ROUND, canvass_views.canvass, name="desk_canvass"),
    path(f"{_ROUND}doors/<int:building>/", canvass_views.doors, name="desk_canvass_doors"),
    path(f"{_ROUND}homes/<int:home>/", canvass_views.home, name="desk_canvass_home"),
    path(f"{_ROUND}excel/", canvass_views.export, name="desk_canvass_excel"),
    path(f"{_ROUND}close/", canvass_views.close, name="desk_canvass_close"),
]
