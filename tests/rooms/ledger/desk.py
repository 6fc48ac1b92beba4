"""A small ledger of the fixed cast: a mine's output and another mine's step, led by the energy bureau."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.cast import Cast, County

from tiaodu.foundation import clock
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.ledger import services
from tiaodu.rooms.ledger.models import Task

BEGIN = date(2024, 1, 10)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def coal_output() -> Measure:
    """Raw coal, in tonnes."""
    values = {
        "name": "原煤产量",
        "name_en": "Raw coal output",
        "unit": "吨",
        "kind": "flow",
        "definition": "原煤产量",
    }
    return Measure.objects.get_or_create(code="output.coal.raw", defaults=values)[0]


def coal_task(county: County, cast: Cast, **values: object) -> Task:
    """石港煤业 is to bring out 500,000 tonnes by year end; 能源局 leads, 应急局 assists."""
    departments = {
        "lead": [county.departments["energy"]],
        "assisting": [county.departments["emergency"]],
    }
    told = {
        "title": "石港煤业原煤产量完成50万吨",
        "subject": county.subjects["shigang"],
        "sector": "coal",
        "due": date(2024, 12, 31),
        "measure": coal_output(),
        "value": Decimal(500_000),
        "departments": departments,
    } | values
    with clock.as_of(BEGIN):
        return services.task_create(
            user=cast.dispatcher, region=county.region, plan_year=2024, **told  # type: ignore[arg-type]
        )  # fmt: skip


def step_task(county: County, cast: Cast, due: date | None = date(2024, 4, 30)) -> Task:
    """正珠煤业 is to resume by the end of April."""
    with clock.as_of(BEGIN):
        return services.task_create(
            user=cast.dispatcher,
            region=county.region,
            plan_year=2024,
            title="恢复正珠煤业回采面正常生产",
            subject=county.subjects["zhengzhu"],
            due=due,
            departments={"lead": [county.departments["energy"]]},
        )


def a_proof(cast: Cast, name: str = "照片.png") -> StoredFile:
    """A picture handed in by the energy bureau."""
    return file_store(user=cast.energy, name=name, data=PNG)
