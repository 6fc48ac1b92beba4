"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.projects.views import (
    days,
    investment,
    monthly,
    moving,
    pictures,
    projects,
    promises,
    repeats,
    steps,
    templates,
    terms,
    writing,
)

app_name = "projects"
urlpatterns = [
    path("", projects.projects, name="list"),
    path("new/", writing.create, name="new"),
    path("board/", pictures.board, name="board"),
    path("wall/", pictures.wall, name="wall"),
    path("wall/table/", pictures.wall_table, name="wall-table"),
    path("wall/print/", pictures.wall_print, name="wall-print"),
    path("<int:project_id>/", projects.project, name="project"),
    path("<int:project_id>/edit/", writing.edit, name="edit"),
    path("<int:project_id>/plan/", writing.plan, name="plan"),
    path("<int:project_id>/release/", writing.release, name="release"),
    path("<int:project_id>/end/", writing.end, name="end"),
    path("<int:project_id>/steps/<str:step>/", steps.step, name="step"),
    path("<int:project_id>/steps/<str:step>/<str:doing>/", steps.act, name="act"),
    path("<int:project_id>/template/", moving.move, name="move"),
    path("<int:project_id>/template/migrate/", moving.migrate, name="migrate"),
    path("templates/", templates.templates, name="templates"),
    path("templates/<str:kind>/", templates.template, name="template"),
    path("templates/<str:kind>/notice/", templates.notice, name="notice"),
    path("templates/<str:kind>/notice/<str:step>/", templates.notice, name="notice-step"),
    path("proofs/<int:proof_id>/", steps.proof, name="proof"),
    path("<int:project_id>/investment/", investment.sheet, name="investment-sheet"),
    path("<int:project_id>/investment/<int:year>/<int:month>/", investment.report, name="report"),
    path("<int:project_id>/contract/", terms.contract, name="contract"),
    path("<int:project_id>/inputs/<str:need>/", terms.needed, name="input"),
    path("monthly/", monthly.monthly, name="monthly"),
    path("repeats/", repeats.repeats, name="repeats"),
    path("repeats/<int:project_id>/<int:second_id>/", repeats.repeat, name="repeat"),
    path("<int:project_id>/repeats/", repeats.banner, name="repeat-banner"),
    path("promises/", promises.promises, name="promises"),
    path("promises/each/", promises.each, name="promises-each"),
    path("promises/chances/", promises.chances, name="promises-chances"),
    path("days/", days.days, name="days"),
    path("days/<slug:kind>/", days.each, name="days-each"),
]
