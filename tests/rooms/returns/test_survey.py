"""A statistical survey from the county's table to the answer: for statistics and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from tests.architecture.test_access import ROUTES
from tests.cast import Cast, County
from tests.foundation.tables_desk import confirm, propose
from tests.rooms.returns.blanks import NAME, blank

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.types import STATISTICS, Basis
from tiaodu.foundation import clock
from tiaodu.foundation.access import may
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import uses
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors import evidence_visible_to
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry.services import measures_load
from tiaodu.foundation.tables.selectors import table
from tiaodu.foundation.tables.services import Faulty
from tiaodu.rooms.returns import selectors, services
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.economy.reading import months_told
from tiaodu.rooms.returns.models import SURVEY, Return
from tiaodu.rooms.returns.selectors.figures import UndeclaredUse, figures_for
from tiaodu.rooms.returns.selectors.rows import ReturnRow
from tiaodu.rooms.returns.selectors.told import held_elsewhere
from tiaodu.rooms.returns.superior import services as superior
from tiaodu.rooms.returns.superior.cells import Asked
from tiaodu.rooms.returns.tables import uses_words

pytestmark = pytest.mark.django_db
FORM, FIGURE = "survey_monthly", "765432.1"  # 万元: nobody's figure but this one looks like it
TODAY, START, END = date(2024, 5, 7), date(2024, 4, 1), date(2024, 6, 30)
APRIL = Period.month(2024, 4)
BASIS = {
    "form": "示例B204表",
    "authority": "示例统计局",
    "document": "示例〔2024〕1号",
    "basis_until": END,
}


def proposed(cast: Cast, county: County, code: str, rows: list[dict[str, Any]]) -> None:
    """The county's own version: what holds with further rows; one proposes, another confirms."""
    there = table(code, region=county.region, day=START).rows
    plain = {column.key: None for column in table(code, region=None, day=START).table.columns}
    body = [*there, *({**plain, **row} for row in rows)]
    reason = {"earlier_reason": "制度四月起执行"}
    confirm(cast, TODAY, propose(cast, county, TODAY, valid_from=START, code=code, body=body, **reason))


def survey(**more: Any) -> dict[str, Any]:
    return {
        "type": FORM,
        "title": "示例财务状况表",
        "title_en": "Sample survey",
        "kinds": ["firm", "mine"],
        "sectors": [],
        "named": True,
        "period": "month",
        "since": START,
        "january": "alone",
        "basis": "survey",
        "obligatory": True,
        "due": "working_days",
        "due_days": 5,
        **BASIS,
        **more,
    }


def question(measure: str = "revenue", **more: Any) -> dict[str, Any]:
    plain = {"unit": "万元", "minutes": Decimal(2), "uses": ["economy"], "needed": True}
    return {"type": FORM, "measure": measure, **plain, **more}


@pytest.fixture
def row(cast: Cast, county: County, settings: LazySettings) -> Return:
    """The survey's return of April, as the table of the county has it."""
    settings.TIAODU_TODAY = TODAY
    with clock.as_of(TODAY):
        measures_load(user=None)
        proposed(cast, county, "returns.types", [survey()])
        proposed(cast, county, "returns.asked", [question()])
        services.listing_add(user=cast.statistics, form=FORM, subject=county.subjects["shigang"], since=START)
        services.returns_open(region=county.region, day=TODAY, first=START)
    return Return.objects.get(type=FORM)


def answered(cast: Cast, row: Return) -> Evidence:
    with clock.as_of(TODAY):
        services.return_submit(
            user=cast.firm, return_id=row.pk, version=row.version, typed={"revenue": FIGURE}
        )
    return Evidence.objects.get(source_kind=SURVEY)


@pytest.mark.parametrize("missing", sorted(BASIS))
def test_a_survey_without_its_basis_is_no_survey(cast: Cast, county: County, missing: str) -> None:
    with pytest.raises(Faulty) as refusal:
        proposed(cast, county, "returns.types", [survey(**{missing: None})])
    assert [fault.column for fault in refusal.value.faults] == [missing]


def test_the_firm_reads_the_basis_and_answers(
    cast: Cast, county: County, row: Return, client_of: Callable[[User], Client]
) -> None:
    assert (row.basis, row.obligatory, row.basis_until) == ("survey", True, END)
    html = client_of(cast.firm).get(reverse("returns:return", args=[row.pk])).content.decode()
    for words in (BASIS["form"], BASIS["authority"], BASIS["document"], "只用于统计"):
        assert str(words) in html
    assert "可拒填" not in html
    with clock.as_of(TODAY), pytest.raises(Invalid):
        services.return_decline(user=cast.firm, return_id=row.pk, version=row.version)
    figure = answered(cast, row)
    assert (figure.series, str(figure.period), figure.value) == (
        "statistical",
        "2024-04",
        Decimal(7654321000),
    )


def test_whatever_its_rows_say_it_has_one_use(cast: Cast, county: County, row: Return) -> None:
    form = forms_in(county.region, TODAY)[FORM]
    assert form.basis is Basis.SURVEY
    assert [asked.uses for asked in form.asked] == [(STATISTICS,)]


