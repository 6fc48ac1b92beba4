"""What people decide about statements, and what a second reading leaves of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import Cast
from tests.rooms.documents.plans import PLAN, TWO_IN_ONE, handed_in, told

from tiaodu.engine.reading import Reading, load_vocabulary, read
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.documents import services
from tiaodu.rooms.documents.models import Decision, Document, Statement
from tiaodu.rooms.documents.selectors import statements_of
from tiaodu.rooms.documents.services.reading import headings_apart


def by_quote(document: Document, quote: str) -> Statement:
    return statements_of(document).exclude(state="replaced").get(quote__startswith=quote)


def duty(document: Document) -> Statement:
    return statements_of(document).get(kind="duty")


def test_an_edit_is_logged_with_before_and_after(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    coal = by_quote(document, "500万吨")
    values = {"value": Decimal(5_200_000), "due_text": "11月底"}
    services.statement_edit(
        user=cast.dispatcher, statement_id=coal.pk, version=1, values=values, reason="按最新调度"
    )
    coal.refresh_from_db()
    assert (coal.value, coal.due_text, coal.edited, coal.version) == (
        Decimal(5_200_000),
        "2024-11-30",
        True,
        2,
    )
    decision = Decision.objects.get(statement=coal)
    assert (decision.verb, decision.reason, decision.decided_by) == ("edit", "按最新调度", cast.dispatcher)
    assert (decision.before["value"], decision.after["value"]) == ("5000000", "5200000")
    assert AuditEntry.objects.filter(action="documents.statement_edit", object_id=str(coal.pk)).count() == 1


def test_an_edit_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    coal = by_quote(handed_in(cast.clerk), "500万吨")
    services.statement_edit(
        user=cast.clerk, statement_id=coal.pk, version=1, values={"unit": "吨", "due_text": "2024"}
    )
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "promise"}, "类别"),
        ({"value": None}, "要有数值"),
        ({"due_text": "改天再说"}, "看不出时限"),
        ({"comparator": "!"}, "比较"),
        ({"measure_key": "nonsense.key"}, "指标口径"),
        ({"value": Decimal(10) ** 20}, "太大"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(cast: Cast, values: dict[str, object], said: str) -> None:
    coal = by_quote(handed_in(cast.clerk), "500万吨")
    with pytest.raises(Invalid, match=said):
        services.statement_edit(user=cast.clerk, statement_id=coal.pk, version=1, values=values)
    assert not Decision.objects.exists()


def test_a_date_answers_a_duty_and_makes_it_a_milestone(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    services.statement_answer(
        user=cast.clerk, statement_id=duty(document).pk, version=1, values={"due_text": "9月底"}
    )
    answered = by_quote(document, "盘城煤业尽快复产")
    assert (answered.kind, answered.due_text, answered.questions) == ("milestone", "2024-09-30", [])


def test_a_figure_answers_a_duty_and_makes_it_a_target(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    values = {"value": Decimal(90), "unit": "万吨"}
    services.statement_answer(user=cast.clerk, statement_id=duty(document).pk, version=1, values=values)
    answered = by_quote(document, "盘城煤业尽快复产")
    assert (answered.kind, [q["code"] for q in answered.questions]) == ("target", ["when"])


def test_an_answer_without_words_confirms_what_was_read(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    services.statement_answer(user=cast.clerk, statement_id=duty(document).pk, version=1, values={})
    assert (duty(document).kind, duty(document).questions) == ("duty", [])
    with pytest.raises(Invalid, match="没有待问"):
        services.statement_answer(user=cast.clerk, statement_id=duty(document).pk, version=2, values={})


def test_the_slower_of_two_is_told_what_changed(cast: Cast) -> None:
    coal = by_quote(handed_in(cast.clerk), "500万吨")
    services.statement_edit(
        user=cast.dispatcher, statement_id=coal.pk, version=1, values={"value": Decimal(4_800_000)}
    )
    with pytest.raises(Stale) as refused:
        services.statement_edit(
            user=cast.clerk, statement_id=coal.pk, version=1, values={"value": Decimal(5_200_000)}
        )
    assert refused.value.details["value"]["yours"] == Decimal(5_200_000)
    assert refused.value.details["value"]["theirs"] == Decimal(4_800_000)
    assert "李调度" in refused.value.details["last"]["theirs"]
    coal.refresh_from_db()
    assert coal.value == Decimal(4_800_000)


def test_rejected_and_back(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    services.statement_reject(user=cast.clerk, statement_id=duty(document).pk, version=1, reason="口号")
    with pytest.raises(Invalid, match="请先撤销"):
        services.statement_edit(
            user=cast.clerk, statement_id=duty(document).pk, version=2, values={"subject": "甲"}
        )
    services.statement_reopen(user=cast.clerk, statement_id=duty(document).pk, version=2)
    verbs = [d.verb for d in Decision.objects.filter(statement=duty(document))]
    assert (duty(document).state, verbs) == ("open", ["reject", "reopen"])
    with pytest.raises(Invalid, match="不用恢复"):
        services.statement_reopen(user=cast.clerk, statement_id=duty(document).pk, version=3)


def test_decisions_cannot_be_rewritten(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    services.statement_reject(user=cast.clerk, statement_id=duty(document).pk, version=1)
    decision = Decision.objects.get()
    with pytest.raises(TypeError):
        Decision.objects.filter(pk=decision.pk).update(verb="accept")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        super(type(Decision.objects.all()), Decision.objects.all()).update(verb="accept")


def test_merging_keeps_what_each_part_knows_and_can_be_undone(cast: Cast) -> None:
    document = handed_in(cast.clerk, "2024年安排\n推进石港煤业矿井改造，6月底完成石港煤业矿井改造。\n")
    parts = told(document)
    assert sorted(s.kind for s in parts) == ["duty", "milestone"]
    versions = {s.pk: s.version for s in parts}
    merged = services.statement_merge(user=cast.clerk, document_id=document.pk, versions=versions)
    assert (merged.kind, merged.due_text) == ("milestone", "2024-06-30")
    assert merged.subject in {s.subject for s in parts}
    assert merged.quote == document.text[merged.start : merged.end]
    assert {s.state for s in told(document)} == {"replaced", "open"}
    first = Statement.objects.get(pk=parts[0].pk)
    services.statement_reopen(user=cast.clerk, statement_id=first.pk, version=first.version)
    states = {s.pk: s.state for s in told(document)}
    assert states == {parts[0].pk: "open", parts[1].pk: "open", merged.pk: "replaced"}


def test_merging_never_loses_a_figure_or_a_date(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    step, other_step, coal, firms, _duty = told(document)
    for pair in ((coal, firms), (step, other_step)):
        with pytest.raises(Invalid, match="会丢掉一个"):
            services.statement_merge(
                user=cast.clerk, document_id=document.pk, versions={s.pk: s.version for s in pair}
            )
    with pytest.raises(Invalid, match="两条以上"):
        services.statement_merge(user=cast.clerk, document_id=document.pk, versions={coal.pk: 1})
    assert not Decision.objects.exists()


def test_merging_across_documents_is_refused(cast: Cast) -> None:
    one, two = handed_in(cast.clerk), handed_in(cast.clerk, TWO_IN_ONE)
    with pytest.raises(NotFound):
        services.statement_merge(
            user=cast.clerk, document_id=one.pk, versions={duty(one).pk: 1, told(two)[0].pk: 1}
        )


def test_splitting_reads_each_part_and_can_be_undone(cast: Cast) -> None:
    document = handed_in(cast.clerk, TWO_IN_ONE)
    whole = told(document)[0]
    cut = document.text.index("和推进")
    parts = services.statement_split(user=cast.clerk, statement_id=whole.pk, version=1, at=[cut])
    assert [document.text[s.clause_start : s.clause_end] for s in parts] == ["加强安全监管", "和推进矿山修复"]
    assert {s.state for s in parts} == {"open"}
    whole.refresh_from_db()
    assert whole.state == "replaced"
    services.statement_reopen(user=cast.clerk, statement_id=whole.pk, version=whole.version)
    assert [s.state for s in told(document) if s.pk == whole.pk] == ["open"]
    assert {s.state for s in told(document) if s.pk != whole.pk} == {"replaced"}


@pytest.mark.parametrize("at", [[], [0], [10**6]])
def test_splitting_outside_the_clause_is_refused(cast: Cast, at: Sequence[int]) -> None:
    whole = told(handed_in(cast.clerk, TWO_IN_ONE))[0]
    with pytest.raises(Invalid):
        services.statement_split(user=cast.clerk, statement_id=whole.pk, version=1, at=at)


@pytest.mark.parametrize("name", ["leader", "energy", "supervision", "firm", "admin"])
def test_only_reviewers_decide(cast: Cast, name: str) -> None:
    document = handed_in(cast.clerk)
    with pytest.raises(NotAllowed):
        services.statement_reject(user=getattr(cast, name), statement_id=duty(document).pk, version=1)


def test_another_county_does_not_find_the_statement(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    for act in (services.statement_reject, services.statement_reopen):
        with pytest.raises(NotFound):
            act(user=cast.outsider, statement_id=duty(document).pk, version=1)


# ---------------------------------------------------------------- reading again


def _states(document: Document) -> dict[str, str]:
    return {s.quote: s.state for s in told(document)}


def test_headings_of_a_reading_are_context() -> None:
    text = "推进项目建设。\n4月底完成石港煤业矿井改造。\n"
    found = read(text, document_date=None, plan_year=2024, vocabulary=load_vocabulary())
    headed = tuple(replace(s, headings=("推进项目建设。",)) for s in found.statements)
    kinds = [s.kind for s in headings_apart(Reading(headed, ()), text).statements]
    assert [s.kind for s in found.statements] == ["duty", "milestone"]
    assert kinds == ["context", "milestone"]


def test_reading_the_same_again_changes_nothing(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    services.statement_reject(user=cast.clerk, statement_id=duty(document).pk, version=1)
    before = list(statements_of(document).values("pk", "state", "version", "quote"))
    again = services.document_read_again(user=cast.clerk, document_id=document.pk)
    assert again.readings == 2
    assert list(statements_of(document).values("pk", "state", "version", "quote")) == before
    entry = AuditEntry.objects.get(action="documents.document_read_again")
    assert (entry.after["new"], entry.after["vanished"]) == (0, 0)


def test_reading_again_with_another_year_keeps_decisions(cast: Cast) -> None:
    document = handed_in(cast.clerk)
    step, other_step, coal, _firms, idle = told(document)
    services.statement_decide(user=cast.clerk, statement=step, verb="accept", before={}, after={})
    services.statement_edit(
        user=cast.clerk, statement_id=coal.pk, version=1, values={"value": Decimal(4_900_000)}
    )
    services.statement_reject(user=cast.clerk, statement_id=idle.pk, version=1)
    _replan(cast.clerk, document, 2025)
    step.refresh_from_db()
    coal.refresh_from_db()
    assert (step.state, step.due_text, step.reading) == ("accepted", "2024-04-30", 1)
    assert (coal.state, coal.value, coal.edited) == ("open", Decimal(4_900_000), True)
    assert Statement.objects.get(pk=other_step.pk).state == "vanished"
    assert Statement.objects.get(pk=idle.pk).state == "rejected"
    fresh = statements_of(document).filter(since=2, state="open")
    assert {s.due_text for s in fresh if s.kind == "milestone"} == {"2025-04-30", "2025-10-31"}
    _replan(cast.clerk, document, 2024)
    other_step.refresh_from_db()
    assert (other_step.state, other_step.reading) == ("open", 3)


def _replan(user: User, document: Document, year: int) -> None:
    document.refresh_from_db()
    services.document_edit(
        user=user, document_id=document.pk, version=document.version, values={"plan_year": year}, readers=()
    )


_ACTS = st.lists(
    st.tuples(st.sampled_from(["accept", "reject", "edit", "none"]), st.integers(0, 4)), max_size=6
)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=_ACTS, years=st.lists(st.sampled_from([2023, 2024, 2025]), min_size=1, max_size=3))
def test_no_reading_ever_undoes_a_decision(cast: Cast, acts: list[tuple[str, int]], years: list[int]) -> None:
    with transaction.atomic():
        document = handed_in(cast.clerk)
        statements = told(document)
        for verb, number in acts:
            statement = statements[number]
            statement.refresh_from_db()
            if statement.state != "open" or verb == "none":
                continue
            if verb == "edit":
                statement.edited = True
                statement.save(update_fields=["edited"])
            services.statement_decide(user=cast.clerk, statement=statement, verb=verb, before={}, after={})
        decided = {s.pk: s.state for s in told(document) if s.state != "open" or s.edited}
        for year in years:
            _replan(cast.clerk, document, year)
        assert {pk: Statement.objects.get(pk=pk).state for pk in decided} == decided
        live = [s for s in told(document) if s.state == "open" and not s.edited]
        assert len({(s.start, s.end, s.comparator, s.reading) for s in live}) == len(live)
        transaction.set_rollback(True)


def test_a_plan_text_can_be_split_where_lines_break() -> None:
    from tiaodu.rooms.ledger.review.forms import cuts_in  # noqa: PLC0415

    clause = PLAN.splitlines()[1]
    assert cuts_in(clause, clause.replace("，", "，\n"), start=100) == [100 + clause.index("，") + 1]
