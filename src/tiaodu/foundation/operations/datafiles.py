"""Whether the data files of the package can be read and bear the head every one must have."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

HEAD = ("code", "valid_from", "source", "confidence")


def faults() -> tuple[int, list[str]]:
    """How many data files there are, and what is wrong with them."""
    root = Path(str(resources.files("tiaodu.data")))
    paths = sorted(root.rglob("*.yaml"))
    return len(paths), [fault for path in paths for fault in _faults(path, path.relative_to(root).as_posix())]


def _faults(path: Path, name: str) -> Iterator[str]:
    try:
        loaded: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        yield f"{name}: {str(error).splitlines()[0]}"
        return
    if not isinstance(loaded, dict):
        yield f"{name}: no fields"
        return
    missing = [field for field in HEAD if not loaded.get(field)]
    if missing:
        yield f"{name}: no {', '.join(missing)}"
