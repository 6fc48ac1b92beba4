"""How much a list keeps, prints or does in one go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from tiaodu.engine.kernel.datafile import Integer, load_datafile, with_head


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of data/lists/limits.yaml."""

    views_per_person: int
    print_rows: int
    bulk_rows: int
    bulk_at_once: int
    import_rows: int
    import_columns: int
    import_megabytes: int


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits of this installation."""
    names = tuple(Limits.__dataclass_fields__)
    path = Path(str(files("tiaodu.data").joinpath("lists", "limits.yaml")))
    loaded = load_datafile(path, with_head({name: Integer(1, 10**9) for name in names}))
    return Limits(**{name: loaded[name] for name in names})
