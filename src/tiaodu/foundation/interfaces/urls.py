"""Addresses of looking after tokens."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.interfaces import views

app_name = "interfaces"
urlpatterns = [
    path("", views.tokens, name="list"),
    path("new/", views.make, name="new"),
    path("<int:token_id>/", views.token, name="token"),
    path("<int:token_id>/fetch/", views.fetch, name="fetch"),
    path("<int:token_id>/revoke/", views.revoke, name="revoke"),
]
