"""From rows of the table ``outlook.model`` to nodes and causes of the driver tree, and what is wrong in them.

A cell is written by people: ``对数正态 1.0 0.12 持续=0.5``, ``50 workshop/A25=8 爬坡 0.3 0.8 1``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.outlook.model import (
    Adds,
    Arrival,
    Arrivals,
    Cause,
    Formula,
    Given,
    Kind,
    Lag,
    Node,
    Noise,
    Per,
    Running,
    Total,
    Worked,
)
from tiaodu.engine.outlook.months import month_of
from tiaodu.engine.outlook.shapes import Empirical, Happens, Lognormal, Normal, Pert, Shape, Stop, Triangular
from tiaodu.engine.outlook.tree import Tree
from tiaodu.engine.outlook.words import ERROR, Finding

_SEPARATORS = re.compile(r"[\s、,，;；]+")
_MONTH = re.compile(r"(\d{4}-\d{2})=(.+)")
_SHAPES: Mapping[str, tuple[Callable[..., Shape], int]] = {
    "lognormal": (Lognormal, 2),
    "normal": (Normal, 2),
    "triangular": (Triangular, 3),
    "pert": (Pert, 3),
    "stop": (Stop, 4),
    "happens": (Happens, 1),
}
_SAID = {
    "对数正态": "lognormal", "正态": "normal", "三角": "triangular", "停工": "stop", "发生": "happens",
    "往期": "empirical", "每情形": "scenario", "爬坡": "ramp", "月均": "mean", "沿用": "hold",
    "连续": "ongoing",
}  # fmt: skip
CHILDREN = "下级"
# The column a finding of the tree points at.
_COLUMNS = {
    "bad_key": "key", "duplicate": "key", "duplicate_cause": "key", "cycle": "inputs",
    "unknown_series": "inputs", "empty": "inputs", "unknown_cause": "causes", "loadings": "causes",
    "cause_per": "causes", "unit_unknown": "unit", "unit_mismatch": "unit", "rule": "rule",
    "rule_type": "rule", "rule_text": "rule", "rule_period": "rule",
}  # fmt: skip


class RowError(ValueError):
    """A cell of a row that cannot be read: the column, and what is accepted."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Written:
    """What the rows say: nodes and causes."""

    nodes: tuple[Node, ...] = ()
    causes: tuple[Cause, ...] = ()


def written(rows: Sequence[Mapping[str, Any]]) -> Written:
    """Nodes and causes of rows that were checked; raises RowError for what cannot be read."""
    nodes = tuple(node_of_row(row) for row in rows if row["kind"] != "cause")
    causes = tuple(cause_of_row(row) for row in rows if row["kind"] == "cause")
    return Written(nodes, causes)


def flaws(rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, str, str]]:
    """All that is wrong with rows: place, column, and the reason in words."""
    nodes, causes, found = [], [], []
    for place, row in enumerate(rows):
        try:
            if row["kind"] == "cause":
                causes.append(cause_of_row(row))
            else:
                nodes.append(node_of_row(row))
        except RowError as fault:
            found.append((place, fault.column, str(fault)))
    if found:
        return found
    places = {row["key"]: place for place, row in enumerate(rows)}
    language = "en" if get_language() == "en" else "zh"
    return [
        (places.get(finding.node, 0), column_of(finding, rows), finding.tell(language))
        for finding in Tree.of(map(without_children, nodes), causes).findings
        if finding.severity == ERROR and finding.code != "unsure"
    ]


def column_of(finding: Finding, rows: Sequence[Mapping[str, Any]]) -> str:
    """The column a finding points at."""
    if finding.code == "unit_mismatch" and any(
        row["key"] == finding.node and row["kind"] == "formula" for row in rows
    ):
        return "rule"
    return _COLUMNS.get(finding.code, "figures")


def cause_of_row(row: Mapping[str, Any]) -> Cause:
    """What several nodes share."""
    pieces = _pieces(row["figures"])
    per = Per.SCENARIO if "scenario" in pieces else Per.MONTH
    return Cause(row["key"], row["title"], per, _persistence(pieces), row["source"])


def node_of_row(row: Mapping[str, Any]) -> Node:
    """One node."""
    return Node(
        row["key"],
        row["unit"] or "",
        _KINDS[row["kind"]](row),
        Adds(row["adds"]),
        row["title"],
        row["source"],
        row["confidence"],
    )


def without_children(node: Node) -> Node:
    """A sum over 下级 as a figure that is not known yet: only the register says whose it is."""
    return replace(node, kind=Given()) if asks_for_children(node) else node


def asks_for_children(node: Node) -> bool:
    """Whether a node is the sum over those below its subject in the register."""
    return isinstance(node.kind, Total) and node.kind.parts == (CHILDREN,)


def _given(row: Mapping[str, Any]) -> Kind:
    value, months = None, {}
    for piece in _pieces(row["figures"]):
        if found := _MONTH.fullmatch(piece):
            months[_month(found[1])] = _number(found[2])
        elif value is None:
            value = _number(piece)
        else:
            raise RowError(
                "figures", _("“%(piece)s”多余；给定写一个数，或 2024-01=30 这样逐月写。") % {"piece": piece}
            )
    if value is None and not months:
        raise RowError("figures", _("给定的节点要写一个数，或 2024-01=30 这样逐月写。"))
    return Given(value, months)


