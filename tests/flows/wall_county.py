"""Projects for the wall map in an installation that has none."""

from __future__ import annotations

from types import SimpleNamespace

from tests.rooms.projects.walls import make_wall

from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.projects.models import Project


def main() -> None:
    """Registers the projects of the tests as the demo's people, unless there are projects already."""
    if Project.objects.exists():
        return
    people = {name: User.objects.get(username=name) for name in ("dispatcher", "leader")}
    county = SimpleNamespace(region=people["dispatcher"].region)
    make_wall(county, SimpleNamespace(**people))  # type: ignore[arg-type]