def test_no_use_reads_it(cast: Cast, county: County, row: Return) -> None:
    figure = answered(cast, row)
    asked = {"region": county.region, "subject_ids": [row.subject_id], "periods": [APRIL], "day": TODAY}
    read: dict[str, Mapping[Any, Any]] = {}
    for use in [*uses_words(), STATISTICS]:
        try:
            read[use] = figures_for(use=use, measures=["revenue"], **asked)
        except UndeclaredUse:
            read[use] = {}
        assert uses.withheld(use, [figure]) == {figure.pk}
    assert not any(read.values())
    assert months_told(county.region, ["revenue"], APRIL, TODAY).told == {}


def test_only_its_unit_and_the_statistics_bureau_see_it(cast: Cast, county: County, row: Return) -> None:
    figure = answered(cast, row)
    people = {name: getattr(cast, name) for name in Cast.__dataclass_fields__}
    with clock.as_of(TODAY):
        sees = {name for name, user in people.items() if evidence_visible_to(user).filter(pk=figure.pk)}
        opens = {
            name for name, user in people.items() if selectors.returns_visible_to(user).filter(pk=row.pk)
        }
        assert sees == opens == {"firm", "statistics"}
        with pytest.raises(NotFound):
            selectors.return_for(cast.leader, row.pk)


def test_no_page_of_the_county_shows_it(
    cast: Cast, county: County, row: Return, client_of: Callable[[User], Client]
) -> None:
    """Every page without a record of its own, and those of the unit and the measure, by who sees the most."""
    answered(cast, row)
    pages = [route.url for route in ROUTES if not route.arguments and "api" not in route.name]
    pages += [
        reverse(f"returns:economy_{page}", args=["revenue"]) for page in ("measure", "firms", "sum", "way")
    ]
    pages += [reverse("ledger:subject", args=[row.subject_id]), "/evidence/?q=石港"]
    for user in (cast.leader, cast.dispatcher):
        client = client_of(user)
        shown = [page for page in pages if _shows(client, page)]
        assert shown == []
    assert _shows(client_of(cast.firm), reverse("returns:return", args=[row.pk])), (
        "the test sees it where it is"
    )


def _shows(client: Client, page: str) -> bool:
    answer = client.get(page)
    if answer.status_code != 200 or getattr(answer, "streaming", False):
        return False
    html = answer.content.decode(errors="ignore")
    return any(text in html for text in ("765432", "76.54", "7654321"))


def test_it_does_not_enter_a_form_of_the_city(cast: Cast, county: County, row: Return) -> None:
    answered(cast, row)
    form = superior.form_register(
        user=cast.dispatcher, title="月报", issuer="市局", data=blank(), filename=NAME
    )
    cell = Asked(
        sheet="月报",
        cell="C6",
        measure="revenue",
        who="units",
        series="dispatch",
        span="month",
        unit="万元",
        partial=True,
    )
    superior.form_map(user=cast.dispatcher, form_id=form.pk, version=1, put=[cell])
    form.refresh_from_db()
    filling = superior.form_fill(user=cast.dispatcher, form_id=form.pk, month=APRIL)
    assert (filling.told, len(filling.empty)) == ([], 1)
    as_statistics = Asked.read(cell.kept | {"series": "statistical"})
    with pytest.raises(Invalid, match="不能混"):
        superior.form_map(user=cast.dispatcher, form_id=form.pk, version=form.version, put=[as_statistics])


def test_it_neither_fills_nor_is_filled_by_the_countys_own_form(
    cast: Cast, county: County, row: Return
) -> None:
    answered(cast, row)
    with clock.as_of(TODAY):
        services.listing_add(
            user=cast.dispatcher, form="economy_monthly", subject=county.subjects["shigang"], since=START
        )
        services.returns_open(region=county.region, day=TODAY, first=START)
        own = Return.objects.get(type="economy_monthly")
        assert held_elsewhere(own, forms_in(county.region)["economy_monthly"]) == {}


def test_when_its_validity_has_ended_it_binds_nobody(cast: Cast, county: County, row: Return) -> None:
    last, after = END, date(2024, 7, 1)
    assert [ReturnRow(row, None, day).light for day in (last, after)] == ["overdue", "left"]
    assert [ReturnRow(row, None, day).refusable for day in (last, after)] == [False, True]
    with clock.as_of(after):
        services.returns_open(region=county.region, day=date(2024, 8, 1), first=START)
        opened = Return.objects.filter(type=FORM).values_list("period_end", flat=True)
        assert max(opened) == date(2024, 6, 30), "July lies beyond its validity: nobody is asked"
        now = services.return_decline(user=cast.firm, return_id=row.pk, version=row.version)
    assert now.state == "declined"


def test_the_figures_stay_statistics_when_the_survey_has_ended(
    cast: Cast, county: County, row: Return
) -> None:
    figure = answered(cast, row)
    with clock.as_of(date(2024, 9, 1)):
        assert not evidence_visible_to(cast.dispatcher).filter(pk=figure.pk).exists()
        assert months_told(county.region, ["revenue"], APRIL, date(2024, 9, 1)).told == {}
    assert may(cast.statistics, "evidence.surveys")
