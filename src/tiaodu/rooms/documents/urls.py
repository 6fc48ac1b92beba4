"""Addresses of the documents room."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.documents, name="list"),
    path("try/", views.try_reading, name="try"),
    path("try/guess/", views.guess_fields, name="guess"),
    path("<int:document_id>/", views.document, name="detail"),
    path("<int:document_id>/checkup/", views.checkup, name="checkup"),
    path("<int:document_id>/checkup.docx", views.checkup_word, name="checkup-word"),
    path("<int:document_id>/breakdown.<str:kind>", views.breakdown, name="breakdown"),
    path("<int:document_id>/original/", views.original, name="original"),
    path("<int:document_id>/again/", views.read_again, name="readagain"),
    path("<int:document_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:document_id>/edit/", views.edit, name="edit"),
]
