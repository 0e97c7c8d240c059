"""Addresses of the desk; the lists of each room stand with the room's pages."""

from django.urls import path

from yishiting.reach.web.desk import filter_views, hand_over_views, views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/excel/", views.export, name="desk_excel"),
    path("desk/search/", views.find, name="desk_search"),
    path("desk/filters/", filter_views.own, name="desk_filters"),
    path("desk/filters/<int:pk>/", filter_views.change, name="desk_filter"),
    path("desk/hand-overs/", hand_over_views.hand_overs, name="desk_hand_overs"),
    path("desk/hand-overs/new/", hand_over_views.new, name="desk_hand_over_new"),
    path("desk/hand-overs/<int:pk>/", hand_over_views.hand_over, name="desk_hand_over"),
]
