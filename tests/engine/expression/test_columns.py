"""Columns: what is taken, what is refused, reasons, close calls, and what is loaded when."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from tests.engine.expression.county import NAMES

from tiaodu.engine.kernel.expression import (
    Name,
    compile,  # noqa: A004
    define,
    evaluate,
    loops,
    opcodes,
    parse,
)
from tiaodu.engine.kernel.expression.columns import Coded, ColumnError
from tiaodu.engine.kernel.expression.lowering import UncheckedError

COUNT = 3 * opcodes.BLOCK + 17  # several blocks, the last one short


def test_what_was_compiled_belongs_to_its_parts() -> None:
    folder = Path(opcodes.__file__).parent
    parts = b"".join((folder / name).read_bytes() for name in ("opcodes.py", "loops.py", "closeness.py"))
    found = re.search(r"^PARTS = (\d+)$", (folder / "machine.py").read_text("utf-8"), flags=re.MULTILINE)
    assert found is not None
    assert int(found[1]) == zlib.crc32(parts), f"write PARTS = {zlib.crc32(parts)} in machine.py"


def test_no_two_compiled_functions_share_a_name() -> None:
    """They are linked by name: two programs kept by different processes would call each other's."""
    compiled = [each for each in vars(loops).values() if hasattr(each, "py_func")]
    inner = [cell.cell_contents for each in compiled for cell in each.py_func.__closure__ or ()]
    names = {each.py_func: each.py_func.__qualname__ for each in (*compiled, *inner)}
    assert len(set(names.values())) == len(names) > 60


@pytest.mark.parametrize("threads", [1, 3])
def test_many_rows_give_what_single_rows_give(threads: int) -> None:
    formulas = define(
        {
            "强度": "rd / revenue",
            "达标": "强度 >= 3% and 行业 in ('coal', 'iron') and not 规上 and 开工日 + 30天 < 2024-07-01",
            "奖励": "if_else(达标, min(投资 * 5%, 10万元), 0)",
            "去向": "if_else(达标, '兑现', 行业)",
        },
        names=NAMES,
    )
    columns: dict[str, object] = {
        "rd": np.arange(COUNT) % 7,
        "revenue": np.arange(COUNT, dtype=np.int32) % 101,
        "行业": Coded.of([("coal", "glass", None)[place % 3] for place in range(COUNT)]),
        "规上": np.arange(COUNT) % 5 == 0,
        "开工日": np.array(["2024-05-31", "2024-06-01", "NaT"], "datetime64[D]")[np.arange(COUNT) % 3],
        "投资": np.ma.MaskedArray(np.arange(COUNT) / 4, np.arange(COUNT) % 11 == 0),
    }
    program = compile(formulas, columns)
    outcomes = program.run(columns, threads=threads)
    prepared = program.prepare(columns)
    for place in (0, 1, 2, 3, 303, 1011, opcodes.BLOCK - 1, opcodes.BLOCK, COUNT - 2, COUNT - 1):
        row = {key: column.value(place) for key, column in prepared.items()}
        values = formulas.evaluate(row)
        assert outcomes["达标"].true[place] == (values["达标"] is True)
        assert outcomes["达标"].false[place] == (values["达标"] is False)
        assert outcomes["达标"].known[place] == (values["达标"] is not None)
        amount = values["奖励"]
        assert outcomes["奖励"].known[place] == (amount is not None)
        assert amount is None or float(outcomes["奖励"].raw[place]) == pytest.approx(float(amount))  # type: ignore[arg-type]
        text = outcomes["去向"]
        found = text.words[int(text.raw[place])] if text.known[place] else None
        assert found == values["去向"]
    assert 0 < outcomes["达标"].true.sum() < COUNT


