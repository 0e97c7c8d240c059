"""Addresses of the register of posts and of interests."""

from django.urls import path

from yishiting.reach.web.posts import my_views, views

urlpatterns = [
    path("desk/posts/", views.posts, name="desk_posts"),
    path("desk/posts/excel/", views.export, name="desk_posts_excel"),
    path("desk/interests/", views.interests, name="desk_interests"),
    path("desk/<slug:slug>/interests/new/", views.declare, name="desk_interest_new"),
    path("desk/<slug:slug>/companies/new/", views.company, name="desk_company_new"),
    path("desk/<slug:slug>/interests/<int:pk>/", views.interest, name="desk_interest"),
    path("me/interests/", my_views.interests, name="my_interests"),
    path("me/interests/<int:pk>/", my_views.interest, name="my_interest"),
    path("me/interests/<slug:slug>/new/", my_views.declare, name="my_interest_new"),
]
