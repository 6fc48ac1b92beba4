"""The demo county's driver tree, put in by two people as every table, and its runs, all 示例."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table
from tiaodu.foundation.tables.services import version_confirm, version_propose
from tiaodu.rooms.outlook.services import outlook_run
from tiaodu.web.demo import county

TABLE = "outlook.model"


def load_outlook(people: Mapping[str, User], say: county.Say) -> None:
    """Versions of the tree, then the runs of some days."""
    data = county.read("outlook")
    region = Region.objects.get(code=county.COUNTY)
    for told in data["versions"]:
        _version(people, region, told, data["rows"])
    for day in data["runs"]:
        with clock.as_of(day):
            outlook_run(region=region, as_of=day, scenarios=data["scenarios"])
    say(f"研判 outlooks: {len(data['runs'])} 天")


def _version(
    people: Mapping[str, User], region: Region, told: Mapping[str, Any], rows: list[dict[str, Any]]
) -> None:
    filled = {"@BASE@": str(told["base"]), "@FIRST@": str(told["first"])}
    with clock.as_of(told["day"]):
        made = version_propose(
            user=people["dispatcher"],
            code=TABLE,
            region=region,
            body=[_filled(row, filled) for row in rows if row.get("from", told["day"]) <= told["day"]],
            valid_from=told["day"],
            source=told["source"],
            confidence="practice",
            reason=told["reason"],
            based_on=table(TABLE, region=region, day=told["day"]).version_id,
        )
    with clock.as_of(told["confirmed"]):
        version_confirm(user=people["supervision"], version_id=made.pk)


def _filled(row: Mapping[str, Any], filled: Mapping[str, str]) -> dict[str, str]:
    found = {name: str(value) for name, value in row.items() if name != "from"}
    for mark, value in filled.items():
        found = {name: text.replace(mark, value) for name, text in found.items()}
    return found