def test_reasons_say_which_clause_failed_and_which_is_unknown() -> None:
    source = " and ".join(f"x > {number}" for number in range(11)) + " and (y or y)"
    expression = parse(source, names={"x": Name("number"), "y": Name("truth")})
    columns = {"x": np.array([4.5, np.nan]), "y": np.ma.MaskedArray([True, True], [True, False])}
    found = compile({"rule": expression}).run(columns)["rule"]
    assert found.false.tolist() == [True, False]
    failed = [found.failed(place).tolist() for place in range(13)]
    unknown = [found.unknown(place).tolist() for place in range(13)]
    assert failed == [[place > 4, False] for place in range(11)] + [[False, False]] * 2
    assert unknown == [[False, True]] * 11 + [[True, False]] * 2


def test_what_floats_cannot_tell_is_settled_by_decimals() -> None:
    names = {key: Name("number", "元") for key in "abc"}
    formulas = define(
        {"whole": "a + b = c", "share": "a / c >= 10%", "paid": "round(-a * 50%, 2)"}, names=names
    )
    columns = {
        "a": np.array([0.1, 0.1, 10.05, np.nan]),
        "b": np.array([0.2, 0.2, 1.0, 1.0]),
        "c": np.array([0.3, 0.30001, 100.5, 1.0]),
    }
    assert 0.1 + 0.2 != 0.3
    found = compile(formulas).run(columns)
    assert found["whole"].true.tolist() == [True, False, False, False]
    assert found["whole"].failed(0).tolist() == [False, True, True, False]
    assert found["whole"].unknown(0).tolist() == [False, False, False, True]
    assert found["share"].true.tolist() == [True, True, True, False]
    assert found["paid"].raw[:3].tolist() == [-0.05, -0.05, -5.03]


