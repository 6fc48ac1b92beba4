"""Figures, lights and dues as they are written on pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override

from tiaodu.engine.ledger.standing import State
from tiaodu.web import figures
from tiaodu.web.templatetags import ui


def rendered(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        ("1888000000", "元", ("18.88", "亿元"), ("1.888", " billion yuan")),
        ("5000000", "吨", ("500", "万吨"), ("5", " million t")),
        ("58", "条", ("58", "条"), ("58", "")),
        ("-0.5", "%", ("-0.5", "%"), ("-0.5", "%")),
        ("37812", "元", ("37812", "元"), ("37,812", " yuan")),
        ("0", "家", ("0", "家"), ("0", "")),
        ("12", "蒸吨", ("12", "蒸吨"), ("12", " 蒸吨")),
    ],
)
def test_figures_are_written_as_people_write_them(
    value: str, unit: str, chinese: tuple[str, str], english: tuple[str, str]
) -> None:
    with override("zh-hans"):
        assert figures.written(Decimal(value), unit) == chinese
    with override("en"):
        assert figures.written(Decimal(value), unit) == english


def test_a_share_stays_between_nothing_and_all() -> None:
    assert figures.share(Decimal(3), Decimal(10)) == 30
    assert figures.share(Decimal(12), Decimal(10)) == 100
    assert figures.share(Decimal(-1), Decimal(10)) == 0
    assert figures.share(Decimal(1), Decimal(0)) is None
    assert figures.share(None, Decimal(1)) is None


def test_every_state_has_a_word_and_a_light_always_says_it() -> None:
    for state in State:
        html = rendered("{% light state '' reason %}", state=state.value, reason="已过期 3 天")
        assert str(ui.WORDS[state.value]) in html
        assert f"dot-{state.value}" in html
        assert "已过期 3 天" in html


def test_a_figure_opens_its_provenance() -> None:
    html = rendered("{% figure v '元' url='/x/' day=d %}", v=Decimal(1888000000), d=date(2024, 7, 1))
    assert 'hx-get="/x/"' in html
    assert "18.88" in html
    assert "2024-07-01" in html
    assert "<button" not in rendered("{% figure v '元' url='/x/' %}", v=None), "nothing known has no source"


def test_what_is_not_known_is_a_dash() -> None:
    for source in ("quantity nothing '元'", "quantity row.value '元'", "figure nothing '元'"):
        assert "—" in rendered("{% " + source + " %}", nothing=None, row={})


def test_a_due_keeps_its_words() -> None:
    assert rendered("{% due '2024年' %}") == '<span class="due">2024年</span>'
    assert 'datetime="2024-04-30"' in rendered("{% due '4月底' d %}", d=date(2024, 4, 30))
    assert "—" in rendered("{% due '' %}")


def test_the_wall_calendar_puts_each_item_in_its_month() -> None:
    items = [
        {"date": date(2024, 4, 30), "title": "石港", "state": "overdue"},
        {"date": date(2025, 4, 30), "title": "明年"},
    ]
    html = rendered("{% wall_calendar 2024 items day %}", items=items, day=date(2024, 7, 1))
    assert html.count("wall-month") == 12
    assert "石港" in html
    assert "明年" not in html
    assert html.count("is-now") == 1


def test_progress_without_a_total_is_unknown() -> None:
    assert "value=" not in rendered("{% progress 0 0 '排队中' %}")
    assert 'value="30"' in rendered("{% progress 3 10 '读取' %}")


def test_words_are_escaped() -> None:
    for source in ("{% light 'red' x %}", "{% due x %}", "{% quantity 1 x %}", "{% feed_item d x x %}"):
        html = rendered(source, x="<b>x</b>", d=date(2024, 1, 1))
        assert "<b>x</b>" not in html
