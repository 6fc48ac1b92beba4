"""What changed between two outlooks and why: runs with one group of what is new put in at a time.

The order is evidence, dates, coefficients, model: what happened is told before what is thought. A group's
part is the difference it makes on top of those before it, so the parts add up to the whole; in another order
they would be cut differently. All runs use the same draws.

- evidence: known months, and the months that should be reported
- dates: days of stage networks
- coefficients: figures of nodes that stay of one kind (given figures, chances, ramps, counts, causes,
adjustments)
- model: rules, new and vanished nodes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook.model import Arrivals, Given, Inputs, Node, Noise, Worked
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.result import Result, Values
from tiaodu.engine.outlook.tree import Tree
from tiaodu.engine.outlook.whatif import Case

GROUPS = ("evidence", "dates", "coefficients", "model")
_FIGURES = (Given, Worked, Noise, Arrivals)


@dataclass(frozen=True, slots=True)
class Asked:
    """The figure that is explained: a node over a period, and the promise on it."""

    key: str
    period: str
    promise: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one group changed: the mean, the middle and the chance after it, less those before it; ``names``
    are the nodes and dates of the group that differ.
    """

    group: str
    mean: float
    middle: float
    chance: float | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The figure before and after, and the parts in their order; groups in which nothing differs are left
    out.
    """

    before: Values
    after: Values
    parts: tuple[Part, ...]


def explained(before: Case, after: Case, *, asked: Asked, months: Months, draws: Draws) -> Explained | None:
    """Why the outlook of ``asked`` changed; None when one side has no value in any scenario.

    Raises KeyError when a side does not have the node.
    """
    found = _values(before, asked, months, draws)
    first, parts = found, []
    for group, case, names in _steps(before, after):
        then = _values(case, asked, months, draws)
        part = _part(group, found, then, asked, names)
        if part is None:
            return None
        parts.append(part)
        found = then
    return Explained(first, found, tuple(parts)) if first.known.size and found.known.size else None


def _values(case: Case, asked: Asked, months: Months, draws: Draws) -> Values:
    result: Result = case.run(months, draws, [asked.key])
    return result.over(asked.key, asked.period)


def _part(group: str, found: Values, then: Values, asked: Asked, names: Sequence[str]) -> Part | None:
    if not (found.known.size and then.known.size):
        return None
    one, other = found.quantiles((0.5,))[0], then.quantiles((0.5,))[0]
    chance = None
    if asked.promise:
        chance = (then.chance(*asked.promise) or 0.0) - (found.chance(*asked.promise) or 0.0)
    return Part(group, (then.mean or 0.0) - (found.mean or 0.0), other - one, chance, tuple(names))


def _steps(before: Case, after: Case) -> Iterator[tuple[str, Case, list[str]]]:
    """The case after each group that differs, with the names in it that do."""
    old, new = before.inputs, after.inputs
    known = [key for key in {**old.known, **new.known} if old.known.get(key) != new.known.get(key)]
    dates = [name for name in {**old.dates, **new.dates} if old.dates.get(name) is not new.dates.get(name)]
    figures = [node for node in after.tree.nodes.values() if _is_figure(before.tree, node)]
    causes = [name for name, c in after.tree.causes.items() if before.tree.causes.get(name, c) != c]
    model = _model(before.tree, after.tree, {node.key for node in figures})
    case = before
    if known or old.until != new.until:
        case = replace(case, inputs=replace(case.inputs, known=new.known, until=new.until))
        yield "evidence", case, known
    if dates:
        # Dates the old tree still asks for stay until the model is changed.
        case = replace(case, inputs=replace(case.inputs, dates={**old.dates, **new.dates}))
        yield "dates", case, dates
    if figures or causes:
        case = replace(case, tree=_with(case.tree, figures, after.tree, causes), inputs=_all_dates(case, new))
        yield "coefficients", case, [*(node.key for node in figures), *causes]
    if model:
        yield "model", after, model


def _is_figure(tree: Tree, node: Node) -> bool:
    """A node that differs from the tree's in its figures only."""
    old = tree.nodes.get(node.key)
    if old is None or old == node or old.unit != node.unit:
        return False
    same_rule = isinstance(node.kind, _FIGURES) and type(node.kind) is type(old.kind)
    return same_rule or old.kind == node.kind


def _model(before: Tree, after: Tree, figures: set[str]) -> list[str]:
    keys = {**before.nodes, **after.nodes}
    return [k for k in keys if before.nodes.get(k) != after.nodes.get(k) and k not in figures]


def _with(tree: Tree, nodes: Iterable[Node], after: Tree, causes: Sequence[str]) -> Tree:
    """The tree with new figures, and with the causes they speak of."""
    shared = {**after.causes, **tree.causes, **{name: after.causes[name] for name in causes}}
    return Tree.of({**tree.nodes, **{node.key: node for node in nodes}}.values(), shared.values())


def _all_dates(case: Case, new: Inputs) -> Inputs:
    """Arrivals may follow dates that only the new inputs have."""
    return replace(case.inputs, dates={**new.dates, **case.inputs.dates})
