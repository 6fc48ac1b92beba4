"""Compile the column machine ahead of its first use: some fifteen seconds, once on a computer."""

from __future__ import annotations

import numpy as np

from tiaodu.engine.kernel.expression.nodes import Name
from tiaodu.engine.kernel.expression.parsing import parse
from tiaodu.engine.kernel.expression.program import compiled


def warm() -> None:
    """Compile the machine, or read what was compiled earlier; any program then starts at once."""
    expression = parse("x > 0", names={"x": Name("number")})
    compiled({"warm": expression}, None).run({"x": np.zeros(1)})


if __name__ == "__main__":
    warm()
