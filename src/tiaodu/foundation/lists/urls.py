"""Addresses of what people keep of their lists."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.lists.bulk import views as bulk
from tiaodu.foundation.lists.importing import views as importing
from tiaodu.foundation.lists.saved import views as saved

app_name = "lists"
urlpatterns = [
    path("views/", saved.save, name="view-save"),
    path("views/<int:view_id>/", saved.edit, name="view-edit"),
    path("views/<int:view_id>/delete/", saved.delete, name="view-delete"),
    path("views/<int:view_id>/default/", saved.default, name="view-default"),
    path("bulk/<int:bulk_id>/", bulk.bulk, name="bulk"),
    path("bulk/<int:bulk_id>/resume/", bulk.resume, name="bulk-resume"),
    path("import/<slug:name>/", importing.upload, name="import"),
    path("import/<slug:name>/template.xlsx", importing.template, name="import-template"),
    path("imports/<int:run_id>/", importing.run, name="import-run"),
    path("imports/<int:run_id>/marked.xlsx", importing.marked, name="import-marked"),
    path("imports/<int:run_id>/confirm/", importing.confirm, name="import-confirm"),
    path("imports/<int:run_id>/discard/", importing.discard, name="import-discard"),
]
