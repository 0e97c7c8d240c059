"""Addresses of the desk; the lists of each room stand with the room's pages."""

from django.urls import path

from yishiting.reach.web.desk import views

urlpatterns = [path("desk/", views.desk, name="desk")]
