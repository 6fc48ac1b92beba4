"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.returns.views import returns

app_name = "returns"
urlpatterns = [
    path("", returns.returns, name="list"),
    path("<int:return_id>/", returns.one, name="return"),
]
