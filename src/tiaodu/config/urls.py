"""Every address of the product."""

from __future__ import annotations

from django.urls import include, path

from tiaodu.config import api

urlpatterns = [
    path("", include("tiaodu.web.urls")),
    path("", include("tiaodu.foundation.accounts.urls")),
    path("audit/", include("tiaodu.foundation.audit.urls")),
    path("evidence/", include("tiaodu.foundation.evidence.urls")),
    path("interfaces/", include("tiaodu.foundation.interfaces.urls")),
    path("interfaces/reference/", api.reference, name="api-reference"),
    path("interfaces/openapi.json", api.openapi, name="api-schema"),
    path("api/v1/", include((api.urls(), "api"))),
    path("jobs/", include("tiaodu.foundation.jobs.urls")),
    path("lists/", include("tiaodu.foundation.lists.urls")),
    path("tables/", include("tiaodu.foundation.tables.urls")),
    path("items/", include("tiaodu.foundation.items.urls")),
    path("calendar/", include("tiaodu.foundation.calendar.urls")),
    path("registry/", include("tiaodu.foundation.registry.urls")),
    path("documents/", include("tiaodu.rooms.documents.urls")),
    path("ledger/", include("tiaodu.rooms.ledger.urls")),
    path("projects/", include("tiaodu.rooms.projects.urls")),
    path("returns/", include("tiaodu.rooms.returns.urls")),
    path("outlook/", include("tiaodu.rooms.outlook.urls")),
]

handler400 = "tiaodu.web.errors.bad_request"
handler403 = "tiaodu.web.errors.forbidden"
handler404 = "tiaodu.web.errors.not_found"
handler500 = "tiaodu.web.errors.server_error"
