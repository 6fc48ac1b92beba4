"""A county's figures in bulk: firms × measures × months, some corrected. Only benchmarks write like this."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind

FIRMS, MEASURES, MONTHS = 2000, 20, 24
FIRST_YEAR = 2023
COLUMNS = (
    "recorded_at", "region_id", "subject_id", "measure_id", "series", "period_start", "period_end",
    "revision", "value", "reason", "known_on", "reporter_id", "department_id", "source_kind", "source_id",
)  # fmt: skip


def people() -> User:
    """A county with a dispatcher, its firms and measures."""
    region = Region.objects.create(code="140722", name="左权县", level="county", path="140722/")
    bureau = Subject.objects.create(
        region=region, code="bureau", kind=SubjectKind.DEPARTMENT, name="县工业和信息化局", sample=True
    )
    user = User.objects.create(
        username="dispatcher", display_name="调度员", roles=["dispatcher"], region=region, department=bureau
    )
    user.set_password("Taihang-mountain-1937")
    user.save()
    Subject.objects.bulk_create(
        Subject(region=region, code=f"firm-{n}", kind=SubjectKind.FIRM, name=f"示例企业{n:04d}", sample=True)
        for n in range(FIRMS)
    )
    return user


def measures() -> list[Measure]:
    """Twenty measures of the register."""
    return list(Measure.objects.order_by("pk")[:MEASURES])


def periods() -> list[Period]:
    """From January to each month of two years: what is told every month adds up within the year."""
    return [
        Period(date(FIRST_YEAR + n // 12, 1, 1), Period.month(FIRST_YEAR + n // 12, n % 12 + 1).end)
        for n in range(MONTHS)
    ]


def rows(user: User, total: int, firms: list[int], codes: list[int]) -> Iterator[tuple[Any, ...]]:
    """``total`` figures month by month, some of each month corrected once."""
    dice = random.Random(140722)
    now = datetime.now(UTC)
    again = total - FIRMS * MEASURES * MONTHS
    for number, period in enumerate(periods()):
        places = [(firm, code) for firm in firms for code in codes]
        told = [(*place, 1, period.end + timedelta(days=8), "") for place in places]
        corrected = again // MONTHS + (number < again % MONTHS)
        chosen = dice.sample(places, corrected)
        told += [(*place, 2, period.end + timedelta(days=20), "过磅单重复") for place in chosen]
        for firm, code, revision, known_on, reason in told:
            value = Decimal(dice.randrange(1, 10**9)).scaleb(-2)
            yield (
                now, user.region_id, firm, code, "dispatch", period.start, period.end, revision,
                value, reason, known_on, user.pk, user.department_id, "bench", "1",
            )  # fmt: skip


def fill(user: User, total: int, prefix: str = "firm-") -> None:
    """Write figures of the firms whose code begins with ``prefix``, as fast as the database takes them.

    Its triggers look at every one.
    """
    found = Subject.objects.filter(kind=SubjectKind.FIRM, code__startswith=prefix)
    firms = list(found.values_list("pk", flat=True))
    figures = rows(user, total, firms, [measure.pk for measure in measures()])
    if connection.vendor == "postgresql":
        statement = f"COPY evidence_evidence ({', '.join(COLUMNS)}) FROM STDIN"
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in figures:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _column in COLUMNS)
    statement = f"INSERT INTO evidence_evidence ({', '.join(COLUMNS)}) VALUES ({marks})"
    with transaction.atomic():
        connection.connection.executemany(statement, map(_as_django_keeps_it, figures))


def _as_django_keeps_it(row: tuple[Any, ...]) -> list[Any]:
    adapt = connection.ops
    kept = [str(cell) if isinstance(cell, date | Decimal) else cell for cell in row]
    return [adapt.adapt_datetimefield_value(row[0]), *kept[1:]]
