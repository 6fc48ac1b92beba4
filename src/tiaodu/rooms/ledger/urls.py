"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import include, path

from tiaodu.rooms.ledger.views import subjects, tasks, writing

app_name = "ledger"
urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("new/", writing.create, name="task-new"),
    path("<int:task_id>/", tasks.task, name="task"),
    path("<int:task_id>/progress/", writing.progress, name="progress"),
    path("<int:task_id>/progress/<int:progress_id>/", writing.correct, name="progress-correct"),
    path("<int:task_id>/claim/", writing.claim, name="claim"),
    path("<int:task_id>/verify/", writing.verify, name="verify"),
    path("<int:task_id>/event/", writing.event, name="event"),
    path("<int:task_id>/term/<slug:part>/", writing.term, name="term"),
    path("<int:task_id>/edit/", writing.edit, name="task-edit"),
    path("<int:task_id>/release/", writing.release, name="task-release"),
    path("<slug:kind>/<int:part_id>/provenance/", tasks.provenance, name="provenance"),
    path("proof/<int:file_id>/", tasks.proof, name="proof"),
    path("calendar/", tasks.calendar, name="calendar"),
    path("rollup/", subjects.rollup, name="rollup"),
    path("subjects/", subjects.subjects, name="subjects"),
    path("subjects/<int:subject_id>/", subjects.subject, name="subject"),
    path("subjects/<int:subject_id>/page.docx", subjects.subject_word, name="subject-word"),
    path("review/", include("tiaodu.rooms.ledger.review.urls")),
]
