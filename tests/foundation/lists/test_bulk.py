"""Acts on many rows: each record by its own service, done or refused with its reason, never twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django import forms
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast, County

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.jobs import services as jobs
from tiaodu.foundation.jobs.run import Cancelled, JobRun
from tiaodu.foundation.lists.bulk import actions, selectors, services
from tiaodu.foundation.lists.bulk.actions import BulkAction, Target
from tiaodu.foundation.lists.bulk.answer import BulkAnswer
from tiaodu.foundation.lists.bulk.services import Origin, Picked
from tiaodu.foundation.lists.columns import Chip, Column
from tiaodu.foundation.lists.models import BulkRow, BulkRun
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.services import subject_edit

Browser = Callable[[User], Client]
DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
ORIGIN = Origin("subjects", "/subjects/?kind=mine")


class SourceForm(forms.Form):
    source = forms.CharField(max_length=20)

    def __init__(self, user: User, data: QueryDict | None) -> None:
        super().__init__(data)


def _set_source(user: User, target: Target, values: Mapping[str, Any]) -> None:
    subject_edit(user=user, subject_id=target.id, version=target.version or 0, source=values["source"])


@pytest.fixture
def action(monkeypatch: pytest.MonkeyPatch) -> BulkAction:
    """An act of this test alone: sets where a subject's facts come from."""
    monkeypatch.setattr(actions, "_actions", {})
    made = BulkAction("test.source", "标来源", "subjects.edit", _set_source, "来源会写上。", SourceForm)
    return actions.declare(made)