def _worked(row: Mapping[str, Any]) -> Kind:
    found = [_MONTH.fullmatch(piece) for piece in _pieces(row["figures"])]
    if any(each is None for each in found):
        raise RowError("figures", _("停工天数写成 2024-02=6 这样，月份等号天数。"))
    return Worked({_month(each[1]): _number(each[2]) for each in found if each is not None})


def _noise(row: Mapping[str, Any]) -> Kind:
    pieces = _pieces(row["figures"])
    name = pieces[0].lower() if pieces else ""
    numbers = [_number(piece) for piece in pieces[1:] if piece != "scenario" and "=" not in piece]
    if name == "empirical":
        shape: Shape = Empirical(tuple(numbers))
    elif name in _SHAPES and len(numbers) == _SHAPES[name][1]:
        shape = _SHAPES[name][0](*numbers)
    else:
        words = _(
            "随机写成：对数正态 中位数 σ；正态 均值 标准差；三角或 PERT 低 中 高；"
            "停工 概率 低 中 高；发生 概率；往期 若干数。后面可加 每情形、持续=0.5。"
        )
        raise RowError("figures", words)
    per = Per.SCENARIO if "scenario" in pieces else Per.MONTH
    return Noise(shape, per, tuple(_pairs(row, "causes", _number)), _persistence(pieces))


def _arrivals(row: Mapping[str, Any]) -> Kind:
    pieces = _pieces(row["figures"])
    ramp = pieces.index("ramp") if "ramp" in pieces else len(pieces)
    curve = tuple(_number(piece) for piece in pieces[ramp + 1 :] if piece != "mean")
    base, arrivals = 0.0, []
    for piece in pieces[:ramp]:
        name, equals, count = piece.rpartition("=")
        if equals:
            arrivals.append(Arrival(name, _number(count)))
        elif piece != "mean":
            base = _number(piece)
    if not arrivals:
        raise RowError(
            "figures", _("写成：基数 日期名=个数 …，后面可加 爬坡 0.3 0.8 1、月均。日期名如 项目编号/步骤。")
        )
    return Arrivals(base, tuple(arrivals), curve, Adds.MEAN if "mean" in pieces else Adds.LAST)


def _formula(row: Mapping[str, Any]) -> Kind:
    if not row["rule"]:
        raise RowError("rule", _("公式节点要写公式。"))
    return Formula(row["rule"], tuple(_pairs(row, "inputs", str)))


def _lag(row: Mapping[str, Any]) -> Kind:
    pieces = _pieces(row["figures"])
    months = [_number(piece) for piece in pieces if piece != "hold"]
    return Lag(_one(row), int(months[0]) if months else 1, "hold" in pieces)


def _running(row: Mapping[str, Any]) -> Kind:
    return Running(_one(row), "ongoing" not in _pieces(row["figures"]))


def _total(row: Mapping[str, Any]) -> Kind:
    return Total(tuple(_split(row["inputs"])))


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Kind]] = {
    "evidence": lambda _row: Given(),
    "given": _given,
    "worked": _worked,
    "noise": _noise,
    "arrivals": _arrivals,
    "formula": _formula,
    "lag": _lag,
    "running": _running,
    "total": _total,
}


def _one(row: Mapping[str, Any]) -> str:
    names = _split(row["inputs"])
    if len(names) != 1:
        raise RowError("inputs", _("写一个序列，如 shigang:output.coal.raw。"))
    return names[0]


def _pairs(row: Mapping[str, Any], column: str, take: Callable[[str], Any]) -> Iterable[tuple[str, Any]]:
    for piece in _split(row[column]):
        name, equals, told = piece.partition("=")
        if not (name and equals and told):
            raise RowError(column, _("“%(piece)s”不行，写成 名称=内容，几项用顿号隔开。") % {"piece": piece})
        try:
            yield name, take(told)
        except RowError as fault:
            raise RowError(column, str(fault)) from None


def _split(text: str | None) -> list[str]:
    return [piece for piece in _SEPARATORS.split((text or "").strip()) if piece]


def _pieces(text: str | None) -> list[str]:
    """Words and numbers of a cell, each word by its English name."""
    return [_SAID.get(piece, piece.lower() if piece.isalpha() else piece) for piece in _split(text)]


def _persistence(pieces: Sequence[str]) -> float:
    told = [piece.partition("=")[2] for piece in pieces if piece.startswith(("持续=", "persistence="))]
    return _number(told[0]) if told else 0.0


def _number(piece: str) -> float:
    try:
        return float(piece.rstrip("%")) / (100 if piece.endswith("%") else 1)
    except ValueError:
        raise RowError("figures", _("“%(piece)s”不是数。") % {"piece": piece}) from None


def _month(text: str) -> int:
    try:
        return month_of(text)
    except ValueError:
        raise RowError("figures", _("“%(piece)s”不是月份。") % {"piece": text}) from None
