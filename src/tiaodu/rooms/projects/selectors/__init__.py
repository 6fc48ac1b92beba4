"""Every read of the room, with the person's rows only."""

from tiaodu.rooms.projects.selectors.rows import ProjectRow, rows_of
from tiaodu.rooms.projects.selectors.scope import (
    may_act,
    may_edit,
    project_for,
    projects_visible_to,
    sees_inside,
)

__all__ = [
    "ProjectRow",
    "may_act",
    "may_edit",
    "project_for",
    "projects_visible_to",
    "rows_of",
    "sees_inside",
]
