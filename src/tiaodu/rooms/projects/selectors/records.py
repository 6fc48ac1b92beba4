"""Single records of a project in a person's reach."""

from __future__ import annotations

from datetime import date

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects.models import InvestmentPlan, Project, StageProof
from tiaodu.rooms.projects.selectors.scope import projects_visible_to


def plan_of(project: Project, year: int, day: date) -> InvestmentPlan | None:
    """The plan of a year as it was known on ``day``; None before there is one."""
    rows = InvestmentPlan.objects.filter(project=project, year=year, known_on__lte=day)
    return rows.order_by("-revision").first()


def plan_before(project: Project, day: date) -> InvestmentPlan | None:
    """The newest plan of any year known on ``day``: its whole investment is offered again."""
    rows = InvestmentPlan.objects.filter(project=project, known_on__lte=day)
    return rows.order_by("-year", "-revision").first()


def proof_file_for(user: User, proof_id: int) -> StoredFile:
    """The file of a proof of a project in reach; NotFound otherwise."""
    rows = StageProof.objects.filter(pk=proof_id, event__project__in=projects_visible_to(user))
    found: StageProof | None = rows.select_related("file").first()
    if found is None or found.file is None:
        raise NotFound
    return found.file
