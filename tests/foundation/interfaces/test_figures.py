"""Figures through the interface: whose, page by page, as known on a day, never more than was stated."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import Client
from tests.cast import Cast, County
from tests.foundation.interfaces.systems import bearer, fetched, made
from tests.rooms.ledger.desk import coal_output

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence import bulk
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.services.pointing import latest_point
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.returns.models import SOURCE, Return

PATH = "/api/v1/evidence"


def told(user: User, subject: Subject, month: int, value: str | None, **values: Any) -> Evidence:
    """A figure of raw coal as it stands in the evidence, told on the 5th of the month after."""
    period = Period.month(2024, month)
    given: dict[str, Any] = {
        "region": subject.region,
        "subject": subject,
        "measure": coal_output(),
        "series": Series.DISPATCH,
        "period_start": period.start,
        "period_end": period.end,
        "value": None if value is None else Decimal(value),
        "known_on": date(2024, month + 1, 5),
        "reporter": user,
        "source_kind": "tests",
        "source_id": "1",
    }
    row = Evidence(**(given | values))
    row.save(force_insert=True)
    latest_point([(subject.pk, row)])
    return row


@pytest.fixture
def figures(cast: Cast, county: County) -> list[Evidence]:
    """Three months of 石港煤业, one of them corrected, and one of 正珠煤业."""
    mine, other = county.subjects["shigang"], county.subjects["zhengzhu"]
    rows = [told(cast.firm, mine, month, f"{month}000.5") for month in (1, 2, 3)]
    fixed = told(cast.firm, mine, 1, "900", revision=2, reason="过磅单重复", known_on=date(2024, 3, 20))
    return [*rows, fixed, told(cast.energy, other, 1, "7")]


def get(secret: str, path: str = PATH, **query: Any) -> Any:
    return Client().get(path, query, headers=bearer(secret))


def values(answer: Any) -> list[str]:
    return [row["value"] for row in answer.json()["figures"]]


def test_a_system_of_the_county_reads_what_the_county_reads(
    cast: Cast, county: County, figures: list[Evidence]
) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    answer = get(secret)
    assert sorted(values(answer)) == ["2000.500000", "3000.500000", "7.000000", "900.000000"]
    first = next(row for row in answer.json()["figures"] if row["value"] == "900.000000")
    assert first["subject"]["name"] == "石港煤业"
    assert (first["measure"]["code"], first["measure"]["unit"]) == ("output.coal.raw", "吨")
    assert (first["reason"], first["revision"], first["sample"]) == ("过磅单重复", 2, True)


def test_a_firms_system_reads_its_own_alone(cast: Cast, county: County, figures: list[Evidence]) -> None:
    _token, secret = fetched(cast, county, ["evidence.read"])
    assert sorted(values(get(secret))) == ["2000.500000", "3000.500000", "900.000000"]
    assert get(secret, f"{PATH}/{figures[4].pk}").status_code == 404
    back = get(secret, f"{PATH}/{figures[0].pk}").json()["revisions"]
    assert [row["value"] for row in back] == ["900.000000", "1000.500000"]


def test_a_system_of_another_county_reads_nothing(
    cast: Cast, county: County, figures: list[Evidence]
) -> None:
    cast.admin.region = county.other
    _token, secret = made(cast, county, ["evidence.read"], region=county.other)
    assert values(get(secret)) == []
    assert get(secret, f"{PATH}/{figures[0].pk}").status_code == 404


def test_pages_tell_everything_once(cast: Cast, county: County, figures: list[Evidence]) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    found, after = [], 0
    while after is not None:
        answer = get(secret, limit=1, after=after)
        found += [row["id"] for row in answer.json()["figures"]]
        after = answer.json()["next"]
    assert sorted(found) == sorted(row.pk for row in figures[1:])


def test_filters_narrow(cast: Cast, county: County, figures: list[Evidence]) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    mine = county.subjects["shigang"].pk
    assert values(get(secret, subject=mine, period_from="2024-02-01", period_to="2024-02-29")) == [
        "2000.500000"
    ]
    assert values(get(secret, series="statistical")) == []
    assert values(get(secret, measure="tax")) == []
    assert values(get(secret, known_since="2024-04-01")) == ["3000.500000"]


def test_what_was_known_on_a_past_day(cast: Cast, county: County, figures: list[Evidence]) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    mine = county.subjects["shigang"].pk
    assert values(get(secret, subject=mine, as_of="2024-03-19")) == ["1000.500000", "2000.500000"]
    assert values(get(secret, subject=mine, as_of="2024-02-04")) == []
    future = get(secret, as_of=date(clock.today().year + 1, 1, 1).isoformat())
    assert (future.status_code, "今天" in future.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=5000", "subject=x", "series=mixed", "as_of=2024-02-31", "after=-1"]
)
def test_what_is_asked_wrongly_is_said(query: str, cast: Cast, county: County) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    answer = Client().get(f"{PATH}?{query}", headers=bearer(secret))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"].endswith(query.partition("=")[0])


def test_a_filter_written_wrongly_is_not_taken_for_none(cast: Cast, county: County) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    answer = get(secret, subjekt="1")
    assert (answer.status_code, "subjekt" in answer.json()["detail"]) == (422, True)


def test_all_figures_as_csv(cast: Cast, county: County, figures: list[Evidence]) -> None:
    _token, secret = made(cast, county, ["evidence.export"])
    answer = get(secret, f"{PATH}/export", period_to="2024-01-31")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert sorted((row["subject"], row["value"], row["period_end"]) for row in rows) == [
        ("正珠煤业", "7.000000", "2024-01-31"),
        ("石港煤业", "900.000000", "2024-01-31"),
    ]
    entry = AuditEntry.objects.get(action="interfaces.export")
    assert (entry.actor_name, entry.after["kind"]) == ("市平台", "csv")


def test_all_figures_as_parquet(
    cast: Cast, county: County, figures: list[Evidence], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PAGE", 2)  # several pages
    told(cast.firm, county.subjects["shigang"], 4, None, reason='误报,"重复"\n两行')
    _token, secret = made(cast, county, ["evidence.export"])
    file = tmp_path / "figures.parquet"
    file.write_bytes(get(secret, f"{PATH}/export", format="parquet").getvalue())
    rows = duckdb.read_parquet(str(file)).order("value").fetchall()
    names = [name for name, *_more in duckdb.read_parquet(str(file)).description]
    assert names == list(bulk.COLUMNS)
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert [row["value"] for row in found if row["value"] is not None] == [
        Decimal(7),
        Decimal(900),
        Decimal("2000.5"),
        Decimal("3000.5"),
    ]
    assert {row["period_end"] for row in found} == {
        date(2024, m, d) for m, d in ((1, 31), (2, 29), (3, 31), (4, 30))
    }
    assert next(row["reason"] for row in found if row["value"] is None) == '误报,"重复"\n两行'
    assert all(row["sample"] is True for row in found)


def test_bulk_gives_no_more_than_was_stated(cast: Cast, county: County) -> None:
    told(cast.firm, county.subjects["shigang"], 1, "5", source_kind=SOURCE, source_id="1")
    _token, secret = made(cast, county, ["evidence.export"])
    assert get(secret, f"{PATH}/export").getvalue().decode().count("\n") == 1


def test_a_figure_taken_back_has_no_value(cast: Cast, county: County) -> None:
    told(cast.firm, county.subjects["shigang"], 1, "5")
    told(cast.firm, county.subjects["shigang"], 1, None, revision=2, reason="误报")
    _token, secret = made(cast, county, ["evidence.read"])
    assert [(row["value"], row["reason"]) for row in get(secret).json()["figures"]] == [(None, "误报")]


def test_answers_of_returns_go_only_where_they_were_stated_for(cast: Cast, county: County) -> None:
    """The coal return states coal_daily, economy and forecast; a token for services gets nothing of it."""
    mine = county.subjects["shigang"]
    asked = Return.objects.create(
        region=county.region,
        type="coal_daily",
        subject=mine,
        period_start=date(2024, 1, 31),
        period_end=date(2024, 1, 31),
        basis="voluntary",
        opened_on=date(2024, 2, 1),
    )
    row = told(cast.firm, mine, 1, "5200", source_kind=SOURCE, source_id=str(asked.pk))
    given = {use: made(cast, county, ["evidence.read"], use=use)[1] for use in ("coal_daily", "services", "")}
    assert values(get(given["coal_daily"])) == ["5200.000000"]
    for use in ("services", ""):
        answer = get(given[use])
        assert (values(answer), answer.json()["withheld"]) == ([], 1)
        assert get(given[use], f"{PATH}/{row.pk}").status_code == 403
    _token, own = fetched(cast, county, ["evidence.read"])
    assert values(get(own)) == ["5200.000000"]


def test_a_page_costs_the_same_however_long(
    cast: Cast, county: County, figures: list[Evidence], django_assert_max_num_queries: Any
) -> None:
    _token, secret = made(cast, county, ["evidence.read"])
    counts = []
    for limit in (1, 100):
        with django_assert_max_num_queries(20) as asked:
            get(secret, limit=limit)
        counts.append(sum("interfaces_token" not in query["sql"] for query in asked.captured_queries))
    assert counts[0] == counts[1]
