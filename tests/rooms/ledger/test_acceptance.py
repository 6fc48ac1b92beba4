"""The plan and the briefing of one county: every promise once, in whatever order they come."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from tests.cast import Cast, make_person
from tests.rooms.ledger.conftest import PLAN_DAY, HandIn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.documents.models import Document, Statement, StatementState
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Source, Task

JULY = date(2024, 7, 1)
GLOVES, WIND, SUN = "facility_count.line.glove", "power_capacity.wind", "power_capacity.solar"


def accept_all(user: User, document: Document, *, questioned: bool = False) -> services.Accepted:
    with clock.as_of(PLAN_DAY):
        return services.statements_accept(user=user, document_id=document.pk, questioned=questioned)


def figures(region: Region) -> tuple[Decimal, Decimal]:
    """Glove lines, and wind with sun in kilowatts."""
    told = {key: selectors.totals(region, 2024, key, JULY) for key in (GLOVES, WIND, SUN)}
    return told[GLOVES], told[WIND] + told[SUN]


def everything(region: Region) -> dict[str, Decimal]:
    """The total of every coarse measure that adds up and is told of the county's figures."""
    coarse = (
        "output",
        "capacity",
        "investment_total",
        "investment_period",
        "tax",
        "output_value",
        "power_capacity",
    )
    return {key: selectors.totals(region, 2024, key, JULY) for key in (*coarse, GLOVES)}


@pytest.mark.parametrize("order", ["plan", "briefing", "plan briefing", "briefing plan", "plan plan"])
def test_every_promise_counts_once(
    zuoquan: Region, dispatcher: User, hand_in: HandIn, plan_text: str, briefing_text: str, order: str
) -> None:
    texts = {"plan": plan_text, "briefing": briefing_text}
    for number, name in enumerate(order.split()):
        document = hand_in(texts[name] + "\n" * number, title=f"{name}{number}")
        accept_all(dispatcher, document, questioned=True)
    assert figures(zuoquan) == (Decimal(74), Decimal(360_000))


def test_the_briefing_after_the_plan_makes_nothing_twice(
    zuoquan: Region, dispatcher: User, hand_in: HandIn, plan_text: str, briefing_text: str
) -> None:
    accept_all(dispatcher, hand_in(plan_text), questioned=True)
    before = Counter(Task.objects.values_list("title_key", flat=True))
    sums = everything(zuoquan)
    told = accept_all(dispatcher, hand_in(briefing_text, title="简报"))
    assert told.new_tasks == 0
    assert told.restated >= 30
    assert everything(zuoquan) == sums
    assert Counter(Task.objects.values_list("title_key", flat=True)) == before
    assert max(before.values()) == 1
    assert figures(zuoquan) == (Decimal(74), Decimal(360_000))
    assert Source.objects.filter(restates=True, statement__document__title="简报").count() >= told.restated


def test_departments_and_limits_come_from_the_brackets(
    zuoquan: Region, dispatcher: User, hand_in: HandIn, plan_text: str
) -> None:
    accept_all(dispatcher, hand_in(plan_text))
    row = next(r for r in selectors.rows_of(Task.objects.all(), JULY) if "石港煤业" in r.title)
    assert [(d.part, d.department.code) for d in row.departments if d.part == "lead"] == [("lead", "energy")]
    assert (row.task.leader, row.due, row.state) == ("示例副县长乙", date(2024, 4, 30), "overdue")
    ongoing = [r for r in selectors.rows_of(Task.objects.all(), JULY) if r.standing.reason == "ongoing"]
    assert ongoing
    assert all(r.state == "not_due" for r in ongoing)


