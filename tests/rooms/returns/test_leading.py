"""Leading firms and their followers: relations by officials, figures by firms, seen by whom they concern."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County, make_person
from tests.rooms.returns.desk import opened, sent
from tests.rooms.returns.months import OUTPUT, level, span, tell

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.services import measures_load
from tiaodu.rooms.returns import services as returns
from tiaodu.rooms.returns.leading import services
from tiaodu.rooms.returns.leading.models import Follower, LeadingFirm
from tiaodu.rooms.returns.leading.selectors import LeadingLine, leading_lines, leading_visible_to

pytestmark = pytest.mark.django_db
Open = Callable[[User], Client]
DAY = date(2024, 4, 20)
MARCH = Period.parse("2024-03")
SINCE = date(2023, 1, 1)
BOUGHT = {"other.purchases": "1000", "other.purchases.local": "300"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.as_of(DAY):
        yield


@pytest.fixture
def leading(cast: Cast, county: County) -> LeadingFirm:
    """石港 leads coal; 鑫瑞 supplies it and buys from it, 盘城 supplies it."""
    made = services.leading_add(
        user=cast.dispatcher,
        subject=county.subjects["shigang"],
        chain="煤炭",
        since=SINCE,
        source="县政府文件",
    )
    follow(cast, county, made, "xinrui", "supplier")
    follow(cast, county, made, "xinrui", "customer")
    follow(cast, county, made, "pancheng", "supplier")
    return made


def follow(cast: Cast, county: County, leading: LeadingFirm, code: str, role: str) -> Follower:
    return services.follower_add(
        user=cast.dispatcher,
        leading_id=leading.pk,
        subject=county.subjects[code],
        role=role,
        what="支护材料",
        since=SINCE,
        source="购销合同",
    )


def told(cast: Cast, county: County) -> None:
    """Purchases of two first quarters by 石港 itself, output of all three since 2023."""
    measures_load(user=None)
    shigang = county.subjects["shigang"]
    with clock.as_of(SINCE):
        returns.listing_add(user=cast.dispatcher, form="leading_quarterly", subject=shigang, since=SINCE)
    for day, cells in (
        (date(2023, 4, 10), {**BOUGHT, "other.purchases.local": "200"}),
        (date(2024, 4, 10), BOUGHT),
    ):
        rows = opened(cast, county, "leading_quarterly", on=day)
        row = next(row for row in rows if row.period_end.year == day.year)
        sent(cast.firm, row, cells, on=day)
    firms = [county.subjects[code] for code in ("shigang", "xinrui", "pancheng")]
    tell(cast.firm, firms, span("2023-01", "2024-03"), {OUTPUT: lambda s, n: level(1_000_000, n)})


def line(user: User) -> LeadingLine:
    [found] = leading_lines(user, MARCH, leading_visible_to(user))
    return found


def test_what_it_made_and_bought_and_who_follows(cast: Cast, county: County, leading: LeadingFirm) -> None:
    told(cast, county)
    found = line(cast.dispatcher)
    year = sum((level(1_000_000, n) for n in (12, 13, 14)), Decimal(0))
    assert found.output is not None and found.local is not None and found.bought is not None
    assert (found.output.value, found.bought.value, found.local.value) == (year, 10_000_000, 3_000_000)
    assert (found.share, found.share_change, found.local.growth) == (Decimal("30.0"), Decimal("10.0"), 50)
    assert found.count == 2, "who supplies and buys is one firm"
    assert found.followers_output == year * 2
    assert [pk for _p, (_v, pk) in found.local.parts] == list(
        Evidence.objects.filter(measure__code="other.purchases.local", period_end__year=2024).values_list(
            "pk", flat=True
        )
    )


def test_who_may_not_know_single_firms_sees_neither_figures_nor_sums(
    cast: Cast, county: County, leading: LeadingFirm
) -> None:
    told(cast, county)
    narrow = make_person("coal_only", "煤炭股", ["department"], county.region)
    narrow.sectors = ["coal"]
    narrow.save()
    found = line(narrow)
    assert found.output is not None, "coal is her field"
    assert {row.follower.subject.name: row.seen for row in found.followers} == {
        "鑫瑞公司": False,
        "盘城煤业": True,
    }
    assert found.sums_hidden
    assert found.followers_output is None


def test_firms_see_what_concerns_them(
    cast: Cast, county: County, leading: LeadingFirm, client_of: Open
) -> None:
    told(cast, county)
    own = line(cast.firm)
    assert own.local is not None
    assert len(own.followers) == 3
    assert not any(row.seen for row in own.followers), "a follower's figures are its own"
    follower = make_person("xinrui_firm", "鑫瑞会计", ["firm"], county.region)
    follower.subjects.add(county.subjects["xinrui"])
    seen = line(follower)
    assert seen.hidden
    assert {row.follower.subject.name for row in seen.followers} == {"鑫瑞公司"}
    stranger = make_person("pz", "正珠会计", ["firm"], county.region)
    stranger.subjects.add(county.subjects["zhengzhu"])
    assert not leading_visible_to(stranger).exists()
    assert client_of(stranger).get(f"/returns/economy/leading/{leading.pk}/").status_code == 404
    page = client_of(follower).get(f"/returns/economy/leading/{leading.pk}/").content.decode()
    assert "盘城煤业" not in page


def test_only_who_keeps_relations_enters_them_and_with_a_source(cast: Cast, county: County) -> None:
    given = {"subject": county.subjects["xinrui"], "chain": "铁矿", "since": SINCE}
    for person in (cast.firm, cast.leader, cast.statistics):
        with pytest.raises(NotAllowed):
            services.leading_add(user=person, source="文件", **given)
    with pytest.raises(NotFound):
        services.leading_add(user=cast.outsider, source="文件", **given)
    with pytest.raises(Invalid):
        services.leading_add(user=cast.dispatcher, source=" ", **given)
    with pytest.raises(Invalid):
        services.leading_add(user=cast.dispatcher, source="文件", **{**given, "since": date(2024, 4, 21)})
    services.leading_add(user=cast.dispatcher, source="文件", **given)
    with pytest.raises(Invalid):
        services.leading_add(user=cast.dispatcher, source="文件", **given)


def test_relations_end_and_earlier_days_keep_them(cast: Cast, county: County, leading: LeadingFirm) -> None:
    first = leading.followers.get(subject__code="pancheng")
    gone = {"until": date(2024, 3, 31), "reason": "合同到期"}
    with pytest.raises(Stale):
        services.follower_end(user=cast.dispatcher, follower_id=first.pk, version=9, **gone)
    services.follower_end(user=cast.dispatcher, follower_id=first.pk, version=1, **gone)
    assert line(cast.dispatcher).count == 1
    with clock.as_of(date(2024, 4, 19)):
        assert not leading_visible_to(cast.dispatcher).exists(), "not yet entered on that day"
    services.leading_end(user=cast.dispatcher, leading_id=leading.pk, version=1, **gone)
    assert not leading_visible_to(cast.dispatcher).exists()
    assert not Follower.objects.filter(until__isnull=True).exists()
    with pytest.raises(Invalid):
        follow(cast, county, leading, "zhengzhu", "supplier")


def test_a_firm_does_not_follow_itself(cast: Cast, county: County, leading: LeadingFirm) -> None:
    with pytest.raises(Invalid):
        follow(cast, county, leading, "shigang", "supplier")
    with pytest.raises(Invalid):
        follow(cast, county, leading, "xinrui", "supplier")


def test_pages_and_forms(cast: Cast, county: County, leading: LeadingFirm, client_of: Open) -> None:
    told(cast, county)
    client, at = client_of(cast.dispatcher), "/returns/economy/leading/"
    assert "石港煤业" in client.get(at).content.decode()
    assert client.get(f"{at}?export=xlsx").status_code == 200
    page = client.get(f"{at}{leading.pk}/").content.decode()
    key = Evidence.objects.get(measure__code="other.purchases.local", period_end__year=2024).pk
    assert f"/evidence/{key}/" in page, "every figure opens its provenance"
    assert client.get(f"{at}{leading.pk}/?export=xlsx").status_code == 200
    form = {
        "subject": county.subjects["zhengzhu"].pk,
        "role": "customer",
        "what": "",
        "since": "2024-01-01",
        "source": "企业说明",
    }
    assert client.post(f"{at}{leading.pk}/followers/add/", {**form, "source": ""}).status_code == 422
    assert client.post(f"{at}{leading.pk}/followers/add/", form).status_code == 302
    found = Follower.objects.get(subject__code="zhengzhu")
    assert client.get(f"{at}followers/{found.pk}/").status_code == 200
    sent_ = {"version": 1, "until": "2024-04-01", "reason": "停产"}
    assert client.post(f"{at}followers/{found.pk}/", sent_).status_code == 302
    assert client.get(f"{at}add/").status_code == 200
    assert client.post(f"{at}{leading.pk}/end/", sent_).status_code == 302
    assert client_of(cast.firm).post(f"{at}add/", form).status_code == 403
    assert client_of(cast.bank).get(at).status_code == 403


def test_the_page_asks_as_often_whatever_the_number_of_firms(
    cast: Cast, county: County, leading: LeadingFirm, client_of: Open
) -> None:
    told(cast, county)
    client = client_of(cast.dispatcher)
    counts = []
    for code in ("xinrui", "zhengzhu"):
        client.get("/returns/economy/leading/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/returns/economy/leading/")
        counts.append(len(queries))
        more = services.leading_add(
            user=cast.dispatcher, subject=county.subjects[code], chain="铁", since=SINCE, source="文件"
        )
        follow(cast, county, more, "huaneng", "customer")
    assert counts[0] == counts[1]
