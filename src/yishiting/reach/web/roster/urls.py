"""Addresses of the roster."""

from django.urls import path

from yishiting.reach.web.roster import import_views, views

urlpatterns = [
    path("desk/roster/", views.roster, name="roster"),
    path("desk/<slug:slug>/roster/export/", views.export, name="roster_export"),
    path("desk/<slug:slug>/roster/homes/<int:pk>/", views.home, name="roster_home"),
    path("desk/<slug:slug>/roster/phones/<int:pk>/", views.phone, name="roster_phone"),
    path("desk/<slug:slug>/roster/import/", import_views.upload, name="roster_import"),
    path("desk/<slug:slug>/roster/import/done/<int:seq>/", import_views.done, name="roster_done"),
    path("desk/<slug:slug>/roster/import/<slug:token>/", import_views.preview, name="roster_preview"),
]
