"""Addresses of items."""

from __future__ import annotations

from django.urls import path

from tiaodu.foundation.items.views import absences, pages, writing

app_name = "items"
urlpatterns = [
    path("", pages.items, name="list"),
    path("new/", writing.choose, name="choose"),
    path("new/<slug:kind>/", writing.open_new, name="new"),
    path("due/", writing.due, name="due"),
    path("about/<str:kind>/<str:about_id>/", pages.about, name="about"),
    path("task/<int:task_id>/", pages.about_task, name="about-task"),
    path("project/<int:project_id>/", pages.about_project, name="about-project"),
    path("subject/<int:subject_id>/", pages.about_subject, name="about-subject"),
    path("mine/", pages.mine_panel, name="mine"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:absence_id>/cancel/", absences.cancel, name="absence-cancel"),
    path("<int:item_id>/", pages.item, name="item"),
    path("<int:item_id>/files/<int:attachment_id>/", pages.file, name="file"),
    path("<int:item_id>/<slug:act>/", writing.act, name="act"),
]
