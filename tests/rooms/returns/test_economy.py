"""The pages of the economy: sums, comparable growth, colours, small numbers, ways to targets, the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County, make_person
from tests.rooms.returns.months import MAY, OUTPUT, POWER, TODAY, Told, correct, firm, level, park, span, tell

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services.pointing import latest_rebuild
from tiaodu.foundation.registry.models import Measure, Subject, SubjectKind
from tiaodu.rooms.ledger.models import Indicator, Task, Term
from tiaodu.rooms.returns.economy.boards import SECTOR, ZONE, Line, by_place, overview
from tiaodu.rooms.returns.economy.selectors import Reader, reader_of
from tiaodu.rooms.returns.economy.services import closing_run
from tiaodu.rooms.returns.economy.sums import whole_of

pytestmark = pytest.mark.django_db
Open = Callable[[User], Client]
PAGES = ["", "analysis/", "flags/", f"{OUTPUT}/", f"{OUTPUT}/?by=zone", f"{OUTPUT}/firms/"]


@pytest.fixture
def told(cast: Cast, county: County) -> Told:
    """Five coal firms in the open, two of iron in a park; 17 months of output and power."""
    works = park(county.region, "示例园区")
    firms = [firm(county.region, f"示例煤企{n}", "coal") for n in range(5)]
    firms += [firm(county.region, f"示例铁企{n}", "iron", works) for n in range(2)]

    def output(subject: Subject, n: int) -> Decimal | None:
        if subject.name == "示例煤企4" and n < 12:
            return None  # it came in 2024
        return level(9_000_000 if subject.sector == "iron" else 5_000_000, n)

    def power(subject: Subject, n: int) -> Decimal:
        return level(600_000, n) * (10_000 if n == 16 and subject.name == "示例煤企0" else 1)

    return tell(cast.firm, firms, span("2023-01", "2024-05"), {OUTPUT: output, POWER: power})


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.as_of(TODAY):
        yield


def lines(reader: Reader, by: str = SECTOR, month: Period = MAY) -> dict[str, Line]:
    _board, _measure, found = by_place(reader, month, OUTPUT, by)
    return {line.place[0 if by == SECTOR else 1]: line for line in found}


def everything(county: County) -> Reader:
    return Reader(county.region, knows_all=True, sectors=frozenset())


def outsider(county: County) -> Reader:
    return Reader(county.region, knows_all=False, sectors=frozenset())


def test_growth_is_that_of_the_same_firms(told: Told, county: County) -> None:
    """The firm that came this year counts in the sum and in the published growth, not in the comparable."""
    coal = lines(everything(county))["coal"]
    now = sum(level(5_000_000, n) for n in range(12, 17))
    base = sum(level(5_000_000, n) for n in range(5))
    assert coal.value == now * 5
    assert coal.growth == ((now / base - 1) * 100).quantize(Decimal("0.1"))
    assert coal.published == ((now * 5 / (base * 4) - 1) * 100).quantize(Decimal("0.1"))
    assert coal.signal.light == "green"


def test_a_base_that_was_corrected_is_kept_beside_the_one_first_told(
    told: Told, cast: Cast, county: County
) -> None:
    base = Period.parse("2023-05")
    first = level(9_000_000, 4)
    correct(cast.firm, told.firms["示例铁企0"], base, first * 2)
    iron = lines(everything(county))["iron"]
    assert iron.month.base == first * 2
    assert iron.month.base_both == first * 3


def test_january_is_not_judged_and_february_stands_with_it(told: Told, county: County) -> None:
    january = lines(everything(county), month=Period.parse("2024-01"))["coal"]
    february = lines(everything(county), month=Period.parse("2024-02"))["coal"]
    assert (january.growth, january.month_growth, january.change) == (None, None, None)
    assert february.growth is not None
    assert (february.month_growth, february.change) == (None, None)


def test_small_numbers_are_hidden_and_cannot_be_subtracted(told: Told, county: County) -> None:
    """Two firms of iron would be told by the total less coal: so coal or the total goes with them."""
    found = lines(outsider(county))
    assert found["iron"].hidden
    assert found["iron"].value is found["iron"].growth is None
    assert found["coal"].hidden or found["*"].hidden
    assert not any(line.hidden for line in lines(everything(county)).values())
    zones = lines(outsider(county), ZONE)
    assert zones["示例园区"].hidden


def test_who_knows_a_field_of_work_sees_it_and_nothing_that_tells_of_another(
    told: Told, cast: Cast, county: County
) -> None:
    user = make_person("iron_leader", "铁县长", ["leader"], county.region, sectors=["iron"])
    found = lines(reader_of(user))
    assert not found["iron"].hidden
    assert not found["coal"].hidden  # five firms, and iron is no secret to this reader


def target(county: County, cast: Cast, value: int) -> None:
    task = Task.objects.create(
        region=county.region,
        number=1,
        plan_year=2024,
        title="工业总产值",
        title_key="工业总产值",
        created_on=date(2024, 1, 5),
        created_by=cast.dispatcher,
    )
    whole = Subject.objects.create(
        region=county.region, code="county", kind=SubjectKind.REGION, name="左权县", sample=False
    )
    indicator = Indicator.objects.create(task=task, subject=whole, measure_key=OUTPUT, unit="元")
    Term.objects.create(
        indicator=indicator,
        value=value,
        due_text="2024",
        due_end=date(2024, 12, 31),
        known_on=date(2024, 1, 5),
        set_by=cast.dispatcher,
    )


def test_the_way_to_the_target_of_the_plan(told: Told, cast: Cast, county: County, client_of: Open) -> None:
    target(county, cast, 1_000_000_000)
    line = overview(everything(county), MAY).lines[0]
    assert line.standing is not None
    assert line.standing.target == 1_000_000_000
    assert line.standing.ahead < 0
    assert line.signal.light == "red"  # far behind the way
    page = client_of(cast.dispatcher).get(f"/returns/economy/{OUTPUT}/way/").content.decode()
    assert "scurve-plan" in page
    assert "2024-12" in page


def deliver(county: County, cast: Cast, value: str) -> Evidence:
    whole, _new = Subject.objects.get_or_create(
        region=county.region, kind=SubjectKind.REGION, defaults={"code": "county", "name": "左权县"}
    )
    made = Evidence.objects.create(
        region=county.region,
        subject=whole,
        measure=Measure.objects.get(code="growth_rate.value_added"),
        series="statistical",
        period_start=date(2024, 1, 1),
        period_end=date(2024, 5, 31),
        value=Decimal(value),
        known_on=date(2024, 6, 19),
        reporter=cast.statistics,
        source_kind="evidence.statistics",
        source_id="1",
    )
    latest_rebuild()
    return made


def test_the_text_says_only_what_has_a_figure(
    told: Told, cast: Cast, county: County, client_of: Open
) -> None:
    desk = client_of(cast.dispatcher)
    page = desk.get("/returns/economy/analysis/").content.decode()
    assert "应报企业" in page
    assert "工业增加值" not in page.split("<article")[1].split("</article>")[0]
    assert "税收" not in page.split("<article")[1].split("</article>")[0]
    told_rate = deliver(county, cast, "6.3")
    article = desk.get("/returns/economy/analysis/").content.decode().split("<article")[1]
    assert "增长6.3%" in article
    assert f"/evidence/{told_rate.pk}/" in article
    word = desk.get("/returns/economy/analysis/?month=2024-05&word=1")
    assert word["Content-Type"].endswith("wordprocessingml.document")
    january = desk.get("/returns/economy/analysis/?month=2024-01").content.decode()
    assert "<article" not in january


def test_value_added_is_shown_as_delivered_and_never_reckoned(told: Told, cast: Cast, county: County) -> None:
    assert not overview(everything(county), MAY).lines[0].delivered
    deliver(county, cast, "6.3")
    [one] = overview(everything(county), MAY).lines[0].delivered
    assert one.value == Decimal("6.3")


@pytest.mark.parametrize("page", PAGES)
def test_pages_answer_who_may_and_nobody_else(
    told: Told, cast: Cast, county: County, client_of: Open, page: str
) -> None:
    closing_run(region=county.region, month=MAY, run="one")
    address = f"/returns/economy/{page}"
    for user in (cast.leader, cast.dispatcher, cast.statistics, cast.energy):
        answer = client_of(user).get(address)
        assert answer.status_code == 200, (user, address)
        assert "示例" in answer.content.decode()
    for user in (cast.firm, cast.bank, cast.admin):
        assert client_of(user).get(address).status_code == 403
    assert client_of(cast.city_leader).get(address).status_code == 404
    assert "示例煤企" not in client_of(cast.outsider).get(address).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_pages_ask_as_much_for_many_firms_as_for_few(
    told: Told, cast: Cast, county: County, client_of: Open, page: str
) -> None:
    desk = client_of(cast.dispatcher)

    def asked() -> int:
        desk.get(f"/returns/economy/{page}")
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/returns/economy/{page}").status_code == 200
        return len(queries)

    closing_run(region=county.region, month=MAY, run="few")
    few = asked()
    more = [firm(county.region, f"示例新企{n}", "latex") for n in range(30)]
    tell(
        cast.firm,
        more,
        span("2023-01", "2024-05"),
        {OUTPUT: lambda s, n: level(10**6, n) * (10**4 if n == 16 else 1)},
    )
    closing_run(region=county.region, month=MAY, run="many")
    assert asked() == few


def test_the_investment_officer_sees_the_board_without_small_numbers(
    told: Told, cast: Cast, client_of: Open
) -> None:
    desk = client_of(cast.investment)
    assert "不显示" in desk.get(f"/returns/economy/{OUTPUT}/").content.decode()
    assert desk.get(f"/returns/economy/{OUTPUT}/firms/").status_code == 403


def test_the_board_goes_to_excel(told: Told, cast: Cast, client_of: Open) -> None:
    for page in ("", f"{OUTPUT}/", f"{OUTPUT}/firms/"):
        answer = client_of(cast.dispatcher).get(f"/returns/economy/{page}?export=xlsx")
        assert answer.status_code == 200
        assert "spreadsheet" in answer["Content-Type"]


def test_an_address_that_makes_no_sense_is_no_error(told: Told, cast: Cast, client_of: Open) -> None:
    desk = client_of(cast.dispatcher)
    assert desk.get("/returns/economy/?month=2024-13").status_code == 200
    assert desk.get("/returns/economy/nothing/").status_code == 404
    assert desk.get("/returns/economy/nothing/firms/").status_code == 404
    assert desk.get(f"/returns/economy/{OUTPUT}/way/").status_code == 404
    assert desk.post("/returns/economy/close/", {"month": "x"}).status_code == 404


def test_a_sum_lists_the_figures_it_is_made_of(
    told: Told, county: County, cast: Cast, client_of: Open
) -> None:
    client, at = client_of(cast.dispatcher), f"/returns/economy/{OUTPUT}/sum/?month=2024-05"
    whole = whole_of(everything(county), MAY, OUTPUT, ("coal", "*"), year=True)
    assert whole is not None
    assert (len(whole.parts), whole.unseen, whole.moved) == (25, 0, False)
    assert sum(part.value for part in whole.parts) == whole.value == lines(everything(county))["coal"].value
    page = client.get(f"{at}&sector=coal&part=month").content.decode()
    keys = Evidence.objects.filter(measure__code=OUTPUT, period_end=MAY.end, subject__sector="coal")
    assert keys.count() == 5
    assert all(f"/evidence/{pk}/" in page for pk in keys.values_list("pk", flat=True))
    drawer = client.get(f"{at}&sector=coal", headers={"HX-Target": "drawer-body"}).content.decode()
    assert "<html" not in drawer
    assert "&amp;sector=coal" in client.get(f"/returns/economy/{OUTPUT}/?month=2024-05").content.decode()
    assert client.get(f"{at}&export=xlsx").status_code == 200
    assert client.get(f"{at}&sector=none").status_code == 404


def test_a_sum_that_is_hidden_is_not_taken_apart(
    told: Told, county: County, cast: Cast, client_of: Open
) -> None:
    assert whole_of(outsider(county), MAY, OUTPUT, ("iron", "*"), year=True) is None
    coal = Reader(county.region, knows_all=False, sectors=frozenset({"coal"}))
    whole = whole_of(coal, MAY, OUTPUT, ("coal", "*"), year=False)
    assert whole is not None
    assert (len(whole.parts), whole.unseen) == (5, 0)
    assert client_of(cast.firm).get(f"/returns/economy/{OUTPUT}/sum/").status_code == 403
