"""What-ifs: what changes bring beside the base, who sees what, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import nan
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task
from tests.rooms.outlook.desk import COAL, DAY, mine, mine_rows, model, outlook_of, row, run, told

from tiaodu.engine.outlook.months import month_of
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.outlook.what_if.base import Base, base_made
from tiaodu.rooms.outlook.what_if.changes import MOST, ChangeError, Wish, as_data, wish_of, wishes_of
from tiaodu.rooms.outlook.what_if.forms import choices_of, filled, rows_of
from tiaodu.rooms.outlook.what_if.lines import Line
from tiaodu.rooms.outlook.what_if.outcome import Row, outcome

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
URL = "/outlook/what-if/"
STOP = Wish("stop", COAL, first=month_of("2024-08"), last=month_of("2024-09"), left=0.0)
TAX = "shigang:tax"


def taxed_rows() -> list[dict[str, str]]:
    """The mine with a price and the tax that hangs on it, and a count of mines that run."""
    inputs = f"coal={COAL}、price=shigang:price"
    return [
        *mine_rows(),
        row("shigang:price", "noise", unit="元/吨", figures="对数正态 600 0.1"),
        row(TAX, "formula", unit="万元", adds="sum", rule="coal * price * 12%", inputs=inputs, title="税收"),
        row(
            "shigang:facility_count.coal_mine",
            "formula",
            unit="座",
            adds="last",
            rule="if_else(stops >= 0.99, 1座, 0座)",
            inputs="stops=shigang:other.stops",
        ),
    ]


@pytest.fixture
def task(county: County, cast: Cast) -> Task:
    """A promise of coal, with a tree on which its tax hangs."""
    task = coal_task(county, cast, value=Decimal(480_000))
    model(county, cast, taxed_rows())
    told(cast, task)
    return task


@pytest.fixture
def base(county: County, task: Task) -> Base:
    """The county on the day."""
    return base_made(county.region, DAY)


def rows_by_node(base: Base, *wishes: Wish) -> dict[str, Row]:
    return {each.line.node: each for each in outcome(base, wishes, base.lines).rows}


def get(client: Client, wishes: list[Wish], **more: str) -> Any:
    query = filled(wishes)
    for name, value in more.items():
        query[name] = value
    with override_settings(TIAODU_TODAY=DAY):
        return client.get(f"{URL}?{query.urlencode()}")


# ---------------------------------------------------------------- what is computed


def test_the_base_is_the_outlook_of_the_run(county: County, task: Task, base: Base) -> None:
    found = outlook_of(task, run(county, scenarios=10_000))
    line = next(line for line in base.lines if line.row is not None)
    told_ = rows_by_node(base, STOP)[COAL].base
    assert line.shown(told_.p50 or nan) == pytest.approx(found.p50)
    assert told_.chance == found.chance


def test_a_stop_moves_the_tonnes_and_their_tax_together(base: Base) -> None:
    found = rows_by_node(base, STOP)
    coal, tax = found[COAL], found[TAX]
    # Two of the twelve months are lost, about 3.8 ten thousand tonnes each.
    assert coal.gain is not None
    assert tax.gain is not None
    assert -8.5 < coal.gain.mean < -7
    assert coal.gain.chance is not None
    assert coal.gain.chance < 0
    assert coal.gain.mean_error < 0.02
    assert tax.gain.mean == pytest.approx(coal.gain.mean * 600 * 0.12, rel=0.05)
    assert coal.moved
    assert tax.moved


def test_what_stands_still_completely_is_no_longer_counted_as_running(base: Base) -> None:
    end = {"first": month_of("2024-12"), "last": month_of("2024-12")}
    counted = "shigang:facility_count.coal_mine"
    whole, half = Wish("stop", COAL, left=0.0, **end), Wish("stop", COAL, left=50.0, **end)
    assert rows_by_node(base, whole)[counted].other.p90 == 0
    assert rows_by_node(base, half)[counted].same


def test_a_price_moves_the_tax_and_not_the_tonnes(base: Base) -> None:
    cut = Wish("scale", "shigang:price", percent=90.0, first=month_of("2024-07"), last=month_of("2024-12"))
    found = rows_by_node(base, cut)
    assert found[COAL].same
    assert found[TAX].moved
    assert (found[TAX].mean or 0) < 0


def test_several_changes_add_up_on_the_same_scenarios(base: Base) -> None:
    more = Wish("plus", COAL, amount=1.0, first=month_of("2024-10"), last=month_of("2024-12"))
    one, other, both = (rows_by_node(base, *each)[COAL].gain for each in ([STOP], [more], [STOP, more]))
    assert one is not None
    assert other is not None
    assert both is not None
    assert other.mean == pytest.approx(3)
    assert both.mean == pytest.approx(one.mean + other.mean)


def test_months_with_evidence_stay_and_that_is_said(base: Base) -> None:
    past = Wish("stop", COAL, first=month_of("2024-04"), last=month_of("2024-05"), left=0.0)
    found = outcome(base, [past], base.lines)
    assert all(each.same for each in found.rows if each.line.node in (COAL, TAX))
    assert any("2024-04、2024-05 已有实绩" in each for each in found.findings)


def test_what_is_gone_from_the_model_is_told_and_the_rest_computed(base: Base) -> None:
    gone = Wish("stop", "nowhere:output.coal.raw", first=STOP.first, last=STOP.last, left=0.0)
    later = Wish("stop", COAL, first=month_of("2030-01"), last=month_of("2030-02"), left=0.0)
    undated = Wish("move", "shigang-project/A21", days=30)
    found = outcome(base, [gone, later, undated, STOP], base.lines)
    assert len(found.findings) == 3
    assert "nowhere:output.coal.raw" in found.findings[0]
    assert "2024-01..2024-12" in found.findings[1]
    assert [each.line.node for each in found.moved] == [COAL, TAX] or {COAL, TAX} == {
        each.line.node for each in found.moved
    }


def test_a_difference_chance_alone_would_show_is_not_told_as_one(base: Base) -> None:
    """A thousandth of a tonne is told apart on common draws; a change of nothing is not."""
    idle = Wish("scale", "shigang:other.stops", percent=100.0000001, first=STOP.first, last=STOP.last)
    counted = rows_by_node(base, idle)["shigang:facility_count.coal_mine"]
    assert not counted.moved


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "burn", "on": COAL}, "kind"),
        ({"kind": "stop", "on": "", "first": "2024-08", "last": "2024-09", "left": 0}, "on"),
        ({"kind": "stop", "on": COAL, "first": "2024-13", "last": "2024-09", "left": 0}, "first"),
        ({"kind": "stop", "on": COAL, "first": "2024-09", "last": "2024-08", "left": 0}, "last"),
        ({"kind": "stop", "on": COAL, "first": "2024-08", "last": "2024-09", "left": 100}, "left"),
        ({"kind": "stop", "on": COAL, "first": "2024-08", "last": "2024-09", "left": nan}, "left"),
        ({"kind": "scale", "on": COAL, "percent": 0, "first": "2024-08", "last": "2024-09"}, "percent"),
        ({"kind": "scale", "on": COAL, "percent": 100, "first": "2024-08", "last": "2024-09"}, "percent"),
        ({"kind": "plus", "on": COAL, "amount": "1", "first": "2024-08", "last": "2024-09"}, "amount"),
        ({"kind": "move", "on": "a/A1", "days": 1.5}, "days"),
        ({"kind": "move", "on": "a/A1", "days": 100_000}, "days"),
        ({"kind": "fix", "on": "a/A1", "day": "2024-02-30"}, "day"),
        ({"kind": "add", "on": COAL, "count": 0, "day": "2024-08-01"}, "count"),
        ({"kind": "move", "on": "a/A1", "days": 1, "code": "x"}, "kind"),
        ("stop", "kind"),
    ],
)
def test_data_of_another_shape_are_refused_with_the_field(data: Any, field: str) -> None:
    with pytest.raises(ChangeError) as caught:
        wish_of(data)
    assert caught.value.field == field


def test_what_is_kept_is_read_back_the_same() -> None:
    wishes = (
        STOP,
        Wish("move", "a/A1", days=-30),
        Wish("fix", "a/A1", day=date(2024, 9, 1)),
        Wish("add", COAL, count=2.5, day=date(2024, 9, 1)),
        Wish("scale", COAL, percent=90.0, first=STOP.first, last=STOP.last),
        Wish("plus", COAL, amount=1234567.25, first=STOP.first, last=STOP.last),
    )
    assert wishes_of([as_data(wish) for wish in wishes]) == wishes
    for wrong in ([], None, {}, [as_data(STOP)] * (MOST + 1)):
        with pytest.raises(ChangeError):
            wishes_of(wrong)


def test_an_address_says_the_same_as_its_changes(base: Base) -> None:
    wishes = [STOP, Wish("plus", COAL, amount=1234567.25, first=STOP.first, last=STOP.last)]
    choices = choices_of(base, base.lines)
    rows = rows_of(QueryDict(filled(wishes).urlencode()), choices, base)
    assert all(each.is_valid() for each in rows)
    assert [each.wish for each in rows] == wishes


# ---------------------------------------------------------------- the pages


def test_the_page_begins_with_kinds_and_a_row_is_added_and_dropped(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    client = client_of(cast.dispatcher)
    with override_settings(TIAODU_TODAY=DAY):
        html = client.get(URL).content.decode()
        assert "一座矿、一条线停几个月" in html
        assert "挪日子" not in html  # no step is followed here
        added = client.get(f"{URL}?add=stop").content.decode()
        assert 'value="2024-08"' in added
        assert 'id="result"' not in added
        about = client.get(f"{URL}?about=shigang:price").content.decode()
        assert 'value="shigang:price" selected' in about
        dropped = client.get(f"{URL}?{filled([STOP]).urlencode()}&drop=1").content.decode()
        assert 'name="1-on"' not in dropped


def test_the_result_says_what_moved_and_folds_the_rest_away(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    html = get(client_of(cast.dispatcher), [STOP]).content.decode()
    assert "石港煤业 原煤产量 48万吨：少" in html
    assert "税收" in html
    assert "whatif-bar-other" in html
    assert "facility_count" not in html
    every = get(client_of(cast.dispatcher), [STOP], filter="all").content.decode()
    assert "shigang:facility_count.coal_mine" in every
    assert "没有变" in every


def test_excel_has_both_sides_with_their_errors(cast: Cast, client_of: Browser, task: Task) -> None:
    answer = get(client_of(cast.leader), [STOP], export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    cells = [cell.value for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {"现在 P50", "改后 P50", "差的标准误", "把握差"} <= set(cells)
    assert sum(isinstance(cell, float) for cell in cells) >= 10


@pytest.mark.parametrize("name", ["dispatcher", "leader", "energy"])
def test_those_who_see_the_chances_may_ask(cast: Cast, client_of: Browser, task: Task, name: str) -> None:
    assert "石港煤业 原煤产量" in get(client_of(getattr(cast, name)), [STOP]).content.decode()


@pytest.mark.parametrize("name", ["supervision", "office", "firm", "bank", "liaison", "clerk", "admin"])
def test_others_may_not(cast: Cast, client_of: Browser, task: Task, name: str) -> None:
    assert get(client_of(getattr(cast, name)), [STOP]).status_code == 403


def test_a_higher_level_finds_nothing_and_a_neighbour_only_its_own(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    assert get(client_of(cast.city_leader), [STOP]).status_code == 404
    assert "石港煤业" not in get(client_of(cast.outsider), [STOP]).content.decode()


def test_a_department_sees_its_own_promises_and_chooses_from_what_they_hang_on(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    own = get(client_of(cast.energy), [STOP], filter="all").content.decode()
    assert "石港煤业 原煤产量" in own
    assert "税收" not in own  # nobody promised it: only the overview has it
    html = get(client_of(cast.industry), [STOP]).content.decode()
    assert "石港煤业" not in html
    assert "还没有可以改的" in html


def test_a_leader_of_another_field_sees_no_quantity_of_this_one(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    cast.leader.sectors = ["iron"]
    cast.leader.save()
    assert "税收" not in get(client_of(cast.leader), [STOP], filter="all").content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "1-kind=stop&1-on=nowhere:x&1-first=2024-08&1-last=2024-09&1-left=0",
            "不在 2024-07-01 的推演模型里",
        ),
        (f"1-kind=stop&1-on={COAL}&1-first=2024-09&1-last=2024-08&1-left=0", "止月早于起月"),
        (f"1-kind=stop&1-on={COAL}&1-first=2031-01&1-last=2031-02&1-left=0", "推演的月份是"),
        (f"1-kind=stop&1-on={COAL}&1-first=August&1-last=2024-09&1-left=0", "没有这个月"),
        (f"1-kind=scale&1-on={COAL}&1-percent=0&1-first=2024-08&1-last=2024-09", "请改用“停”"),
        (f"1-kind=scale&1-on={COAL}&1-percent=nan&1-first=2024-08&1-last=2024-09", "标红的地方"),
        ("1-kind=move&1-on=nowhere/A1&1-days=3", "不在 2024-07-01 的推演模型里"),
    ],
)
def test_a_wrong_row_is_told_at_its_place_and_nothing_computed(
    cast: Cast, client_of: Browser, task: Task, query: str, words: str
) -> None:
    with override_settings(TIAODU_TODAY=DAY):
        html = client_of(cast.dispatcher).get(f"{URL}?{query}").content.decode()
    assert words in html
    assert 'id="result"' not in html


def test_five_hundred_changes_are_refused(cast: Cast, client_of: Browser, task: Task) -> None:
    many = "&".join(f"{n}-kind=stop&{n}-on={COAL}" for n in range(1, 501))
    with override_settings(TIAODU_TODAY=DAY):
        answer = client_of(cast.dispatcher).get(f"{URL}?{many}")
    assert answer.status_code == 422
    assert "500" in answer.content.decode()


def test_an_earlier_day_is_asked_as_it_was_and_a_later_one_not(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    early = get(client_of(cast.dispatcher), [STOP], day="2024-05-10").content.decode()
    assert "按 2024-05-10 当天已知的情况推演" in early
    for day in ("2024-09-01", "yesterday", ""):
        assert "当天已知的情况推演" not in get(client_of(cast.dispatcher), [STOP], day=day).content.decode()


def test_a_county_without_a_tree_says_so(county: County, cast: Cast, client_of: Browser) -> None:
    coal_task(county, cast)
    assert "还没有可以改的" in get(client_of(cast.dispatcher), [STOP]).content.decode()


def test_more_promises_cost_no_further_query(
    county: County, cast: Cast, client_of: Browser, task: Task
) -> None:
    counts = []
    for more in (2, 12):
        for n in range(more):
            title = f"石港煤业原煤产量完成{more}{n}"
            coal_task(county, cast, title=title, value=Decimal(500_000 + 1000 * more + n))
        get(client_of(cast.dispatcher), [STOP])
        with CaptureQueriesContext(connection) as caught:
            get(client_of(cast.dispatcher), [STOP], filter="all")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_outlook_leads_to_the_what_if_of_its_node(
    county: County, cast: Cast, client_of: Browser, task: Task
) -> None:
    made = run(county)
    with override_settings(TIAODU_TODAY=DAY):
        html = client_of(cast.leader).get(f"/outlook/{outlook_of(task, made).pk}/").content.decode()
    assert f"{URL}?about=shigang%3Aother.stops" in html


def test_lines_of_other_days_are_kept_apart(county: County, task: Task) -> None:
    with clock.as_of(DAY):
        early, late = (base_made(county.region, day) for day in (date(2024, 5, 10), DAY))
    first = next(iter(early.lines))
    assert isinstance(first, Line)
    assert early.values[first.name].quantiles() != late.values[first.name].quantiles()


def test_a_mine_of_the_desk_has_a_base(county: County, cast: Cast) -> None:
    mine(county, cast)
    assert [line.node for line in base_made(county.region, DAY).lines] == [COAL]
