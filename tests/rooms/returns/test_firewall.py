"""The statistics firewall: every role on every way in. Only a person of the unit writes a figure of the unit.

Each way is tried by everybody else and must fail; beside it the unit itself succeeds, or the test would prove
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.architecture.test_access import ROUTES
from tests.cast import Cast, County, make_person
from tests.rooms.ledger.desk import coal_task
from tests.rooms.returns.desk import COAL, TODAY, opened, sent

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.states import SIDES, TRANSITIONS, Side, State, Verb
from tiaodu.engine.returns.suggesting import suggested
from tiaodu.foundation import clock
from tiaodu.foundation.access import roles
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import evidence_visible_to, own_units
from tiaodu.foundation.evidence.services import Row
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Refusal
from tiaodu.foundation.registry import services as registry
from tiaodu.foundation.registry.models import Measure, SubjectKind
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.returns import services
from tiaodu.rooms.returns.models import BroughtFile, Return, ReturnFigure

pytestmark = pytest.mark.django_db
OTHERS = [field.name for field in fields(Cast) if field.name != "firm"]
UNIT_SERIES = (Series.DISPATCH, Series.PAYMENT, Series.METER, Series.STATISTICAL)
TABLE = "单位,原煤产量（吨）,煤炭销量,煤炭库存\n石港煤业,7777,7777,7777\n".encode()


def everybody(cast: Cast, county: County) -> list[User]:
    """Everybody who is not of the unit: one person per role, one with all roles, one who also looks after the
    mine, another firm's, and officials whose account names the mine among its subjects.
    """
    mine = county.subjects["shigang"]
    people = [getattr(cast, name) for name in OTHERS]
    other = make_person("other_firm", "正珠填报", ["firm"], county.region)
    other.subjects.add(county.subjects["zhengzhu"])
    everything = make_person("everything", "全部角色", sorted(roles()), county.region)
    everything.subjects.add(mine)
    for role in sorted(set(roles()) - {"firm"}):
        person = make_person(f"near_{role}", f"挂名{role}", [role], county.region)
        person.subjects.add(mine)
        people.append(person)
    return [*people, other, everything]


def figures(county: County) -> list[tuple[Any, ...]]:
    """Every figure of a unit behind the firewall, with drafts and what was decided of files."""
    told = Evidence.objects.filter(subject__kind__in=["firm", "mine"], series__in=UNIT_SERIES)
    drafts = Return.objects.values_list("pk", "draft", "submitted_on")
    return [*told.order_by("pk").values_list("pk", "value", "reporter"), *drafts.order_by("pk")]


def test_no_verb_of_an_official_moves_a_figure() -> None:
    official = {verb for verb, side in SIDES.items() if side is Side.OFFICIAL}
    assert official == {Verb.REMINDED, Verb.QUESTIONED, Verb.SENT_BACK, Verb.BROUGHT}
    to = {TRANSITIONS[state].get(verb) for state in State for verb in official if verb in TRANSITIONS[state]}
    assert to <= {None, State.QUESTIONED, State.SENT_BACK}


def test_nobody_else_does_what_the_unit_does(cast: Cast, county: County) -> None:
    waiting, done = opened(cast, county)[:2]
    done = sent(cast.firm, done)
    with clock.as_of(TODAY):
        brought = services.file_bring(user=cast.energy, return_id=waiting.pk, data=TABLE, filename="a.csv")
    before = figures(county)
    for person in everybody(cast, county):
        ways = _unit_services(person, Return.objects.get(pk=waiting.pk), done, brought)
        for name, way in ways.items():
            with clock.as_of(TODAY), pytest.raises((NotAllowed, NotFound)):
                way()
                pytest.fail(f"{person.username} did {name}")
    assert figures(county) == before
    with clock.as_of(TODAY):
        services.brought_take(user=cast.firm, brought_id=brought.pk)
    assert Return.objects.get(pk=waiting.pk).draft["output.coal.raw"] == "7777"
    assert not Evidence.objects.filter(value=7777).exists(), "nothing counts before the unit sends it"


def _unit_services(
    person: User, waiting: Return, done: Return, brought: BroughtFile
) -> dict[str, Callable[[], object]]:
    """Every service by which a unit writes, as somebody else tries it."""
    new = {"user": person, "return_id": waiting.pk, "version": waiting.version}
    old = {"user": person, "return_id": done.pk, "version": done.version}
    cells = {**COAL, "output.coal.raw": "9999"}
    file = {"data": TABLE, "filename": "a.csv"}
    return {
        "see": lambda: services.return_see(user=person, return_id=waiting.pk),
        "draft": lambda: services.return_draft(user=person, return_id=waiting.pk, typed=cells),
        "submit": lambda: services.return_submit(**new, typed=cells),
        "nothing": lambda: services.return_nothing(**new, reason="停产"),
        "decline": lambda: services.return_decline(**new),
        "file": lambda: services.file_fill(user=person, return_id=waiting.pk, **file),
        "take": lambda: services.brought_take(user=person, brought_id=brought.pk),
        "refuse": lambda: services.brought_refuse(user=person, brought_id=brought.pk, reason="不是"),
        "correct": lambda: services.return_correct(**old, typed=cells, reason="改"),
        "confirm": lambda: services.return_confirm(**old, reason="对"),
        "answer": lambda: services.return_answer(**old, text="对"),
    }


@pytest.mark.parametrize("code", ["shigang", "xinrui", "xinrui-1"])
@pytest.mark.parametrize("series", UNIT_SERIES)
def test_nobody_else_records_corrects_or_imports_a_figure_of_a_unit(
    cast: Cast, county: County, series: Series, code: str
) -> None:
    opened(cast, county)
    subject, measure = county.subjects[code], Measure.objects.get(code="output.coal.raw")
    told = {"subject": subject, "measure": measure, "series": series, "period": Period.month(2024, 4)}
    for person in everybody(cast, county):
        if person.username == "other_firm":
            continue
        for source in ("returns.return", "returns.survey", "evidence.import", "ledger.indicator", "tests"):
            with clock.as_of(TODAY), pytest.raises(Refusal):
                evidence.evidence_record(
                    user=person, value=Decimal(9), source_kind=source, source_id="1", **told
                )
        file = file_store(user=person, name="a.csv", data=TABLE)
        with clock.as_of(TODAY):
            done = evidence.evidence_import(user=person, rows=[Row(value=Decimal(9), **told)], file=file)
        assert (len(done.recorded), len(done.refused)) == (0, 1), person.username
    assert not Evidence.objects.exists()


def test_what_a_unit_told_is_corrected_and_withdrawn_by_the_unit_alone(cast: Cast, county: County) -> None:
    sent(cast.firm, opened(cast, county)[0])
    figure = Evidence.objects.get(measure__code="output.coal.raw")
    for person in everybody(cast, county):
        for act in (
            lambda who: evidence.evidence_correct(
                user=who, evidence_id=figure.pk, value=Decimal(1), reason="改"
            ),
            lambda who: evidence.evidence_withdraw(user=who, evidence_id=figure.pk, reason="改"),
        ):
            with clock.as_of(TODAY), pytest.raises((NotAllowed, NotFound)):
                act(person)
    colleague = make_person("colleague", "石港会计", ["firm"], county.region)
    colleague.subjects.add(county.subjects["shigang"])
    with clock.as_of(TODAY):
        again = evidence.evidence_correct(
            user=colleague, evidence_id=figure.pk, value=Decimal(5100), reason="过磅单重复"
        )
    assert (again.revision, again.value) == (2, 5100)


@pytest.mark.parametrize("role", sorted(set(roles()) - {"firm"}))
def test_no_address_of_the_product_moves_a_figure_for_an_official(
    cast: Cast, county: County, client_of: Callable[[User], Client], role: str
) -> None:
    """Every address is sent a form that fills whatever field it may look for."""
    waiting, done = opened(cast, county)[:2]
    done = sent(cast.firm, done)
    figure = Evidence.objects.filter(measure__code="output.coal.raw").get()
    with clock.as_of(TODAY):
        brought = services.file_bring(user=cast.energy, return_id=waiting.pk, data=TABLE, filename="a.csv")
    person = make_person(f"official_{role}", f"公务{role}", [role], county.region)
    person.subjects.add(county.subjects["shigang"])
    client = client_of(person)
    client.raise_request_exception = False
    before, pointers = figures(county), ReturnFigure.objects.count()
    ids = {"evidence_id": figure.pk, "brought_id": brought.pk, "subject_id": done.subject_id}
    for route in ROUTES:
        if route.access not in roles()[role]["permissions"]:
            continue  # closed to this role: tests/architecture/test_access.py
        for row in (waiting, done)[:: 1 if "return_id" in dict(route.arguments) else 2]:
            given = {**dict(route.arguments), **{k: v for k, v in ids.items() if k in dict(route.arguments)}}
            if "return_id" in given:
                given["return_id"] = row.pk
            client.post(reverse(route.name, kwargs=given), _payload(row))
    assert figures(county) == before
    assert ReturnFigure.objects.count() == pointers


def _payload(row: Return) -> dict[str, str]:
    cells = {f"v-{number}": "9999" for number in range(6)}
    words = {
        "text": "请看一看",
        "reason": "改",
        "value": "9999",
        "figure": "9999",
        "measures": "output.coal.raw",
    }
    period = {"period": str(row.period), "period_end": row.period_end.isoformat(), "series": "dispatch"}
    return {**cells, **words, **period, "version": str(row.version), "subject": str(row.subject_id)}


def test_the_unit_itself_gets_through_by_the_same_addresses(
    cast: Cast, county: County, client_of: Callable[[User], Client]
) -> None:
    row = opened(cast, county, on=clock.real_today())[0]
    answer = client_of(cast.firm).post(reverse("returns:send", args=[row.pk]), _payload(row))
    assert answer.status_code == 302
    assert Evidence.objects.filter(value=9999, reporter=cast.firm).count() == 4


def test_progress_of_an_official_on_a_mine_is_what_he_saw(cast: Cast, county: County) -> None:
    task = coal_task(county, cast)
    indicator = task.indicators.get()
    with clock.as_of(TODAY):
        report = ledger.progress_report(
            user=cast.energy, task_id=task.pk, text="入井核查", value=Decimal(9), indicator_id=indicator.pk
        )
    assert report.evidence is not None
    assert (report.evidence.series, report.evidence.reporter) == ("observation", cast.energy)
    with clock.as_of(TODAY):
        assert not evidence_visible_to(cast.firm).exists(), "a firm does not see what was seen of it"


def test_a_unit_does_not_change_sides(cast: Cast, county: County) -> None:
    """No detour over the register: neither another kind nor a merge brings a figure across."""
    sent(cast.firm, opened(cast, county)[0])
    mine = county.subjects["shigang"]
    with pytest.raises(Invalid):
        registry.subject_edit(
            user=cast.dispatcher, subject_id=mine.pk, version=mine.version, kind=SubjectKind.FACILITY
        )
    fake = registry.subject_create(
        user=cast.dispatcher, region=county.region, kind=SubjectKind.FACILITY, name="石港煤业筛分楼"
    )
    with pytest.raises(Invalid):
        registry.subjects_merge(user=cast.dispatcher, keep_id=mine.pk, gone_id=fake.pk)


def test_looking_after_a_firm_is_not_being_it(cast: Cast, county: County) -> None:
    assert own_units(cast.liaison) == frozenset()
    assert county.subjects["shigang"].pk in own_units(cast.firm)
    assert own_units(make_person("both", "两头", ["firm", "dispatcher"], county.region)) == frozenset()


@pytest.mark.parametrize(
    "text", ["请改为5200吨", "应该是五千二百吨", "再加3%", "核减两成", "按 ５２００ 报", "一共二百三十二"]
)
def test_words_of_an_official_suggest_no_figure(cast: Cast, county: County, text: str) -> None:
    row = sent(cast.firm, opened(cast, county)[0])
    for act in (
        lambda: services.return_question(user=cast.energy, return_id=row.pk, version=row.version, text=text),
        lambda: services.return_send_back(
            user=cast.energy, return_id=row.pk, version=row.version, reason=text
        ),
        lambda: services.return_remind(user=cast.energy, return_id=row.pk, text=text),
    ):
        with clock.as_of(TODAY), pytest.raises(Invalid):
            act()
    assert suggested("4月的产量与一季度差得多，请核对第3页") == ""


def test_every_contact_stands_in_the_log_the_unit_reads(cast: Cast, county: County) -> None:
    row = sent(cast.firm, opened(cast, county)[0])
    with clock.as_of(TODAY):
        row = services.return_question(
            user=cast.energy, return_id=row.pk, version=row.version, text="产量为何下降？",
            measures=["output.coal.raw", "revenue"],
        )  # fmt: skip
        row = services.return_answer(user=cast.firm, return_id=row.pk, version=row.version, text="检修")
        row = services.return_send_back(
            user=cast.energy, return_id=row.pk, version=row.version, reason="与过磅记录不符"
        )
    entries = list(row.entries.select_related("by"))
    assert [(e.verb, e.by) for e in entries[1:]] == [
        ("submitted", cast.firm),
        ("questioned", cast.energy),
        ("answered", cast.firm),
        ("sent_back", cast.energy),
    ]
    assert entries[2].measures == ["output.coal.raw"], "only what the form asks"
    assert Evidence.objects.get(measure__code="output.coal.raw").value == 5200, "it stands meanwhile"
    assert row.period_end == date(2024, 5, 7)