def test_landings_say_what_accepting_then_does(
    zuoquan: Region, dispatcher: User, hand_in: HandIn, plan_text: str, briefing_text: str
) -> None:
    accept_all(dispatcher, hand_in(plan_text))
    briefing = hand_in(briefing_text, title="简报")
    with clock.as_of(PLAN_DAY):
        foretold = selectors.landings(briefing)
        open_now = Statement.objects.filter(document=briefing, state=StatementState.OPEN, quote="57.87亿元")
        statement = open_now.get()
        assert (foretold[statement.pk].kind, foretold[statement.pk].accepted) == ("restates", False)
        source = services.statement_accept(
            user=dispatcher, statement_id=statement.pk, version=statement.version
        )
        assert source is not None
        assert (source.restates, source.task_id) == (True, foretold[statement.pk].task_id)
        assert selectors.landings(briefing)[statement.pk].accepted


def test_another_value_is_asked_about_never_merged(
    zuoquan: Region, dispatcher: User, hand_in: HandIn
) -> None:
    accept_all(dispatcher, hand_in("年底鑫康莱公司生产线达到58条。"))
    second = hand_in("年底鑫康莱公司生产线达到60条。", title="补充通知")
    told = accept_all(dispatcher, second)
    assert (told.new_tasks, told.skipped) == (0, 1)
    statement = Statement.objects.get(document=second, value=60)
    with clock.as_of(PLAN_DAY):
        assert selectors.landings(second)[statement.pk].kind == "conflicts"
        with pytest.raises(Invalid):
            services.statement_accept(user=dispatcher, statement_id=statement.pk, version=statement.version)
        services.statement_accept(
            user=dispatcher, statement_id=statement.pk, version=statement.version, choice="revise"
        )
    row = selectors.rows_of(Task.objects.all(), JULY)[0]
    terms = row.parts[0].terms
    assert {t.revision: t.value for t in terms} == {1: Decimal(58), 2: Decimal(60)}
    assert selectors.totals(zuoquan, 2024, "facility_count.line", JULY) == 60


def test_acceptance_is_refused_to_who_may_not_and_to_the_late(
    zuoquan: Region, dispatcher: User, hand_in: HandIn
) -> None:
    document = hand_in("年底鑫康莱公司生产线达到58条。")
    statement = Statement.objects.get(document=document, value=58)
    bureau = Subject.objects.get(region=zuoquan, code="industry")
    member = make_person("member", "科员", ["department"], zuoquan, department=bureau)
    next_door = Region.objects.exclude(path__startswith=zuoquan.path).get(level="county")
    neighbour = make_person("neighbour", "邻县", ["dispatcher"], next_door)
    with clock.as_of(PLAN_DAY):
        with pytest.raises(NotAllowed):
            services.statement_accept(user=member, statement_id=statement.pk, version=statement.version)
        with pytest.raises(NotFound):
            services.statement_accept(user=neighbour, statement_id=statement.pk, version=statement.version)
        with pytest.raises(Stale):
            services.statement_accept(
                user=dispatcher, statement_id=statement.pk, version=statement.version + 1
            )
        services.statement_accept(user=dispatcher, statement_id=statement.pk, version=statement.version)
        statement.refresh_from_db()
        with pytest.raises(Invalid):
            services.statement_accept(user=dispatcher, statement_id=statement.pk, version=statement.version)


def test_an_acceptance_is_taken_back_while_nothing_was_reported(
    zuoquan: Region, dispatcher: User, hand_in: HandIn
) -> None:
    document = hand_in("年底鑫康莱公司生产线达到58条。")
    accept_all(dispatcher, document)
    statement = Statement.objects.get(document=document, value=58)
    with clock.as_of(PLAN_DAY):
        services.statement_withdraw(user=dispatcher, statement_id=statement.pk)
        statement.refresh_from_db()
        assert statement.state == StatementState.OPEN
        assert not selectors.tasks_visible_to(dispatcher).exists()
        source = services.statement_accept(
            user=dispatcher, statement_id=statement.pk, version=statement.version
        )
        assert source is not None
        assert source.task.number == 2
        services.task_edit(
            user=dispatcher,
            task_id=source.task_id,
            version=1,
            departments={"lead": [dispatcher.department]},  # type: ignore[list-item]
        )
        services.progress_report(
            user=dispatcher, task_id=source.task_id, text="开工", indicator_id=source.indicator_id
        )
        with pytest.raises(Invalid):
            services.statement_withdraw(user=dispatcher, statement_id=statement.pk)
    assert selectors.totals(zuoquan, 2024, "facility_count.line", JULY) == 58


