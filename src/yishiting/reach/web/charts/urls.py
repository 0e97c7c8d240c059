"""Addresses of charts."""

from django.urls import path

from yishiting.reach.web.charts import public_views, seat_views, unit_views, views

_CHART = "desk/<slug:slug>/charts/<int:no>/"
_UNIT = f"{_CHART}units/<int:unit>/"

urlpatterns = [
    path("e/<slug:slug>/chart/", public_views.chart, name="chart"),
    path("e/<slug:slug>/chart/mine/", public_views.mine, name="chart_mine"),
    path("desk/posts/charts/", views.charts, name="desk_charts"),
    path("desk/<slug:slug>/charts/new/", views.new, name="desk_chart_new"),
    path("desk/<slug:slug>/charts/seats/<int:pk>/", seat_views.seat, name="desk_seat"),
    path(_CHART, views.chart, name="desk_chart"),
    path(f"{_CHART}excel/", views.export, name="desk_chart_excel"),
    path(f"{_CHART}publish/", views.publish, name="desk_chart_publish"),
    path(f"{_CHART}end/", views.end, name="desk_chart_end"),
    path(f"{_CHART}units/new/", unit_views.new, name="desk_unit_new"),
    path(_UNIT, unit_views.unit, name="desk_unit"),
    path(f"{_UNIT}change/", unit_views.change, name="desk_unit_change"),
    path(f"{_UNIT}cover/", unit_views.cover, name="desk_unit_cover"),
    path(f"{_UNIT}end/", unit_views.end, name="desk_unit_end"),
    path(f"{_UNIT}leader/", seat_views.leader, name="desk_unit_leader"),
    path(f"{_UNIT}members/", seat_views.members, name="desk_unit_members"),
]
