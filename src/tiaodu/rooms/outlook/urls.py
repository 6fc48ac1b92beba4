"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.outlook import views

app_name = "outlook"
urlpatterns = [
    path("", views.outlooks, name="list"),
    path("run/", views.run, name="run"),
    path("<int:outlook_id>/", views.outlook, name="outlook"),
    path("home/", views.home, name="home"),
    path("task/<int:task_id>/", views.about_task, name="about-task"),
]
