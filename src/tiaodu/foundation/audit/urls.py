"""Addresses of the audit log."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.entries, name="list"),
    path("<int:entry_id>/", views.entry, name="entry"),
]
