"""Project lists whose header takes two rows: merged down for most columns, across for the figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tiaodu.engine.reading import TableSpan, load_vocabulary, read

LIST = (
    "序号\t项目名称\t投资\t投资\t责任单位\n"
    "序号\t项目名称\t总投资\t2026年计划投资\t责任单位\n"
    "1\t硒鸽养殖二期项目\t85000\t30000\t县农业农村局\n"
    "2\t污水处理厂提标改造项目\t4200\t4200\t县住建局\n"
)


def read_list(text: str, head: str = "单位：万元\n"):  # type: ignore[no-untyped-def]
    whole = head + text
    span = TableSpan(len(head), len(whole) - 1)
    return read(
        whole, document_date=date(2026, 1, 8), plan_year=2026, vocabulary=load_vocabulary(), tables=[span]
    ).statements


def test_figures_below_a_header_of_two_rows_are_read() -> None:
    found = {(s.subject, s.measure): s.value for s in read_list(LIST) if s.value is not None}
    assert found["硒鸽养殖二期项目", "investment_total"] == Decimal(850_000_000)
    assert found["硒鸽养殖二期项目", "investment_period"] == Decimal(300_000_000)
    assert found["污水处理厂提标改造项目", "investment_total"] == Decimal(42_000_000)


def test_the_second_row_of_a_header_promises_nothing() -> None:
    assert all("项目名称" not in (s.subject or "") for s in read_list(LIST))
    assert {s.department for s in read_list(LIST)} == {"县农业农村局", "县住建局"}


def test_a_row_of_data_is_no_header() -> None:
    """A single header stays one, even where a cell of the first project says what a header says elsewhere."""
    single = "序号\t项目名称\t总投资\t责任单位\n1\t粮库项目\t900\t县发改局\n"
    found = [s for s in read_list(single) if s.value is not None]
    assert [(s.subject, s.value) for s in found] == [("粮库项目", Decimal(9_000_000))]
