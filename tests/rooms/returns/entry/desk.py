"""Ten glove makers of the tests: their returns, the batches of the year, what they hand in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.cast import Cast, County

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.services.pointing import latest_point
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.registry import services as registry
from tiaodu.foundation.registry.models import Measure, Subject, SubjectKind
from tiaodu.foundation.tables.services import version_confirm, version_propose
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.models import EntryUnit
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow, row_of
from tiaodu.rooms.returns.models import SOURCE, Return

START = date(2024, 1, 8)
AFTER = date(2024, 11, 11)  # the first round has closed, the second has not
IN_TIME = date(2024, 10, 28)
BATCHES: list[dict[str, Any]] = [
    {
        "code": f"{year}-N{n}",
        "zh": f"{year}年第{n}批",
        "closes_on": f"{year}-{closes}",
        "counts_from": f"{year}-01-01",
        "counts_to": f"{year}-{until}",
        "takes": ["grow", "transfer"] if n == 1 else ["grow"],
        "confidence": "source",
    }
    for year in (2023, 2024)
    for n, closes, until in ((1, "11-05", "09-30"), (2, "12-05", "10-31"))
]


def supply_batches(county: County, cast: Cast, rows: list[dict[str, Any]] | None = None) -> None:
    """The bureau's batches, proposed by one person and confirmed by another."""
    confirm_table(county, cast, "returns.entry_batches", rows or BATCHES)


def confirm_table(county: County, cast: Cast, code: str, rows: list[dict[str, Any]]) -> None:
    """A county's own version of a table."""
    with clock.as_of(START):
        version = version_propose(
            user=cast.dispatcher,
            code=code,
            region=county.region,
            body=rows,
            valid_from=START,
            source="县统计局通知",
            confidence="source",
            reason="本县公布",
            based_on=None,
        )
        version_confirm(user=cast.supervision, version_id=version.pk)


def firm(county: County, name: str, *, industry: str = "2915") -> Subject:
    """A glove maker."""
    return Subject.objects.create(
        region=county.region,
        code=f"firm-{Subject.objects.count()}",
        kind=SubjectKind.FIRM,
        name=name,
        industry_code=industry,
        sector="latex",
        sample=True,
    )


def unit(county: County, cast: Cast, name: str = "示例手套一厂", **values: Any) -> EntryUnit:
    """One of them in the pool."""
    industry = values.pop("industry", "2915")
    with clock.as_of(START):
        return services.unit_add(
            user=cast.dispatcher, subject=firm(county, name, industry=industry), **values
        )


def person_of(cast: Cast, *units: EntryUnit) -> User:
    """The firm's own person: the cast's, now of these firms."""
    cast.firm.subjects.set([each.subject for each in units])
    return cast.firm


def measures() -> None:
    """The measures of the program."""
    if not Measure.objects.filter(code="revenue").exists():
        registry.measures_load(user=None)


def tell(
    cast: Cast,
    of: EntryUnit,
    amounts: Iterable[tuple[str, float]],
    *,
    measure: str = "revenue",
    form: str = "economy_monthly",
    factor: int = 10_000,
) -> None:
    """Monthly returns the firm sent in, each on the fifth of the month after; 万元."""
    measures()
    known = Measure.objects.get(code=measure)
    for text, amount in amounts:
        period = Period.parse(text)
        row, _made = Return.objects.get_or_create(
            region=of.region,
            type=form,
            subject=of.subject,
            period_start=period.start,
            period_end=period.end,
            defaults={"basis": "voluntary", "state": "submitted", "opened_on": period.end},
        )
        figure = Evidence.objects.create(
            region=of.region,
            subject=of.subject,
            measure=known,
            series=Series.DISPATCH,
            period_start=period.start,
            period_end=period.end,
            value=Decimal(str(amount)) * factor,
            known_on=date.fromordinal(period.end.toordinal() + 5),
            reporter=cast.firm,
            source_kind=SOURCE,
            source_id=str(row.pk),
        )
        latest_point([(of.subject_id, figure)])


def year(amount: float, until: int = 9, of: int = 2024) -> list[tuple[str, float]]:
    """The same amount each month."""
    return [(f"{of}-{month:02}", amount) for month in range(1, until + 1)]


def paper(user: User, name: str = "材料.pdf") -> Any:
    """A scan."""
    return file_store(user=user, name=name, data=b"%PDF-1.4\n%scan\n1 0 obj\n<<>>\nendobj\n%%EOF\n")


def hand_in_all(user: User, of: EntryUnit, *, but: Iterable[str] = ()) -> None:
    """Everything that is missing, but some."""
    for each in row_of(of).missing:
        if each.code not in but:
            services.paper_hand_in(user=user, unit_id=of.pk, paper=each.code, file=paper(user))


def step(user: User, of: EntryUnit, code: str, **more: Any) -> None:
    """A step by somebody who has seen the unit as it stands."""
    row: EntryRow = row_of(of)
    told = {"day": clock.today(), "revision": row.revision, **more}
    services.step_take(user=user, unit_id=of.pk, move=services.Move(step=code, **told))


def into_the_list(cast: Cast, of: EntryUnit, batch: str) -> None:
    """From papers that are whole through the four reviews."""
    for code in ("papers_whole", "to_county"):
        step(cast.dispatcher, of, code, batch=batch)
    for code in ("to_city", "to_province", "to_nation"):
        step(cast.statistics, of, code)
    step(cast.statistics, of, "approved", proof=paper(cast.statistics, "批复.pdf"))
