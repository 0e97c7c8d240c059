"""Addresses of an estate's own pages."""

from django.urls import path

from yishiting.reach.web import language
from yishiting.reach.web.estates import views, who_views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("elder/", views.elder, name="elder"),
    path("language/", language.choose, name="language"),
    path("e/<slug:slug>/", views.estate, name="estate"),
    path("e/<slug:slug>/who/", who_views.who, name="who"),
    path("e/<slug:slug>/record/", views.record, name="record"),
]