def test_the_outsider_sees_nothing_of_it(cast: Cast) -> None:
    assert selectors.board_for(cast.outsider).headline == "台账里还没有任务。"


def test_a_slogan_founds_nothing_and_asks_nothing(zuoquan: Region, dispatcher: User, hand_in: HandIn) -> None:
    document = hand_in("坚持项目为王理念，年底鑫康莱公司生产线达到58条，培育工业经济新增量。")
    told = accept_all(dispatcher, document)
    assert (told.new_tasks, told.new_milestones, told.skipped) == (1, 0, 0)
    assert Source.objects.filter(task=Task.objects.get()).count() == told.noted + told.new_indicators


def test_a_duty_half_alike_is_asked_about_and_joined(
    zuoquan: Region, dispatcher: User, hand_in: HandIn
) -> None:
    accept_all(dispatcher, hand_in("编制高质量发展规划。"), questioned=True)
    second = hand_in("编制全县工业发展规划。", title="补充通知")
    told = accept_all(dispatcher, second, questioned=True)
    assert (told.new_tasks, told.skipped) == (0, 1)
    statement = Statement.objects.get(document=second)
    with clock.as_of(PLAN_DAY):
        assert "是同一件事吗" in selectors.landings(second)[statement.pk].other
        with pytest.raises(Invalid, match="是同一件事吗"):
            services.statement_accept(user=dispatcher, statement_id=statement.pk, version=statement.version)
        source = services.statement_accept(
            user=dispatcher, statement_id=statement.pk, version=statement.version, choice="revise"
        )
    assert source is not None
    assert (source.restates, source.task_id) == (True, Task.objects.get().pk)
    assert [len(part.terms) for part in selectors.rows_of(Task.objects.all(), JULY)[0].parts] == [1]


def test_a_department_nobody_registered_stays_on_the_task(
    zuoquan: Region, dispatcher: User, hand_in: HandIn, client: Client
) -> None:
    measure = "年底鑫康莱公司生产线达到58条。（牵头单位：县林草中心；配合单位：县工信局）"
    accept_all(dispatcher, hand_in(measure), questioned=True)
    with clock.as_of(JULY):
        row = selectors.board_for(dispatcher).rows[0]
        assert row.awaited == [("lead", "县林草中心", True)]
        assert (row.lead, row.lead_words) == (None, "县林草中心（未登记）")
        client.force_login(dispatcher)
        html = client.get(f"/ledger/{row.pk}/").content.decode()
        assert ("<dt>牵头单位</dt><dd>县林草中心" in html, "建议" in html) == (True, False)
        link = "/registry/subjects/new/?kind=department&amp;name="
        assert link in html
        form = client.get(
            "/registry/subjects/new/", {"kind": "department", "name": "县林草中心"}
        ).content.decode()
        assert 'value="县林草中心"' in form
        assert '<option value="department" selected>' in form
        office = Subject.objects.get(region=zuoquan, code="energy")
        services.task_edit(
            user=dispatcher, task_id=row.pk, version=row.task.version, departments={"lead": [office]}
        )
        assert selectors.board_for(dispatcher).rows[0].awaited == []


def test_a_suggestion_outlives_an_empty_register(
    zuoquan: Region, dispatcher: User, hand_in: HandIn, client: Client
) -> None:
    Subject.objects.filter(kind="department").update(active=False)
    accept_all(dispatcher, hand_in("年底鑫康莱公司生产线达到58条。"), questioned=True)
    with clock.as_of(JULY):
        row = selectors.board_for(dispatcher).rows[0]
        assert row.awaited[0] == ("lead", "工信局", False)
        client.force_login(dispatcher)
        assert "<dt>建议牵头单位</dt><dd>工信局" in client.get(f"/ledger/{row.pk}/").content.decode()
