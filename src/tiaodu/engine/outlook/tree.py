"""Nodes put together to a tree: checked as a whole, put in order, and able to tell about every node.

>>> from tiaodu.engine.outlook.model import Adds, Formula, Given, Node
>>> lines = Node("glove:facility_count.line", "条", Given(58.0), Adds.LAST, "手套线", "规划")
>>> rate = Node("glove:rate", "万只/条", Given(300.0), Adds.MEAN, "单线月产", "设计产能")
>>> rule = Formula("lines * rate", (("lines", lines.key), ("rate", rate.key)))
>>> gloves = Node("glove:output", "亿只", rule, title="手套产量", source="规划测算口径")
>>> tree = Tree.of([gloves, lines, rate])
>>> tree.order, tree.findings
(('glove:facility_count.line', 'glove:rate', 'glove:output'), ())
>>> tree.tell("glove:output").formula, tree.tell("glove:output", "en").inputs[0]
('公式：lines * rate', ('lines', 'glove:facility_count.line', '手套线', '条'))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from tiaodu.engine.outlook import checks, telling
from tiaodu.engine.outlook.formulas import Lowered, read
from tiaodu.engine.outlook.model import Cause, Formula, Node, Offer
from tiaodu.engine.outlook.words import ERROR, Finding


class TreeError(ValueError):
    """A tree that cannot be run, with all that is wrong with it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(finding.tell("en") for finding in self.findings))


@dataclass(frozen=True)
class Tree:
    """Nodes by key, each after those it is computed from, and causes by name.

    ``findings`` are all that is wrong or worth a word; a tree with an error among them is not run.
    """

    nodes: Mapping[str, Node]
    causes: Mapping[str, Cause]
    findings: tuple[Finding, ...] = ()
    rules: Mapping[str, Lowered] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, nodes: Iterable[Node], causes: Iterable[Cause] = ()) -> Tree:
        """The tree of ``nodes``, checked."""
        every, shared = list(nodes), list(causes)
        found = [*_twice(every), *_causes_twice(shared)]
        by_key = {node.key: node for node in every}
        by_name = {cause.name: cause for cause in shared}
        ordered = _ordered(by_key)
        if isinstance(ordered, Finding):
            found.append(ordered)
            ordered = tuple(by_key)
        units = {node.key: node.unit for node in every}
        rules: dict[str, Lowered] = {}
        for key in ordered:
            node = by_key[key]
            found += checks.of_node(node, by_key, by_name)
            if isinstance(node.kind, Formula):
                rule = read(node, units)
                if isinstance(rule, Lowered):
                    rules[key] = rule
                elif not _told_already(rule, found, node):
                    found.append(rule)
        found += [finding for cause in shared for finding in checks.of_cause(cause)]
        return cls({key: by_key[key] for key in ordered}, by_name, tuple(found), rules)

    @property
    def order(self) -> tuple[str, ...]:
        """Keys in the order of reckoning."""
        return tuple(self.nodes)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids a run."""
        return tuple(finding for finding in self.findings if finding.severity == ERROR)

    def demand(self) -> None:
        """Raise TreeError when the tree cannot be run."""
        if self.errors:
            raise TreeError(self.errors)

    def needed(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """All that ``wanted`` are computed from, with them, each after its inputs and as late as may be, so
        that few figures wait at a time; raises KeyError for a name not there.
        """
        done: dict[str, None] = {}
        open_ = [(key, False) for key in reversed(list(wanted))]
        while open_:
            key, ready = open_.pop()
            if ready:
                done[key] = None
            elif key not in done:
                open_.append((key, True))
                open_ += [(name, False) for name in reversed(self.nodes[key].inputs) if name not in done]
        return tuple(done)

    def dates(self, keys: Iterable[str] | None = None) -> tuple[str, ...]:
        """The names of dates the nodes follow, each once."""
        chosen = self.nodes.values() if keys is None else [self.nodes[key] for key in keys]
        return tuple(dict.fromkeys(name for node in chosen for name in checks.dates_of(node)))

    def with_nodes(self, nodes: Iterable[Node]) -> Tree:
        """The tree with ``nodes`` in place of those of their keys, or added, checked again."""
        return Tree.of({**self.nodes, **{node.key: node for node in nodes}}.values(), self.causes.values())

    def swapped(self, node: Node) -> Tree:
        """The tree with a node that computes from the same series and gives the same unit as the one of its
        key: nothing needs to be checked again.
        """
        return replace(self, nodes={**self.nodes, node.key: node})

    def tell(self, key: str, language: str = "zh") -> telling.Told:
        """Formula, unit, inputs and source of a node in words."""
        return telling.told(self.nodes[key], self.nodes, language)


def _told_already(rule: Finding, found: list[Finding], node: Node) -> bool:
    """A name whose series is missing is told as that, not again as an unknown name."""
    return rule.code == "rule" and any(f.node == node.key and f.code == "unknown_series" for f in found)


def _twice(nodes: Iterable[Node]) -> Iterator[Finding]:
    for key, count in Counter(node.key for node in nodes).items():
        if count > 1:
            yield Finding("duplicate", key, params={"count": count})


def _causes_twice(causes: list[Cause]) -> Iterator[Finding]:
    """Two rooms may speak of one cause, if they mean the same by it."""
    for name in dict.fromkeys(cause.name for cause in causes):
        kinds = {(cause.per, cause.persistence) for cause in causes if cause.name == name}
        if len(kinds) > 1:
            yield Finding("duplicate_cause", name, params={"cause": name, "count": len(kinds)})


def _ordered(nodes: Mapping[str, Node]) -> tuple[str, ...] | Finding:
    """Keys, each after its inputs; nodes without an order between them stay as they were given."""
    needs = {key: [name for name in node.inputs if name in nodes] for key, node in nodes.items()}
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = tuple(reversed(error.args[1]))
        return Finding("cycle", circle[0], params={"nodes": circle})


def gathered(offers: Iterable[Offer]) -> tuple[Tree, Offer]:
    """The tree of what rooms hand over, and all of it as one offer with its dates."""
    every = list(offers)
    dates: dict[str, object] = {}
    twice = []
    for offer in every:
        for name, days in offer.dates.items():
            if name in dates and dates[name] is not days:
                twice.append(Finding("duplicate_date", name, params={"date": name}))
            dates[name] = days
    whole = Offer(
        tuple(node for offer in every for node in offer.nodes),
        tuple(cause for offer in every for cause in offer.causes),
        {name: days for offer in every for name, days in offer.dates.items()},
    )
    tree = Tree.of(whole.nodes, whole.causes)
    return replace(tree, findings=(*tree.findings, *twice)), whole
