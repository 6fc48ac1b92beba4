"""The kinds of proof and how strong each is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import Integer, ListOf, Record, Text, load_datafile, with_head
from tiaodu.engine.stages.model import Label
from tiaodu.engine.stages.words import CODE

_SHAPE = with_head(
    {"kinds": ListOf(Record({"code": CODE, "rung": Integer(1, 4), "zh": Text(), "en": Text()}))}
)


@dataclass(frozen=True, slots=True)
class ProofKind:
    """A kind of proof; ``rung`` from 1, said, to 4, seen or measured by somebody else."""

    code: str
    rung: int
    name: Label


def projects_data(name: str) -> Path:
    """Where the data file ``name`` of the room lies."""
    return Path(str(files("tiaodu.data").joinpath("projects", name)))


@lru_cache(maxsize=1)
def proof_kinds() -> dict[str, ProofKind]:
    """The kinds of data/projects/proofs.yaml by code."""
    raw: dict[str, Any] = load_datafile(projects_data("proofs.yaml"), _SHAPE)
    return {
        each["code"]: ProofKind(each["code"], each["rung"], Label(each["zh"], each["en"]))
        for each in raw["kinds"]
    }
