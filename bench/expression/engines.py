"""What is measured: this program and its peers, each with the rules and firms of rules.py.

An engine is prepared once (columns loaded, rules compiled) and then runs the rules as often as it is asked.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
from rules import RULES, firms, formulas
from translating import numpy as numpy_dialect
from translating import polars as polars_dialect
from translating import sql

from tiaodu.engine.kernel.expression import compile as compiled
from tiaodu.engine.kernel.expression import parse

Totals = tuple[list[int], list[float]]
Engine = tuple[Callable[[], Any], Callable[[Any], Totals]]
CODES = list(RULES)
AMOUNTS = [f"a{code[1:]}" for code in CODES]


def tiaodu(rows: int, threads: int, *, gaps: bool) -> Engine:
    """This program: op-codes over columns, reasons of every clause kept, close rows settled with decimals."""
    program = compiled(formulas())
    columns = program.prepare(firms(rows, gaps=gaps))
    kept = program.run(columns, threads=threads)

    def totals(found: Any) -> Totals:
        counts = [int(found[code].true.sum()) for code in CODES]
        return counts, [float(np.nansum(found[amount].raw)) for amount in AMOUNTS]

    return lambda: program.run(columns, threads=threads, into=kept), totals


def numpy(rows: int, _threads: int, *, gaps: bool) -> Engine:
    """NumPy, one rule after another; it knows no unknown, so that gaps make conditions false."""
    columns, expressions = firms(rows, gaps=gaps), formulas().expressions

    def run() -> dict[str, Any]:
        found: dict[str, Any] = dict(columns)
        dialect = numpy_dialect(found)
        with np.errstate(divide="ignore", invalid="ignore"):
            for name, expression in expressions.items():
                found[name] = dialect.write(expression.root)
        return found

    def totals(found: dict[str, Any]) -> Totals:
        return [int(found[code].sum()) for code in CODES], [float(np.nansum(found[a])) for a in AMOUNTS]

    return run, totals


def polars(rows: int, threads: int, *, gaps: bool) -> Engine:
    """Polars, lazily, a stage for each level of rules that refer to others; measure.py sets its threads."""
    pl = importlib.import_module("polars")
    frame = pl.DataFrame(firms(rows, gaps=gaps)).fill_nan(None)
    assert pl.thread_pool_size() == threads
    expressions, dialect = formulas().expressions, polars_dialect()
    level: dict[str, int] = {}
    for name, expression in expressions.items():
        level[name] = 1 + max((level[below] for below in expression.names if below in level), default=0)
    query = frame.lazy()
    for stage in range(1, max(level.values()) + 1):
        here = [name for name in expressions if level[name] == stage]
        query = query.with_columns([dialect.write(expressions[name].root).alias(name) for name in here])
    query = query.select([*CODES, *AMOUNTS])

    def totals(found: Any) -> Totals:
        return [int(found[code].sum()) for code in CODES], [float(found[a].sum()) for a in AMOUNTS]

    return query.collect, totals


def duckdb(rows: int, threads: int, *, gaps: bool) -> Engine:
    """DuckDB, one query that makes a table of all results."""
    database, arrow = importlib.import_module("duckdb"), importlib.import_module("pyarrow")
    table = arrow.table(
        {key: arrow.array(column, from_pandas=True) for key, column in firms(rows, gaps=gaps).items()}
    )
    connection = database.connect()
    connection.execute(f"set threads = {threads}")
    connection.register("arrow_firms", table)
    connection.execute("create table firms as select * from arrow_firms")
    expressions, dialect = formulas().expressions, sql()
    rules = ", ".join(f"{dialect.write(expressions[code].root)} as {code}" for code in CODES)
    amounts = ", ".join(f"{dialect.write(expressions[a].root)} as {a}" for a in AMOUNTS)
    query = (
        "create or replace temp table found as "
        f"select {', '.join(CODES)}, {amounts} from (select *, {rules} from firms)"
    )

    def totals(_found: Any) -> Totals:
        counts = ", ".join(f"count(*) filter ({code})" for code in CODES)
        sums = ", ".join(f"sum({amount})" for amount in AMOUNTS)
        found = connection.execute(f"select {counts}, {sums} from found").fetchone()
        return list(map(int, found[: len(CODES)])), list(map(float, found[len(CODES) :]))

    return lambda: connection.execute(query), totals


ENGINES: dict[str, Callable[..., Engine]] = {
    "tiaodu": tiaodu,
    "polars": polars,
    "numpy": numpy,
    "duckdb": duckdb,
}


def many_rules(count: int) -> tuple[list[Any], dict[str, Any]]:
    """``count`` rules of four clauses each and one firm, for the measure of explanations."""
    from decimal import Decimal  # noqa: PLC0415

    from rules import NAMES  # noqa: PLC0415

    rules = [
        parse(
            f"revenue >= {index % 50 + 1}00万元 and rd / revenue >= {index % 9 + 1}% "
            f"and (sector in (14, 26, {index % 40 + 6}) or not employees < {index % 90 + 10}人)",
            names=NAMES,
        )
        for index in range(count)
    ]
    row = {key: column[0] for key, column in firms(1, gaps=False).items()}
    return rules, {
        key: bool(value) if isinstance(value, np.bool_) else Decimal(str(value)) for key, value in row.items()
    }