@pytest.fixture
def few_at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are already many, and work waits in the queue."""
    settings.TASKS = DATABASE
    limits = services.limits()
    small = replace(limits, bulk_at_once=2)
    monkeypatch.setattr(services, "limits", lambda: small)


def picked(*subjects: Subject) -> list[Picked]:
    return [Picked(Target(s.pk, s.version), s.name, f"/subjects/{s.pk}/") for s in subjects]


def start(user: User, action: BulkAction, *subjects: Subject, **values: Any) -> BulkRun:
    return services.bulk_start(
        user=user, action=action, picked=picked(*subjects), values={"source": "县志", **values}, origin=ORIGIN
    )


def outcome(run: BulkRun) -> list[tuple[str, str]]:
    return [(row.label, row.state) for row in run.rows.all()]


def test_each_row_is_done_or_refused_on_its_own(cast: Cast, county: County, action: BulkAction) -> None:
    shigang, zhengzhu, glove = (county.subjects[code] for code in ("shigang", "zhengzhu", "glove"))
    seen = picked(shigang, zhengzhu, glove)
    subject_edit(user=cast.dispatcher, subject_id=zhengzhu.pk, version=1, full_name="正珠煤业有限公司")
    gone = Picked(Target(987654321, 1), "没有的")
    run = services.bulk_start(
        user=cast.dispatcher, action=action, picked=[*seen, gone], values={"source": "县志"}, origin=ORIGIN
    )
    assert outcome(run) == [
        ("石港煤业", "done"), ("正珠煤业", "refused"), ("手套产业", "done"), ("没有的", "refused"),
    ]  # fmt: skip
    assert [Subject.objects.get(pk=s.pk).source for s in (shigang, zhengzhu, glove)] == [
        "县志", "tests", "县志",
    ]  # fmt: skip
    reasons = list(run.rows.filter(state="refused").values_list("message", flat=True))
    assert "已被他人修改" in reasons[0]
    assert "没有找到" in reasons[1]
    assert AuditEntry.objects.filter(action="registry.subject_edit", after__source="县志").count() == 2
    entry = AuditEntry.objects.get(action="lists.bulk")
    assert (entry.actor, entry.after["rows"], entry.after["action"]) == (cast.dispatcher, 4, "test.source")


def test_a_fault_of_the_program_undoes_its_row_and_stops_no_other(
    cast: Cast, county: County, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def half(user: User, target: Target, values: Mapping[str, Any]) -> None:
        _set_source(user, target, values)
        if target.id == county.subjects["shigang"].pk:
            raise ZeroDivisionError

    monkeypatch.setattr(actions, "_actions", {})
    broken = actions.declare(BulkAction("test.half", "半途", "subjects.edit", half))
    run = start(cast.dispatcher, broken, county.subjects["shigang"], county.subjects["zhengzhu"])
    assert outcome(run) == [("石港煤业", "refused"), ("正珠煤业", "done")]
    assert "程序错误" in run.rows.get(state="refused").message
    assert Subject.objects.get(code="shigang").source == "tests", "nothing half done"
    assert "ZeroDivisionError" in caplog.text


def test_nobody_acts_without_the_permission(cast: Cast, county: County, action: BulkAction) -> None:
    with pytest.raises(NotAllowed):
        start(cast.leader, action, county.subjects["shigang"])
    with pytest.raises(Invalid, match="还没有选中"):
        start(cast.dispatcher, action)
    assert not BulkRun.objects.exists()
    outside = start(cast.outsider, action, county.subjects["shigang"])
    assert outcome(outside) == [("石港煤业", "refused")], "a record out of reach is not there"


def work(run: BulkRun, stop_after: int | None = None) -> None:
    """What the worker does with the job of a run; at a report after so many rows it is cancelled."""

    def report(_run: JobRun, done: int, _total: int, _message: str) -> None:
        if stop_after is not None and done >= stop_after:
            raise Cancelled

    assert run.job is not None
    services.bulk_work(JobRun(run.job.pk, 1, run.owner, report), bulk_id=run.pk)


@pytest.mark.usefixtures("few_at_once")
def test_many_rows_are_a_job_that_goes_on_where_it_was_killed(
    cast: Cast, county: County, action: BulkAction
) -> None:
    subjects = list(county.subjects.values())
    run = start(cast.dispatcher, action, *subjects)
    assert set(dict(outcome(run)).values()) == {"waiting"}, "nothing happens before the worker comes"
    killed = 3
    done: list[int] = []

    def dying(user: User, target: Target, values: Mapping[str, Any]) -> None:
        _set_source(user, target, values)
        if len(done) == killed:
            raise KeyboardInterrupt
        done.append(target.id)

    object.__setattr__(action, "run", dying)
    with pytest.raises(KeyboardInterrupt):
        work(run)
    assert selectors.standing_of(run).done == killed
    assert Subject.objects.filter(source="县志").count() == killed, "the row it died in is as it was"
    object.__setattr__(action, "run", _set_source)
    work(run)
    assert set(dict(outcome(run)).values()) == {"done"}
    versions = Subject.objects.filter(pk__in=[s.pk for s in subjects]).values_list("version", flat=True)
    assert set(versions) == {2}, "each was changed once"
    work(run)
    assert set(versions.all()) == {2}


@pytest.mark.usefixtures("few_at_once")
def test_a_cancelled_run_keeps_what_was_done_and_is_taken_up_again(
    cast: Cast, county: County, action: BulkAction
) -> None:
    run = start(cast.dispatcher, action, *county.subjects.values())
    with pytest.raises(Cancelled):
        work(run, stop_after=2)
    assert selectors.standing_of(run).done == 2
    assert services.bulk_resume(user=cast.dispatcher, bulk_id=run.pk).job == run.job, "it still waits"
    first = jobs.job_cancel(user=cast.dispatcher, job_id=run.job.pk)  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        services.bulk_resume(user=cast.leader, bulk_id=run.pk)
    run = services.bulk_resume(user=cast.dispatcher, bulk_id=run.pk)
    assert run.job != first
    work(run)
    assert selectors.standing_of(run).done == len(county.subjects)
    jobs.job_cancel(user=cast.dispatcher, job_id=run.job.pk)  # type: ignore[union-attr]
    with pytest.raises(Invalid, match="全部办过"):
        services.bulk_resume(user=cast.dispatcher, bulk_id=run.pk)


def test_the_act_belongs_to_the_day_it_was_begun_on(
    cast: Cast, county: County, action: BulkAction, settings: Any
) -> None:
    with clock.as_of(date(2024, 7, 1)):
        run = start(cast.dispatcher, action, county.subjects["shigang"])
    assert run.day.isoformat() == "2024-07-01"
    entry = AuditEntry.objects.get(action="registry.subject_edit")
    assert entry.business_day.isoformat() == "2024-07-01"


def test_two_acts_of_one_name_are_refused(action: BulkAction) -> None:
    with pytest.raises(ValueError, match=r"test\.source"):
        actions.declare(BulkAction("test.source", "别的", "subjects.edit", lambda *_: None))


# The answer of a list.


class Subjects(ListPage):
    name = "subjects"
    title = "主体"
    columns = (Column("name", "名称", card="title"),)
    chips = (Chip("mine", "矿山", lambda row: row.kind == "mine"),)
    page_size = 2


def listed(user: User, action: BulkAction, query: str = "", data: Any = None) -> Subjects:
    factory = RequestFactory()
    request = factory.get("/s/" + query) if data is None else factory.post("/s/" + query, data)
    request.user = user
    page = type("Acting", (Subjects,), {"bulk": (action,)})
    made: Subjects = page(request, list(Subject.objects.order_by("pk")))
    return made


def shown(answer: HttpResponse) -> str:
    return answer.render().content.decode()  # type: ignore[attr-defined, no-any-return]


def test_boxes_and_bar_are_there_for_who_may_act(cast: Cast, action: BulkAction) -> None:
    page = listed(cast.dispatcher, action, "?filter=mine")
    html = shown(page.respond("lists/list.html"))
    assert html.count('name="row"') == 2
    assert f'value="{page.rows[0].record.pk}.1" form="bulk-subjects"' in html
    assert "标来源…" in html
    assert "全部 4 项" in html
    without = shown(listed(cast.leader, action).respond("lists/list.html"))
    assert 'name="row"' not in without
    assert "标来源" not in without


def test_it_asks_before_it_acts(cast: Cast, county: County, action: BulkAction) -> None:
    shigang = county.subjects["shigang"]
    answer = listed(cast.dispatcher, action, data={"bulk": action.code, "row": f"{shigang.pk}.1"}).respond(
        "x"
    )
    html = shown(answer)
    assert all(words in html for words in ("石港煤业", "来源会写上", "标来源 1 项", 'name="source"'))
    assert f'<input type="hidden" name="row" value="{shigang.pk}.1">' in html
    nothing = shown(listed(cast.dispatcher, action, data={"bulk": action.code}).respond("x"))
    assert "还没有选中" in nothing
    assert not BulkRun.objects.exists()


def test_what_is_missing_in_the_form_is_said_and_nothing_done(
    cast: Cast, county: County, action: BulkAction
) -> None:
    data = {"bulk": action.code, "confirmed": "1", "row": f"{county.subjects['shigang'].pk}.1", "source": ""}
    answer = listed(cast.dispatcher, action, data=data).respond("x")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in shown(answer)
    assert not BulkRun.objects.exists()


def test_all_filtered_rows_are_those_of_now(cast: Cast, county: County, action: BulkAction) -> None:
    """If it is another number than the question said, it asks again."""
    data = {"bulk": action.code, "all": "1"}
    asked = shown(listed(cast.dispatcher, action, "?filter=mine", data).respond("x"))
    assert '<input type="hidden" name="expected" value="4">' in asked
    Subject.objects.create(region=county.region, code="new", kind="mine", name="新矿")
    data |= {"confirmed": "1", "expected": "4", "source": "县志"}
    again = shown(listed(cast.dispatcher, action, "?filter=mine", data).respond("x"))
    assert 'name="expected" value="5"' in again
    assert not BulkRun.objects.exists()
    picked = BulkAnswer(listed(cast.dispatcher, action, "?filter=mine", data | {"expected": "5"}))
    assert len(picked._picked()) == 5


@pytest.mark.parametrize("data", [{}, {"bulk": "gone"}, {"bulk": "", "row": "1"}])
def test_a_post_that_asks_for_nothing_is_refused(cast: Cast, action: BulkAction, data: Any) -> None:
    with pytest.raises(Invalid):
        listed(cast.dispatcher, action, data=data).respond("x")


def test_rows_that_are_no_rows_do_nothing(cast: Cast, action: BulkAction) -> None:
    data = {"bulk": action.code, "row": ["x", "1.2.3", "٣", "", "9" * 40, "-1"]}
    assert "还没有选中" in shown(listed(cast.dispatcher, action, data=data).respond("x"))


def test_queries_of_a_list_with_boxes_do_not_grow(
    cast: Cast, county: County, action: BulkAction, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = User.objects.select_related("region").get(pk=cast.dispatcher.pk)
    for batch in range(2):
        with django_assert_num_queries(2):  # the rows, and the views kept of them
            shown(listed(user, action).respond("lists/list.html"))
        Subject.objects.create(region=county.region, code=f"n{batch}", kind="mine", name=f"矿{batch}")


def test_the_page_of_a_run(cast: Cast, county: County, action: BulkAction, client_of: Browser) -> None:
    run = start(cast.dispatcher, action, county.subjects["shigang"])
    BulkRow.objects.create(
        run=run, number=2, record_id=5, label="甲", url="/x/", state="refused", message="因为"
    )
    page = client_of(cast.dispatcher).get(f"/lists/bulk/{run.pk}/").content.decode()
    assert "已办 1 项，未办 1 项。" in page
    assert page.index("因为") < page.index("石港煤业"), "what was refused stands first"
    assert 'href="/subjects/?kind=mine"' in page
    assert client_of(cast.leader).get(f"/lists/bulk/{run.pk}/").status_code == 404
    assert client_of(cast.dispatcher).post(f"/lists/bulk/{run.pk}/resume/").status_code == 422
