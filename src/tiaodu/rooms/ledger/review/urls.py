"""Addresses of the review page; included by the ledger's."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.ledger.review import views

urlpatterns = [
    path("<int:document_id>/", views.review, name="review"),
    path("<int:document_id>/accept/", views.accept_many, name="review-accept"),
    path("<int:document_id>/merge/", views.merge, name="review-merge"),
    path("statement/<int:statement_id>/", views.row, name="review-row"),
    path("statement/<int:statement_id>/accept/", views.accept, name="statement-accept"),
    path("statement/<int:statement_id>/reject/", views.reject, name="statement-reject"),
    path("statement/<int:statement_id>/undo/", views.undo, name="statement-undo"),
    path("statement/<int:statement_id>/edit/", views.edit, name="statement-edit"),
    path("statement/<int:statement_id>/answer/", views.answer, name="statement-answer"),
    path("statement/<int:statement_id>/split/", views.split, name="statement-split"),
    path("statement/<int:statement_id>/log/", views.log, name="statement-log"),
]
