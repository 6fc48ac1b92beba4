"""What is kept until somebody does something."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from tests.cast import Cast, County
from tests.rooms.ledger.desk import BEGIN, coal_task

from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.audit.keeping import WINDOW, Keeper, Seen
from tiaodu.foundation.middleware import RequestMiddleware
from tiaodu.foundation.registry.services import subject_edit
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.selectors import TaskRow, rows_of, tasks_visible_to
from tiaodu.rooms.ledger.selectors.keeping import kept

Outside = Callable[[Callable[[], object]], object]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    """Reads as a request does: outside of the transaction every test is in."""

    def read(act: Callable[[], object]) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(connections["default"], "in_atomic_block", False)
            return act()

    return read


def test_a_result_holds_until_an_act_that_may_change_it(cast: Cast, outside: Outside) -> None:
    keeper, numbers = Keeper(("accounts.log",)), count(1)

    def asked() -> object:
        return outside(lambda: keeper.get("how many", lambda: next(numbers)))

    audit.record(action="registry.subject_edit", actor=cast.dispatcher)
    assert (asked(), asked()) == (1, 1)
    audit.record(action="accounts.login", actor=cast.dispatcher)
    assert asked() == 1
    audit.record(action="registry.subject_edit", actor=cast.dispatcher)
    assert (asked(), asked()) == (2, 2)
    keeper.clear()
    assert asked() == 3


def test_an_act_is_noticed_whose_number_is_not_the_last(db: None, outside: Outside) -> None:
    """Of two writers at once the first to begin may be the last to end."""
    keeper, numbers = Keeper(("accounts.log",)), count(1)
    seen = iter([Seen(1, 8, frozenset({8})), Seen(1, 8, frozenset({7, 8}))])
    keeper._seen = lambda: next(seen)  # type: ignore[method-assign]
    found = [outside(lambda: keeper.get("how many", lambda: next(numbers))) for _ in range(2)]
    assert found == [1, 2]


def test_the_end_of_the_log_is_all_that_is_read(cast: Cast, outside: Outside) -> None:
    keeper, numbers = Keeper(("accounts.log",)), count(1)
    audit.record(action="registry.subject_edit", actor=cast.dispatcher)

    def asked() -> object:
        return outside(lambda: keeper.get("how many", lambda: next(numbers)))

    assert asked() == 1
    for _ in range(WINDOW):
        audit.record(action="accounts.login", actor=cast.dispatcher)
    assert (asked(), asked()) == (2, 2)  # read once more, because nothing tells what was before


def test_what_slides_out_of_the_end_of_the_log_changes_nothing(cast: Cast, outside: Outside) -> None:
    """Acts that do not matter push older ones out of sight: what is kept still holds."""
    keeper, numbers = Keeper(("accounts.log",)), count(1)

    def asked() -> object:
        return outside(lambda: keeper.get("how many", lambda: next(numbers)))

    for _ in range(WINDOW):
        audit.record(action="registry.subject_edit", actor=cast.dispatcher)
    assert asked() == 1
    for _ in range(3):
        for _ in range(WINDOW - 1):
            audit.record(action="accounts.login", actor=cast.dispatcher)
        assert asked() == 1
    audit.record(action="registry.subject_edit", actor=cast.dispatcher)
    assert asked() == 2


@pytest.mark.parametrize(("method", "seen"), [("get", (1, 1, 2)), ("post", (1, 2, 2))])
def test_a_page_that_only_reads_shows_what_there_was_when_it_began(
    cast: Cast, outside: Outside, rf: RequestFactory, method: str, seen: tuple[int, ...]
) -> None:
    """Who acts sees at once what she did; what a reader was shown meanwhile is made anew for the next."""
    keeper, numbers = Keeper(("accounts.log",)), count(1)

    def asked() -> object:
        return outside(lambda: keeper.get("how many", lambda: next(numbers)))

    def within(_request: HttpRequest) -> HttpResponse:
        first = asked()
        audit.record(action="registry.subject_edit", actor=cast.dispatcher)
        return HttpResponse(f"{first} {asked()}")

    request = getattr(rf, method)("/")
    request.session, request.user = {}, cast.dispatcher
    told = RequestMiddleware(within)(request).content.decode()
    assert (*map(int, told.split()), asked()) == seen


def test_inside_a_transaction_nothing_is_kept(cast: Cast) -> None:
    keeper, numbers = Keeper(()), count(1)
    assert [keeper.get("how many", lambda: next(numbers)) for _ in range(2)] == [1, 2]


def test_tasks_are_read_anew_after_an_edit_a_report_and_a_new_name(
    county: County, cast: Cast, outside: Outside
) -> None:
    kept.clear()
    task = coal_task(county, cast)

    def row() -> TaskRow:
        with clock.as_of(BEGIN):
            found = outside(lambda: rows_of(tasks_visible_to(cast.dispatcher)))
        assert isinstance(found, list)
        return found[0]  # type: ignore[no-any-return]

    assert row().task is row().task
    before = row()
    ledger.task_edit(user=cast.dispatcher, task_id=task.pk, version=task.version, leader="王县长")
    assert (before.task.leader, row().task.leader) == ("", "王县长")
    with clock.as_of(BEGIN):
        ledger.progress_report(user=cast.energy, task_id=task.pk, text="已开工", period_end=BEGIN)
    assert [note.text for note in row().progress] == ["已开工"]
    mine = county.subjects["shigang"]
    subject_edit(user=cast.admin, subject_id=mine.pk, version=mine.version, name="石港矿")
    assert row().task.subject.name == "石港矿"
