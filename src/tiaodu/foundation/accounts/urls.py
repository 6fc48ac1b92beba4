"""Addresses of logging in, of one's own account, and of looking after people."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.accounts import administration, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("password/", views.password, name="password"),
    path("profile/", views.profile, name="profile"),
    path("users/", administration.users, name="users"),
    path("users/new/", administration.user_new, name="user-new"),
    path("users/access/", administration.access_table, name="access"),
    path("users/<int:user_id>/", administration.user, name="user"),
    path("users/<int:user_id>/reset/", administration.user_reset, name="user-reset"),
    path("users/<int:user_id>/unlock/", administration.user_unlock, name="user-unlock"),
    path("users/<int:user_id>/active/", administration.user_active, name="user-active"),
]
