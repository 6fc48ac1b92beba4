"""Addresses of the working calendar."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.year, name="year"),
]
