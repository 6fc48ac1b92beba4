"""Addresses of the tables."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.tables import editing, views

app_name = "tables"
urlpatterns = [
    path("", views.tables, name="list"),
    path("versions/<int:version_id>/", views.version, name="version"),
    path("versions/<int:version_id>/confirm/", views.confirm, name="confirm"),
    path("versions/<int:version_id>/reject/", views.reject, name="reject"),
    path("versions/<int:version_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:code>/", views.table, name="table"),
    path("<str:code>/edit/", editing.edit, name="edit"),
    path("<str:code>/cell/", editing.cell, name="cell"),
    path("<str:code>/export/", views.export, name="export"),
]
