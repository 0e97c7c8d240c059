"""Addresses of the work calendar."""

from django.urls import path

from yishiting.reach.web.calendar import views

_CALENDAR = "desk/<slug:slug>/calendar/"

urlpatterns = [
    path(_CALENDAR, views.calendar, name="desk_calendar"),
    path(f"{_CALENDAR}day/", views.day, name="desk_calendar_day"),
    path(f"{_CALENDAR}list/", views.days, name="desk_calendar_list"),
    path(f"{_CALENDAR}<int:pk>/lift/", views.lift, name="desk_calendar_lift"),
]
