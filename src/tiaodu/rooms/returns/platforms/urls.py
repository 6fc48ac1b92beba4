"""Addresses of platform firms."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.returns.platforms import views

platform_patterns = [
    path("economy/platforms/", views.platforms, name="platforms"),
    path("economy/platforms/add/", views.add, name="platform-add"),
    path("economy/platforms/<int:platform_id>/", views.platform, name="platform"),
    path("economy/platforms/<int:platform_id>/<slug:what>/", views.tell, name="platform-tell"),
    path("economy/platforms/proofs/<int:fact_id>/", views.proof, name="platform-proof"),
]
