"""Platform firms: facts written once, licences that run out, figures by the firm itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County, make_person
from tests.rooms.returns.desk import opened, sent
from tests.rooms.returns.months import firm

from tiaodu.engine.kernel.offers import Severity
from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.rooms.returns.platforms import services
from tiaodu.rooms.returns.platforms.alerts import platform_alerts
from tiaodu.rooms.returns.platforms.models import PlatformFact, PlatformFirm
from tiaodu.rooms.returns.platforms.selectors import PlatformRow, platforms_visible_to, rows_of
from tiaodu.rooms.returns.platforms.services import Fact

pytestmark = pytest.mark.django_db
Open = Callable[[User], Client]
DAY = date(2024, 4, 22)
MARCH = Period.parse("2024-03")
LICENCE = Fact(
    kind="licence",
    code="freight",
    number="晋交运管许可140722000001号",
    authority="县交通局",
    day=date(2023, 5, 1),
    until=date(2024, 5, 10),
    source="证照",
)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.as_of(DAY):
        yield


@pytest.fixture
def platform(cast: Cast, county: County) -> PlatformFirm:
    return services.platform_add(user=cast.dispatcher, subject=county.subjects["xinrui"], source="企业申请")


@pytest.fixture
def owner(county: County) -> User:
    person = make_person("xinrui_firm", "鑫瑞会计", ["firm"], county.region)
    person.subjects.add(county.subjects["xinrui"])
    return person


def row(user: User, county: County, day: date = DAY) -> PlatformRow:
    [found] = rows_of(county.region, list(platforms_visible_to(user)), day, user, MARCH)
    return found


def tell(user: User, platform: PlatformFirm, fact: Fact) -> PlatformFact:
    return services.fact_tell(user=user, platform_id=platform.pk, fact=fact)


def test_the_newest_fact_holds_and_earlier_days_show_what_held(
    cast: Cast, county: County, platform: PlatformFirm
) -> None:
    tax = Fact(kind="tax", code="b", day=date(2023, 4, 1), source="税务局函")
    tell(cast.dispatcher, platform, tax)
    brand = tell(
        cast.dispatcher, platform, Fact(kind="brand", name="太行好货", day=date(2023, 4, 1), source="商标")
    )
    with clock.as_of(date(2024, 4, 25)):
        tell(cast.dispatcher, platform, Fact(kind="tax", code="d", day=date(2024, 4, 24), source="税务局函"))
        gone = Fact(kind="brand", name="太行好货", day=date(2024, 4, 24), source="企业说明", gone=True)
        tell(cast.dispatcher, platform, gone)
        now = row(cast.dispatcher, county, date(2024, 4, 25))
    assert (now.tax_light, list(now.brands), now.light) == ("red", [], "red")
    then = row(cast.dispatcher, county)
    assert (then.tax_light, list(then.brands)) == ("green", ["太行好货"])
    with pytest.raises(AppendOnlyError):
        brand.save()


def test_a_licence_that_runs_out_is_brought_up_and_a_renewed_one_is_not(
    cast: Cast, county: County, platform: PlatformFirm
) -> None:
    tell(cast.dispatcher, platform, LICENCE)
    [alert] = platform_alerts(region=county.region, as_of=DAY)
    assert (alert.severity, alert.due) == (Severity.AMBER, date(2024, 5, 10))
    assert platform.subject_id in alert.audience.subjects
    assert platform_alerts(region=county.region, as_of=date(2024, 5, 11))[0].severity is Severity.RED
    renewed = Fact(**{**LICENCE.__dict__, "day": DAY, "until": date(2027, 5, 10)})
    tell(cast.dispatcher, platform, renewed)
    assert platform_alerts(region=county.region, as_of=DAY) == []
    assert platform_alerts(region=county.other, as_of=DAY) == []


def test_the_firm_tells_brands_and_licences_but_not_its_tax_state(
    cast: Cast, county: County, platform: PlatformFirm, owner: User
) -> None:
    tell(owner, platform, LICENCE)
    with pytest.raises(NotAllowed):
        tell(owner, platform, Fact(kind="tax", code="a", day=DAY, source="自述"))
    for person in (cast.leader, cast.statistics):
        with pytest.raises(NotAllowed):
            tell(person, platform, LICENCE)
    for stranger in (cast.firm, cast.bank, cast.outsider):
        with pytest.raises(NotFound):
            tell(stranger, platform, LICENCE)


@pytest.mark.parametrize(
    "changed",
    [
        {"source": ""},
        {"number": ""},
        {"code": "made_up"},
        {"day": date(2024, 4, 23)},
        {"until": date(2023, 4, 1)},
        {"kind": "other"},
        {"kind": "brand", "name": " "},
    ],
)
def test_what_is_not_whole_is_refused(cast: Cast, platform: PlatformFirm, changed: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        tell(cast.dispatcher, platform, Fact(**{**LICENCE.__dict__, **changed}))
    assert not PlatformFact.objects.exists()


def test_volume_and_firms_served_are_told_by_the_firm(
    cast: Cast, county: County, platform: PlatformFirm, owner: User
) -> None:
    [waiting, *_rest] = opened(cast, county, "platform_quarterly", "xinrui", on=date(2024, 4, 8))
    sent(
        owner,
        waiting,
        {"other.platform.volume": "520", "enterprise_count.platform": "36"},
        on=date(2024, 4, 8),
    )
    for person in (cast.dispatcher, owner):
        found = row(person, county)
        assert found.volume is not None and found.served is not None
        assert (found.volume.value, found.served.value) == (Decimal(5_200_000), 36)


def test_pages_and_forms(
    cast: Cast, county: County, platform: PlatformFirm, owner: User, client_of: Open
) -> None:
    client, at = client_of(cast.dispatcher), "/returns/economy/platforms/"
    sent_ = {
        "code": "freight",
        "number": "12",
        "authority": "县交通局",
        "until": "2024-04-30",
        "day": "2024-04-01",
        "source": "证照",
        "proof": SimpleUploadedFile("证.pdf", b"%PDF-1.4 x"),
    }
    assert client.get(f"{at}{platform.pk}/licence/").status_code == 200
    assert client.post(f"{at}{platform.pk}/licence/", {**sent_, "number": ""}).status_code == 422
    sent_["proof"] = SimpleUploadedFile("证.pdf", b"%PDF-1.4 x")
    assert client.post(f"{at}{platform.pk}/licence/", sent_).status_code == 302
    fact = PlatformFact.objects.get()
    assert client.get(f"{at}proofs/{fact.pk}/").status_code == 200
    assert client_of(cast.firm).get(f"{at}proofs/{fact.pk}/").status_code == 404
    assert "县交通局" in client.get(f"{at}{platform.pk}/").content.decode()
    assert client.get(f"{at}?export=xlsx").status_code == 200
    assert client.get(f"{at}{platform.pk}/nonsense/").status_code == 404
    assert client_of(owner).get(f"{at}{platform.pk}/tax/").status_code == 403
    assert client_of(owner).get(f"{at}{platform.pk}/").status_code == 200
    assert client_of(cast.firm).get(f"{at}{platform.pk}/").status_code == 404
    assert client_of(cast.bank).get(at).status_code == 403
    new = {"subject": county.subjects["huaneng"].pk, "source": "申请"}
    assert client.post(f"{at}add/", new).status_code == 302
    assert client.post(f"{at}add/", new).status_code == 422


def test_the_list_asks_as_often_whatever_the_number_of_firms(
    cast: Cast, county: County, platform: PlatformFirm, client_of: Open
) -> None:
    client, counts = client_of(cast.dispatcher), []
    tell(cast.dispatcher, platform, LICENCE)
    for n in range(2):
        client.get("/returns/economy/platforms/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/returns/economy/platforms/")
        counts.append(len(queries))
        more = services.platform_add(
            user=cast.dispatcher, subject=firm(county.region, f"平台{n}"), source="申请"
        )
        tell(cast.dispatcher, more, LICENCE)
    assert counts[0] == counts[1]
