"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

from tiaodu.web import alerts, home, screen, views

urlpatterns = [
    path("", home.home, name="home"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("screen/", screen.screen, name="screen"),
    path("language/", views.set_language, name="set-language"),
    path("day/", views.set_day, name="set-day"),
    path("search/", views.search, name="search"),
]
