"""Have everything that Numba compiles compiled before it is needed; run as a module, it does so.

It takes a minute or so of one processor, once for a version of the program and a kind of computer; what
comes of it is kept in the folder NUMBA_CACHE_DIR names, else beside the program or in the user's own cache.
"""

from __future__ import annotations

from tiaodu.engine.kernel.expression import warming as expression
from tiaodu.engine.outlook import warming as outlook
from tiaodu.engine.stages import warming as stages


def warm() -> None:
    """Compile, or read what was compiled earlier."""
    expression.warm()
    stages.warm()
    outlook.warm()


if __name__ == "__main__":
    warm()
