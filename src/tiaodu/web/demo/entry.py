"""The demo's ten glove makers on their way into the statistics: their returns, papers and steps, all 示例.

Firms report and hand in by their own accounts; officials take the steps that are theirs, each on its day.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.returns.entering import course
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.registry import services as registry
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.tables.services import version_confirm, version_propose
from tiaodu.rooms.returns import services as returns
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.models import EntryUnit
from tiaodu.rooms.returns.entry.selectors.rows import row_of
from tiaodu.rooms.returns.models import Return
from tiaodu.web.demo import county
from tiaodu.web.demo.returns import SEASON, months

_FORM = "economy_monthly"


def load_entry(people: Mapping[str, User], say: county.Say) -> None:
    """The mid-year round: five of the ten come in, one lacks a paper, four are not there yet."""
    data = county.read("entry")
    region = Region.objects.get(code=county.COUNTY)
    subjects = _register(data, people, region)
    _announce(data, people, region)
    _report(data, people, region, subjects)
    units = _pool(data, people, subjects)
    for day in sorted({day for firm in data["firms"] for day in _days_of(firm)} | set(data["nights"])):
        with clock.as_of(day):
            _on(day, data, people, units)
            if day in data["nights"]:
                services.outlooks_keep(region=region, day=day)
    say(f"入规入统 on the way into the statistics: {len(units)}")


def _register(data: Mapping[str, Any], people: Mapping[str, User], region: Region) -> dict[str, Subject]:
    """The firms, whose accounts report for them, and who helps them."""
    told = [
        {
            "code": firm["code"],
            "kind": "firm",
            "name": firm["name"],
            "sector": "latex",
            "industry_code": "2915",
            "parent": "latex",
            "sample": True,
            "source": "示例",
        }
        for firm in data["firms"]
    ]
    made = registry.subjects_load(user=None, region=region, rows=told)
    subjects = {subject.code: subject for subject in made}
    for firm in data["firms"]:
        people[firm["user"]].subjects.add(subjects[firm["code"]])
    rows = [{**data["liaisons"], "subject": code, "sample": True} for code in subjects]
    with clock.as_of(data["valid_from"]):
        outcome = registry.liaisons_import(user=people["office"], region=region, rows=rows)
    assert not outcome.refused, outcome.refused  # noqa: S101  the demo's own data are without fault
    return subjects


def _announce(data: Mapping[str, Any], people: Mapping[str, User], region: Region) -> None:
    """The rounds of the year: one person proposes the table, another confirms it."""
    told = data["rounds"]
    with clock.as_of(data["valid_from"]):
        version = version_propose(
            user=people[told["proposed_by"]],
            code="returns.entry_batches",
            region=region,
            body=told["rows"],
            valid_from=data["valid_from"],
            source=told["source"],
            confidence="practice",
            reason=told["reason"],
            based_on=None,
        )
        version_confirm(user=people[told["confirmed_by"]], version_id=version.pk)


def _report(
    data: Mapping[str, Any], people: Mapping[str, User], region: Region, subjects: Mapping[str, Subject]
) -> None:
    """Each firm tells its months, on the fourth working day after each."""
    since, calendar = data["monthly"]["from"], WorkingCalendar()
    with clock.as_of(since):
        for subject in subjects.values():
            returns.listing_add(
                user=people["dispatcher"],
                form=_FORM,
                subject=subject,
                since=since,
                reason="示例名录",
                sample=True,
            )
    for end in months(since, data["monthly"]["until"]):
        day = calendar.add_working_days(end, 4)
        with clock.as_of(day):
            returns.returns_open(region=region, day=day, first=since, types=[_FORM])
            opened = Return.objects.filter(type=_FORM, subject__in=subjects.values(), period_end=end)
            found = {row.subject_id: row for row in opened}
            for firm in data["firms"]:
                row = found[subjects[firm["code"]].pk]
                returns.return_submit(
                    user=people[firm["user"]],
                    return_id=row.pk,
                    version=row.version,
                    typed=_month(data, firm, end),
                )


def _month(data: Mapping[str, Any], firm: Mapping[str, Any], end: date) -> dict[str, str]:
    """What a firm types of a month: revenue drawn around its level, the rest in proportion."""
    shares = data["monthly"]
    level = firm["before"] if end.year < data["valid_from"].year else firm["now"]
    draw = random.Random(f"{data['seed']}:{firm['code']}:{end}")  # noqa: S311 - an example
    revenue = level * SEASON[end.month - 1] * draw.uniform(0.94, 1.06)
    return {
        "output_value.industry": f"{revenue * shares['output']:.1f}",
        "revenue": f"{revenue:.1f}",
        "tax": f"{revenue * shares['tax']:.1f}",
        "energy.use": f"{revenue * shares['power']:.1f}",
        "people.employed": str(int(level * shares["people"])),
        "investment_done.fixed_assets": "0",
    }


def _pool(
    data: Mapping[str, Any], people: Mapping[str, User], subjects: Mapping[str, Subject]
) -> dict[str, EntryUnit]:
    with clock.as_of(data["valid_from"]):
        return {
            code: services.unit_add(user=people["dispatcher"], subject=subject, ownership="private")
            for code, subject in subjects.items()
        }


def _days_of(firm: Mapping[str, Any]) -> set[date]:
    """The days on which something happens to a firm."""
    return {day for day, _step in firm["acts"]} | ({firm["papers"]} if "papers" in firm else set())


def _on(
    day: date, data: Mapping[str, Any], people: Mapping[str, User], units: Mapping[str, EntryUnit]
) -> None:
    """A day of the round: papers come in first, then the steps."""
    for firm in data["firms"]:
        unit = units[firm["code"]]
        if firm.get("papers") == day:
            _hand_in(data, people[firm["user"]], unit, firm.get("lacks", ()))
        for step in [step for at, step in firm["acts"] if at == day]:
            _take(data, people, unit, step, day)


def _paper(data: Mapping[str, Any], user: User, name: str) -> StoredFile:
    return file_store(user=user, name=f"{name}（示例）.txt", data=data["papers"]["text"].encode())


def _hand_in(data: Mapping[str, Any], user: User, unit: EntryUnit, lacks: Any) -> None:
    for each in row_of(unit).missing:
        if each.code not in lacks:
            file = _paper(data, user, each.name.zh)
            services.paper_hand_in(user=user, unit_id=unit.pk, paper=each.code, file=file)


def _take(data: Mapping[str, Any], people: Mapping[str, User], unit: EntryUnit, code: str, day: date) -> None:
    """A step by whom it belongs to, in the first round of the year."""
    step = course().steps[code]
    user = people["statistics" if step.by == "bureau" else "dispatcher"]
    move = services.Move(
        step=code,
        revision=unit.steps.count(),
        day=day,
        batch=data["rounds"]["rows"][0]["code"] if step.batch else "",
        proof=_paper(data, user, "入库批复") if step.proof else None,
    )
    services.step_take(user=user, unit_id=unit.pk, move=move)
