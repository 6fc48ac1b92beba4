"""Addresses of leading firms."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.returns.leading import views

leading_patterns = [
    path("economy/leading/", views.firms, name="leading"),
    path("economy/leading/add/", views.add, name="leading-add"),
    path("economy/leading/<int:leading_id>/", views.firm, name="leading-firm"),
    path("economy/leading/<int:leading_id>/end/", views.end, name="leading-end"),
    path("economy/leading/<int:leading_id>/followers/add/", views.follow, name="follower-add"),
    path("economy/leading/followers/<int:follower_id>/", views.follower, name="follower"),
]
