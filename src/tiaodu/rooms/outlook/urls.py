"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from tiaodu.rooms.outlook import views
from tiaodu.rooms.outlook.estimates import views as estimates
from tiaodu.rooms.outlook.scores import views as scores
from tiaodu.rooms.outlook.ties import views as ties
from tiaodu.rooms.outlook.what_if import views as what_if
from tiaodu.rooms.outlook.worth import views as worth

app_name = "outlook"
urlpatterns = [
    path("", views.outlooks, name="list"),
    path("run/", views.run, name="run"),
    path("<int:outlook_id>/", views.outlook, name="outlook"),
    path("milestone/<int:milestone_id>/step/", ties.tie, name="tie"),
    path("home/", views.home, name="home"),
    path("task/<int:task_id>/", views.about_task, name="about-task"),
    path("what-if/", what_if.what_if, name="what-if"),
    path("what-if/kept/", what_if.scenarios, name="scenarios"),
    path("what-if/compare/", what_if.compare, name="compare"),
    path("what-if/save/", what_if.save, name="scenario-save"),
    path("what-if/<int:scenario_id>/", what_if.scenario, name="scenario"),
    path("what-if/<int:scenario_id>/edit/", what_if.edit, name="scenario-edit"),
    path("what-if/<int:scenario_id>/delete/", what_if.delete, name="scenario-delete"),
    path("worth/", worth.worth, name="worth"),
    path("estimates/", estimates.estimates, name="estimates"),
    path("estimates/task/<int:task_id>/", estimates.about_task, name="estimates-about-task"),
    path("estimates/<str:about>/", estimates.estimate, name="estimate"),
    path("estimates/<str:about>/withdraw/", estimates.withdraw, name="estimate-withdraw"),
    path("scores/", scores.scores, name="scores"),
    path("scores/excel/", scores.scores_excel, name="scores-excel"),
    path("scores/replay/", scores.replay, name="replay"),
]
