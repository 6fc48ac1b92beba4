"""Compile the machine of the tree ahead of its first use: ``python -m tiaodu.engine.outlook.warming``."""

from __future__ import annotations

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook.model import Given, Inputs, Node
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.run import run
from tiaodu.engine.outlook.tree import Tree


def warm() -> None:
    """Compile the machine, or read what was compiled earlier."""
    tree = Tree.of([Node("warm:count", "", Given(1.0))])
    draws = Draws(1, 8)
    draws.row("warm", 0)
    run(tree, months=Months.parse("2024"), inputs=Inputs(), draws=draws, wanted=["warm:count"], threads=1)


if __name__ == "__main__":
    warm()
