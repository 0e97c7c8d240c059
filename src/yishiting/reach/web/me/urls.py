"""Addresses of what is mine."""

from django.urls import path

from yishiting.reach.web.me import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/inbox/", views.inbox, name="inbox"),
    path("me/inbox/read/", views.read_all, name="inbox_read"),
]
