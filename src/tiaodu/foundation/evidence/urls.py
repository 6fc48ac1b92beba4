"""Addresses of the evidence."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.figures, name="list"),
    path("<int:evidence_id>/", views.provenance, name="provenance"),
    path("<int:evidence_id>/file/", views.file, name="file"),
    path("subject/<int:subject_id>/", views.subject, name="subject"),
    path("subject/<int:subject_id>/<str:measure>/<slug:series>/", views.history, name="history"),
]