def test_sums_of_figures_are_decided_in_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Totals that must equal their parts are close calls in every row: too many to reckon one by one."""
    draw = np.random.default_rng(1)
    parts = np.round(draw.random((2, COUNT)) * 1e7, 2)
    total = np.round(parts.sum(axis=0), 2)
    total[::3] += 0.01
    total = np.round(total, 2)
    columns = {"a": parts[0], "b": parts[1], "c": total, "d": np.round(total / 1e4, 6), "e": total / 3}
    names = {key: Name("number", "元") for key in "abce"} | {"d": Name("number", "万元")}
    program = compile(
        define(
            {
                "parts": "a + b",
                "adds": "parts = c",
                "less": "c - a <= b and not adds",
                "wan": "d * 2 - a - b = c",
                "many": "e * 3 = c",
            },
            names=names,
        )
    )
    found = program.run(columns)
    row = {key: column.value(3) for key, column in program.prepare(columns).items()}
    assert found["many"].true[3] == evaluate(program.expressions["many"], row)
    monkeypatch.setattr("tiaodu.engine.kernel.expression.settling.Settler._row", None)
    del columns["e"]
    kept = {name: one for name, one in program.expressions.items() if name != "many"}
    found = compile(kept).run(columns)
    wrong = np.arange(COUNT) % 3 == 0
    assert found["adds"].true.tolist() == (~wrong).tolist()
    assert found["adds"].failed(0).tolist() == wrong.tolist()
    assert not found["less"].true.any()
    assert found["wan"].true.tolist() == (~wrong).tolist()


def test_a_divisor_that_cancels_out_is_no_divisor() -> None:
    expression = parse("p / (p + q - r) > 5", names={key: Name("number") for key in "pqr"})
    row = {"p": Decimal("0.1"), "q": Decimal("0.2"), "r": Decimal("0.3")}
    found = compile({"rule": expression}).run({key: np.array([float(value)]) for key, value in row.items()})
    assert evaluate(expression, row) is None
    assert not found["rule"].known[0]


@pytest.mark.parametrize(
    ("key", "column", "told"),
    [
        ("投资", np.array(["3"]), "a number"),
        ("投资", np.array([[1.0]]), "one dimension"),
        ("投资", np.array([2**53 + 1]), "2⁵³"),
        ("投资", np.array([1.0, 2.0]), "length"),
        ("投资", np.array([True]), "a number"),
        ("规上", np.array([1.0]), "true or false"),
        ("开工日", np.array([3]), "a day"),
        ("行业", np.array(["coal"]), "Coded"),
        ("行业", Coded(np.array([1]), ("coal",)), "a word"),
        ("行业", Coded(np.array([-2]), ("coal",)), "a word"),
        ("投资", Coded(np.array([0]), ("coal",)), "texts"),
    ],
)
def test_a_column_of_another_kind_is_refused(key: str, column: object, told: str) -> None:
    good: dict[str, object] = {
        "投资": np.array([1.0]),
        "规上": np.array([True]),
        "开工日": np.array(["2024-01-01"], "datetime64[D]"),
        "行业": Coded.of(["coal"]),
    }
    source = "投资 > 1万元 and 规上 and 开工日 > 2024-01-01 and 行业 = 'coal'"
    program = compile({"rule": parse(source, names=NAMES)})
    assert not program.run(good)["rule"].true[0]
    with pytest.raises(ColumnError, match=told):
        program.run({**good, key: column})


def test_a_missing_column_is_named() -> None:
    expression = parse("投资 > 1万元 and output.coal.raw('2024') > 1吨", names=NAMES)
    with pytest.raises(ColumnError, match=r"output\.coal\.raw\(2024\)"):
        compile({"rule": expression}, ["投资"])
    with pytest.raises(ColumnError, match="投资"):
        compile({"rule": expression}).run({})


def test_expressions_without_declared_names_are_not_compiled() -> None:
    with pytest.raises(UncheckedError):
        compile({"rule": parse("甲 > 1")})


def test_infinite_figures_are_unknown() -> None:
    expression = parse("x > 1", names={"x": Name("number")})
    assert not compile({"rule": expression}).run({"x": np.array([np.inf])})["rule"].known[0]


def test_a_program_without_columns_is_told_its_rows() -> None:
    found = compile({"rule": parse("1 / 3 * 3 = 1"), "day": parse("2024-02-28 + 1天")}).run({}, rows=3)
    assert found["rule"].true.tolist() == [True] * 3
    assert found["day"].raw.astype("datetime64[D]").tolist() == [date(2024, 2, 29)] * 3


def test_no_rows_give_no_rows() -> None:
    expression = parse("x > 1 or x / x > 2", names={"x": Name("number")})
    assert compile({"rule": expression}).run({"x": np.array([])})["rule"].true.tolist() == []


def test_memory_can_be_used_again_by_the_same_program_only() -> None:
    expression = parse("x > 1", names={"x": Name("number")})
    program = compile({"rule": expression})
    first = program.run({"x": np.array([0.0, 2.0])})
    again = program.run({"x": np.array([2.0, 0.0])}, into=first)
    assert again["rule"].raw is first["rule"].raw
    assert again["rule"].true.tolist() == [True, False]
    with pytest.raises(ColumnError, match="rows"):
        program.run({"x": np.zeros(3)}, into=first)
    with pytest.raises(ColumnError, match="another program"):
        compile({"rule": parse("x > 2", names={"x": Name("number")})}).run({"x": np.zeros(2)}, into=first)


def test_five_hundred_rules_make_one_program() -> None:
    names = {"x": Name("number"), "y": Name("number")}
    rules = {
        f"r{number}": parse(f"x + y > {number} and x / y < {number}", names=names) for number in range(500)
    }
    found = compile(rules).run({"x": np.array([300.0]), "y": np.array([2.0])})
    assert sum(int(outcome.true[0]) for outcome in found.values()) == 301 - 150


def test_one_row_needs_no_numpy() -> None:
    program = (
        "import sys\n"
        "from tiaodu.engine.kernel.expression import *\n"
        "rule = parse('x > 1元 and y', names={'x': Name('number', '元'), 'y': Name('truth')})\n"
        "assert explain(rule, {'x': 2, 'y': True}).result and evaluate(rule, {}) is None\n"
        "define({'a': 'x + 1'})\n"
        "print(sorted({'numpy', 'numba', 'llvmlite'} & set(sys.modules)))\n"
    )
    source = Path(opcodes.__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=source, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_machine_can_be_compiled_beforehand() -> None:
    source = Path(opcodes.__file__).parents[4]
    command = [sys.executable, "-m", "tiaodu.engine.warming"]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
