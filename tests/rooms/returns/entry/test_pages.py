"""The pages: what each person sees of the pool, a unit, a batch, private firms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from tests.cast import Cast, County
from tests.rooms.returns.entry.desk import (
    AFTER,
    IN_TIME,
    confirm_table,
    hand_in_all,
    person_of,
    step,
    supply_batches,
    tell,
    unit,
    year,
)

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.models import Authorisation, EntryOutlook, EntryUnit
from tiaodu.rooms.returns.entry.selectors.outlooks import foreseen_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PDF = b"%PDF-1.4\n%scan\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def _told(cast: Cast, county: County, count: int = 3) -> list[EntryUnit]:
    supply_batches(county, cast)
    units = [unit(county, cast, f"示例手套{n}厂", ownership="private") for n in range(count)]
    for n, each in enumerate(units):
        tell(cast, each, year(150 + 10 * n, 12, 2023))
        tell(cast, each, year(160 + 40 * n))
    return units


def _text(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"returns:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_pool_answers_first_and_lists_the_absent_with_reasons(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    _told(cast, county)
    with override_settings(TIAODU_TODAY=AFTER):
        page = _text(client_of(cast.dispatcher), "entry")
    assert "应入未入 1 户" in page
    assert "示例手套2厂" in page
    assert "2024年第1批已过" in page
    assert "年内达标可能" in page


def test_chances_are_kept_at_night_and_hidden_from_firms(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    units = _told(cast, county)
    user = person_of(cast, units[0])
    with override_settings(TIAODU_TODAY=IN_TIME):
        assert services.outlooks_keep(region=county.region, day=IN_TIME) == 3
        assert services.outlooks_keep(region=county.region, day=IN_TIME) == 0
        official = _text(client_of(cast.dispatcher), "entry-unit", units[0].pk)
        firm = _text(client_of(user), "entry-unit", units[0].pk)
        pool = _text(client_of(user), "entry")
    assert "何时达到" in official
    assert "达到标准的可能" in official
    assert "何时达到" not in firm
    assert "年内达标可能" not in pool
    assert "示例手套1厂" not in pool
    chances = [row.chance for row in EntryOutlook.objects.order_by("unit")]
    assert chances == sorted(chances)
    assert 0 <= chances[0] < chances[2] == 1


def test_a_supervisor_reads_the_pool_without_chances(county: County, cast: Cast, client_of: ClientOf) -> None:
    units = _told(cast, county)
    with override_settings(TIAODU_TODAY=IN_TIME):
        page = _text(client_of(cast.supervision), "entry-unit", units[2].pk)
        assert "何时达到" not in page
        assert client_of(cast.supervision).get(reverse("returns:entry-add")).status_code == 403


def test_a_listed_unit_that_sinks_is_likely_to_fall(county: County, cast: Cast) -> None:
    units = _told(cast, county)
    user = person_of(cast, *units)
    with override_settings(TIAODU_TODAY=IN_TIME):
        for code in ("expect",):
            step(cast.dispatcher, units[2], code)
        hand_in_all(user, units[2])
        for code in ("papers_whole", "to_county"):
            step(cast.dispatcher, units[2], code, batch="2024-N1")
    found = foreseen_of(units[2], IN_TIME)
    assert found is not None
    assert found.about == EntryOutlook.About.REACH
    assert found.chance == 1


def test_the_firm_hands_in_a_paper_on_its_page(county: County, cast: Cast, client_of: ClientOf) -> None:
    units = _told(cast, county)
    user = person_of(cast, units[2])
    client = client_of(user)
    with override_settings(TIAODU_TODAY=IN_TIME):
        address = reverse("returns:entry-hand-in", args=[units[2].pk, "licence"])
        empty = client.post(address, {})
        wrong = client.post(address, {"file": SimpleUploadedFile("x.exe", b"MZ\x00\x00")})
        good = client.post(address, {"file": SimpleUploadedFile("营业执照.pdf", PDF)}, follow=True)
        assert (empty.status_code, wrong.status_code) == (422, 422)
        page = good.content.decode()
        assert "已交：营业执照" in page
        handed = units[2].papers.get()
        download = client.get(reverse("returns:entry-paper", args=[handed.pk]))
        assert download.status_code == 200
        other = client_of(cast.outsider).get(reverse("returns:entry-paper", args=[handed.pk]))
        assert other.status_code == 404


def test_a_step_is_taken_on_its_page(county: County, cast: Cast, client_of: ClientOf) -> None:
    units = _told(cast, county)
    with override_settings(TIAODU_TODAY=IN_TIME):
        client = client_of(cast.dispatcher)
        address = reverse("returns:entry-step", args=[units[2].pk, "expect"])
        assert client.get(address).status_code == 200
        done = client.post(address, {"day": "2024-10-28", "revision": "0"}, follow=True)
        assert "已登记：转为预达标" in done.content.decode()
        late = client.post(address, {"day": "2024-10-28", "revision": "0"})
        assert late.status_code == 409
        page = client.get(reverse("returns:entry-step", args=[units[2].pk, "papers_whole"])).content.decode()
        assert "2024年第1批" in page
        assert client_of(cast.dispatcher).get(
            reverse("returns:entry-step", args=[units[2].pk, "to_city"])
        ).status_code == 403  # fmt: skip


def test_a_batch_says_who_is_ready_and_what_is_missing(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    units = _told(cast, county)
    user = person_of(cast, *units)
    with override_settings(TIAODU_TODAY=IN_TIME):
        hand_in_all(user, units[2], but=("pledge",))
        page = _text(client_of(cast.statistics), "entry-batch", "2024-N1")
        assert "1 户，材料齐 0 户" in page
        assert "统计数据真实性承诺书" in page
        hand_in_all(user, units[2])
        assert "材料齐 1 户" in _text(client_of(cast.statistics), "entry-batch", "2024-N1")
        assert "2024年第1批" in _text(client_of(cast.statistics), "entry-batches")
        sheet = client_of(cast.statistics).get(
            reverse("returns:entry-batch", args=["2024-N1"]), {"export": "xlsx"}
        )
        assert sheet.status_code == 200


def test_private_firms_are_blocked_in_words_then_counted(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    _told(cast, county)
    with override_settings(TIAODU_TODAY=IN_TIME):
        blocked = client_of(cast.dispatcher).get(reverse("returns:entry-private"))
        assert blocked.status_code == 424
        assert "待确认" in blocked.content.decode()
    row = {"code": "over_500", "above": 500, "near": 400, "target": 130, "zh": "民企", "en": "private"}
    confirm_table(county, cast, "returns.entry_private", [{**row, "confidence": "source"}])
    with override_settings(TIAODU_TODAY=IN_TIME):
        page = _text(client_of(cast.dispatcher), "entry-private")
        assert "已有 3 户，目标突破 130 户，还差 128 户" in page
        assert client_of(person_of(cast)).get(reverse("returns:entry-private")).status_code == 403


def test_the_firm_alone_grants_and_withdraws(county: County, cast: Cast, client_of: ClientOf) -> None:
    units = _told(cast, county)
    user = person_of(cast, units[0])
    tell(cast, units[0], [(f"2024-{m:02}", 30_000) for m in range(1, 10)], measure="energy.use", factor=1)
    told = {
        "subject": str(units[0].subject_id),
        "measure": str(Measure.objects.get(code="energy.use").pk),
        "series": "dispatch",
        "until": "2024-12-31",
    }
    with override_settings(TIAODU_TODAY=IN_TIME):
        client = client_of(user)
        address = reverse("returns:entry-grant")
        assert client_of(cast.dispatcher).post(address, told).status_code == 403
        assert client.post(address, {**told, "subject": str(units[1].subject_id)}).status_code == 422
        assert client.post(address, {**told, "until": "2024-01-01"}).status_code == 422
        assert "已授权" in client.post(address, told, follow=True).content.decode()
        assert client.post(address, told).status_code == 422
        found = foreseen_of(units[0], IN_TIME)
        assert found is not None
        assert found.companion == "energy.use"
        given = Authorisation.objects.get()
        back = reverse("returns:entry-withdraw", args=[given.pk])
        assert client_of(cast.dispatcher).post(back, {"version": "1"}).status_code == 403
        assert "已撤回" in client.post(back, {"version": "1"}, follow=True).content.decode()
        assert client.post(back, {"version": "1"}).status_code == 409
        found = foreseen_of(units[0], IN_TIME)
        assert found is not None
        assert found.companion == ""


def test_an_authorisation_ends_by_itself(county: County, cast: Cast) -> None:
    units = _told(cast, county)
    user = person_of(cast, units[0])
    tell(cast, units[0], [(f"2024-{m:02}", 30_000) for m in range(1, 10)], measure="tax", factor=1)
    with override_settings(TIAODU_TODAY=IN_TIME):
        services.authorisation_grant(
            user=user,
            subject=units[0].subject,
            measure=Measure.objects.get(code="tax"),
            series="dispatch",
            until=date(2024, 10, 31),
        )
    told = [foreseen_of(units[0], day) for day in (date(2024, 10, 31), date(2024, 11, 1))]
    assert [each.companion for each in told if each] == ["tax", ""]


def test_notice_tells_every_paper_at_once(county: County, cast: Cast, client_of: ClientOf) -> None:
    units = _told(cast, county)
    with override_settings(TIAODU_TODAY=IN_TIME):
        page = _text(client_of(person_of(cast, units[0])), "entry-notice", units[0].pk)
    assert page.count("（未交）") == 10


def test_pages_cost_the_same_number_of_queries_with_more_units(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.dispatcher)
    counts: dict[str, list[int]] = {}
    units = _told(cast, county, 2)
    for more in range(2):
        for name, args in (("entry", ()), ("entry-batch", ("2024-N1",)), ("entry-unit", (units[0].pk,))):
            with override_settings(TIAODU_TODAY=AFTER):
                _text(client, name, *args)
                with CaptureQueriesContext(connection) as queries:
                    _text(client, name, *args)
            counts.setdefault(name, []).append(len(queries))
        if not more:
            for n in range(4):
                tell(cast, unit(county, cast, f"示例乳胶{n}厂"), year(200 + n))
    assert {name: told[0] == told[1] for name, told in counts.items()} == dict.fromkeys(counts, True), counts
