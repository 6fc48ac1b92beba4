"""Addresses of the register."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.registry.views import duplicates, liaisons, measures, regions, subjects

app_name = "registry"
urlpatterns = [
    path("regions/", regions.regions, name="regions"),
    path("regions/<int:region_id>/new/", regions.region_new, name="region-new"),
    path("regions/<int:region_id>/edit/", regions.region_edit, name="region-edit"),
    path("regions/<int:region_id>/remove/", regions.region_remove, name="region-remove"),
    path("industries/", subjects.industries, name="industries"),
    path("subjects/new/", subjects.subject_new, name="subject-new"),
    path("subjects/<int:subject_id>/", subjects.subject, name="subject"),
    path("subjects/<int:subject_id>/edit/", subjects.subject_edit, name="subject-edit"),
    path("subjects/<int:subject_id>/active/", subjects.subject_active, name="subject-active"),
    path("subjects/<int:subject_id>/alias/", subjects.alias_add, name="alias-add"),
    path("subjects/<int:subject_id>/alias/<int:alias_id>/", subjects.alias_remove, name="alias-remove"),
    path("subjects/<int:subject_id>/merge/", duplicates.subject_merge, name="subject-merge"),
    path("subjects/<int:subject_id>/and/<int:other_id>/", duplicates.pair, name="pair"),
    path("merges/<int:record_id>/undo/", duplicates.merge_undo, name="merge-undo"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/search/", duplicates.search, name="duplicates-search"),
    path("liaison/", liaisons.liaison, name="liaison"),
    path("subjects/<int:subject_id>/liaison/", liaisons.assign, name="liaison-assign"),
    path("liaison/<int:liaison_id>/transfer/", liaisons.transfer, name="liaison-transfer"),
    path("liaison/<int:liaison_id>/end/", liaisons.end, name="liaison-end"),
    path("liaison/<int:liaison_id>/retract/", liaisons.retract, name="liaison-retract"),
    path("measures/", measures.measures, name="measures"),
    path("measures/new/", measures.measure_new, name="measure-new"),
    path("measures/<int:measure_id>/", measures.measure, name="measure"),
    path("measures/<int:measure_id>/redefine/", measures.measure_redefine, name="measure-redefine"),
    path("measures/<int:measure_id>/end/", measures.measure_end, name="measure-end"),
]
