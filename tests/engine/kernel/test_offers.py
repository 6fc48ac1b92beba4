"""What rooms hand over: keys, the order they are read in, and what fits on a first page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.kernel.offers import (
    WORST_FIRST,
    About,
    Alert,
    Audience,
    Driver,
    Intervention,
    Severity,
    digest,
    worst_first,
)

ABOUT = About("ledger.task", "1", "原煤产量", "/ledger/tasks/1/")
DAY = date(2024, 7, 1)


def make_alert(key: str, severity: Severity = Severity.RED, days: int | None = 1) -> Alert:
    day = None if days is None else DAY - timedelta(days)
    return Alert(
        key, "ledger", severity, "原煤产量", "逾期", "", ABOUT, day, "140722", Audience("ledger.read")
    )


ALERTS = st.lists(
    st.builds(
        lambda kind, number, severity, days: make_alert(f"x.{kind}:{number}", severity, days),
        st.sampled_from("abcd"),
        st.integers(0, 30),
        st.sampled_from(Severity),
        st.none() | st.integers(0, 400),
    ),
    unique_by=lambda alert: alert.key,
)


@pytest.mark.parametrize("key", ["", "ledger.overdue", "ledger.overdue:", "overdue:1", ":1"])
def test_a_key_names_kind_and_record(key: str) -> None:
    with pytest.raises(ValueError, match=r"room\.word:record"):
        make_alert(key)


def test_the_worst_comes_first_then_what_has_held_longest() -> None:
    given_ = [
        make_alert("x.a:1", Severity.AMBER, 90),
        make_alert("x.a:2", Severity.RED, None),
        make_alert("x.a:3", Severity.RED, 2),
        make_alert("x.a:4", Severity.RED, 30),
    ]
    assert [alert.key[-1] for alert in worst_first(given_)] == ["4", "3", "2", "1"]


@given(ALERTS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_given(alerts: list[Alert], dice: object) -> None:
    shuffled = list(alerts)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert worst_first(shuffled) == worst_first(alerts)


@given(ALERTS, st.integers(0, 10), st.integers(1, 3))
def test_a_digest_is_short_loses_nothing_and_shows_every_kind_there_is_room_for(
    alerts: list[Alert], limit: int, each: int
) -> None:
    found = digest(alerts, limit, each)
    assert len(found.shown) == min(limit, len(alerts))
    assert len(found.shown) + sum(count for _kind, _word, count in found.left) == len(alerts)
    assert list(found.shown) == worst_first(found.shown)
    kinds = {alert.kind for alert in alerts}
    if len(kinds) * each <= limit:
        assert {alert.kind for alert in found.shown} == kinds
    for kind in kinds:  # of one kind always the worst
        mine = [a for a in worst_first(alerts) if a.kind == kind]
        shown = [a for a in found.shown if a.kind == kind]
        assert shown == mine[: len(shown)]


def test_severities_are_lights() -> None:
    assert [severity.value for severity in WORST_FIRST] == ["red", "amber", "grey"]
    assert set(WORST_FIRST) == set(Severity)


@pytest.mark.parametrize("key", ["output.coal.raw", "a b:tax", "shigang:", "shigang:Tax", "a:b:c"])
def test_a_driver_names_its_series(key: str) -> None:
    with pytest.raises(ValueError, match="subject:measure"):
        Driver(key, "mines", "原煤产量", "吨")
    with pytest.raises(ValueError, match="subject:measure"):
        Intervention("x", "mines", "", "", ABOUT, moves=(key,))


def test_a_driver_is_a_rule_over_others_or_a_leaf() -> None:
    assert Driver("shigang:output.coal.raw", "mines", "原煤产量", "吨").rule == ""
    with pytest.raises(ValueError, match="inputs need a rule"):
        Driver("county:tax", "mines", "税收", "元", (("coal", "shigang:output.coal.raw"),))
    with pytest.raises(ValueError, match="a rule needs inputs"):
        Driver("county:tax", "mines", "税收", "元", rule="1")
    with pytest.raises(ValueError, match="from itself"):
        Driver("county:tax", "mines", "税收", "元", (("tax", "county:tax"),), "tax")


def test_an_intervention_moves_something() -> None:
    with pytest.raises(ValueError, match="moves nothing"):
        Intervention("x", "mines", "", "", ABOUT, moves=())
