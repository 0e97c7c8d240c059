"""The address of the demonstration's way in."""

from django.urls import path

from yishiting.reach.web.demo import views

urlpatterns = [path("demo/", views.roles, name="demo")]
