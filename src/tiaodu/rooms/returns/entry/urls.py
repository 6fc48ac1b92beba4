"""Addresses of entry to the statistics."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.returns.entry.views import allowing, pool, units

entry_patterns = [
    path("entry/", pool.pool, name="entry"),
    path("entry/add/", units.add, name="entry-add"),
    path("entry/batches/", pool.batches, name="entry-batches"),
    path("entry/batches/<slug:code>/", pool.batch, name="entry-batch"),
    path("entry/private/", pool.private, name="entry-private"),
    path("entry/authorisations/", allowing.authorisations, name="entry-authorisations"),
    path("entry/authorisations/grant/", allowing.grant, name="entry-grant"),
    path("entry/authorisations/<int:authorisation_id>/withdraw/", allowing.withdraw, name="entry-withdraw"),
    path("entry/papers/<int:paper_id>/", units.paper, name="entry-paper"),
    path("entry/papers/<int:paper_id>/back/", units.send_back, name="entry-paper-back"),
    path("entry/proofs/<int:step_id>/", units.proof, name="entry-proof"),
    path("entry/<int:unit_id>/", units.unit, name="entry-unit"),
    path("entry/<int:unit_id>/facts/", units.facts, name="entry-facts"),
    path("entry/<int:unit_id>/notice/", units.notice, name="entry-notice"),
    path("entry/<int:unit_id>/declare/", units.declare, name="entry-declare"),
    path("entry/<int:unit_id>/steps/<slug:move>/", units.step, name="entry-step"),
    path("entry/<int:unit_id>/papers/<slug:paper>/", units.hand_in, name="entry-hand-in"),
]
