"""Addresses of sign-in under the names by which allauth reverses them. What is not offered here (signing up, e-mail,
resetting by e-mail, accounts of other sites) has no address at all.
"""

from allauth.account import views as allauth_views
from django.urls import path

from yishiting.reach.web.account import views

urlpatterns = [
    path("login/", views.PhoneView.as_view(), name="account_login"),
    # allauth has two names for what is one page here.
    path("login/", views.PhoneView.as_view(), name="account_request_login_code"),
    path("login/code/", views.CodeView.as_view(), name="account_confirm_login_code"),
    path("login/password/", views.PasswordView.as_view(), name="account_password"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("password/set/", views.SetPasswordView.as_view(), name="account_set_password"),
    path("password/change/", views.ChangePasswordView.as_view(), name="account_change_password"),
]
