"""The returns of the demo's mines and firms: generated, reported by their own accounts, all 示例."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.returns import services
from tiaodu.rooms.returns.models import Return
from tiaodu.web.demo import county

SEASON = (0.93, 0.72, 0.98, 1.0, 1.02, 1.03, 1.01, 1.0, 1.03, 1.02, 1.04, 1.1)


def load_returns(people: dict[str, User], say: county.Say) -> None:
    """List the units, open their returns and let each report its own."""
    data = county.read("returns")
    region = Region.objects.get(code=county.COUNTY)
    subjects = {s.code: s for s in Subject.objects.filter(region=region).select_related("region")}
    _list(data, people["dispatcher"], subjects)
    count = _report(data, people, region, subjects)
    say(f"企业报表 returns of firms: {count}")


def _list(data: Mapping[str, Any], dispatcher: User, subjects: Mapping[str, Subject]) -> None:
    forms = (("coal_daily", data["daily"], "mines"), ("economy_monthly", data["monthly"], "firms"))
    for form, told, who in forms:
        with clock.as_of(told["from"]):
            for row in told[who]:
                services.listing_add(
                    user=dispatcher,
                    form=form,
                    subject=subjects[row["subject"]],
                    since=told["from"],
                    reason="示例名录",
                    sample=True,
                )


def _report(
    data: Mapping[str, Any], people: Mapping[str, User], region: Region, subjects: Mapping[str, Subject]
) -> int:
    """Every day on which somebody reports, in order: returns are opened first, then sent."""
    calendar = WorkingCalendar()
    days: dict[date, list[tuple[Mapping[str, Any], date]]] = {}
    for end in months(data["monthly"]["from"], data["monthly"]["until"]):
        day = calendar.add_working_days(end, 4)
        days.setdefault(day, []).extend((row, end) for row in data["monthly"]["firms"])
    dates = _days(data["daily"]["from"], data["daily"]["until"])
    for day in dates:
        days.setdefault(day + timedelta(days=1), []).extend((row, day) for row in data["daily"]["mines"])
    count, stock = 0, {row["subject"]: Decimal(row["stock"]) for row in data["daily"]["mines"]}
    for day in sorted(days):
        with clock.as_of(day):
            services.returns_open(region=region, day=day, first=data["monthly"]["from"])
            for row, end in days[day]:
                subject = subjects[row["subject"]]
                count += _one(data, people[row["user"]], subject, row, end, stock)
    _ask_back(data, people, subjects)
    return count


def months(first: date, last: date) -> Iterable[date]:
    day = first
    while day <= last:
        end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        yield end
        day = end + timedelta(days=1)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _one(
    data: Mapping[str, Any],
    user: User,
    subject: Subject,
    row: Mapping[str, Any],
    end: date,
    stock: dict[str, Decimal],
) -> int:
    """Send one return; 0 where the unit leaves it."""
    daily = "growth" not in row
    form = "coal_daily" if daily else "economy_monthly"
    found = Return.objects.filter(type=form, subject=subject, period_end=end).first()
    if found is None or (daily and end in data["daily"]["missing"].get(row["subject"], ())):
        return 0
    if daily and end in data["daily"]["stopped"].get(row["subject"], ()):
        services.return_nothing(
            user=user, return_id=found.pk, version=found.version, reason="停产检修（示例）"
        )
        return 1
    draw = random.Random(f"{data['seed']}:{subject.code}:{end}:{form}")  # noqa: S311 - an example
    typed = _day(row, draw, stock) if daily else _month(data, row, end, draw)
    services.return_submit(user=user, return_id=found.pk, version=found.version, typed=typed)
    return 1


def _day(row: Mapping[str, Any], draw: random.Random, stock: dict[str, Decimal]) -> dict[str, str]:
    output = Decimal(int(row["output"] * draw.uniform(0.86, 1.12)))
    held = stock[row["subject"]]
    sold = min(held + output, Decimal(int(row["output"] * draw.uniform(0.8, 1.18))))
    stock[row["subject"]] = held + output - sold
    typed = {
        "output.coal.raw": str(output),
        "output.coal.sold": str(sold),
        "output.coal.stock": str(stock[row["subject"]]),
    }
    if row["gas"]:
        typed["output.gas.drained"] = str(int(row["gas"] * draw.uniform(0.9, 1.08)))
    return typed


def _month(data: Mapping[str, Any], row: Mapping[str, Any], end: date, draw: random.Random) -> dict[str, str]:
    level = row["output"] * SEASON[end.month - 1] * (1 + row["growth"]) ** (end.year - 2023)
    output = level * draw.uniform(0.96, 1.04)
    typed = {
        "output_value.industry": output,
        "revenue": output * row["margin"] * draw.uniform(0.97, 1.03),
        "tax": output * row["tax"] * draw.uniform(0.9, 1.1),
        "energy.use": row["power"] * output / row["output"] * draw.uniform(0.97, 1.03),
        "investment_done.fixed_assets": row["invest"] * draw.uniform(0.4, 1.6),
    }
    wrong = data["wrong"]
    if (row["subject"], end) == (wrong["subject"], wrong["month"]):
        typed[wrong["measure"]] *= wrong["factor"]
    people = int(row["people"] * draw.uniform(0.98, 1.02))
    return {**{code: f"{value:.1f}" for code, value in typed.items()}, "people.employed": str(people)}


def _ask_back(data: Mapping[str, Any], people: Mapping[str, User], subjects: Mapping[str, Subject]) -> None:
    """The dispatcher sends one return back; it waits for its firm."""
    wrong = data["wrong"]
    row = Return.objects.get(
        type="economy_monthly", subject=subjects[wrong["subject"]], period_end=wrong["month"]
    )
    with clock.as_of((row.submitted_on or wrong["month"]) + timedelta(days=3)):
        services.return_send_back(
            user=people["dispatcher"],
            return_id=row.pk,
            version=row.version,
            reason=wrong["reason"],
            measures=[wrong["measure"]],
        )
