"""Score the reader on a folder of labelled passages: one command prints the table.

    python bench/reading/score.py [GOLD_FOLDER] [--errors N] [--keep FOLDER]

GOLD_FOLDER (or TIAODU_GOLD) is the folder that holds score.py beside passages/, or the passages themselves.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from tiaodu.engine.reading import load_vocabulary, read
from tiaodu.engine.reading.jsonl import statement_to_json


def find_gold(given: str | None) -> tuple[Path, Path]:
    """The passages and the scorer; exits with a message when there are none."""
    root = Path(
        given or os.environ.get("TIAODU_GOLD") or Path(__file__).parents[2].parent / "shared" / "gold"
    )
    passages = root / "passages" if (root / "passages").is_dir() else root
    for scorer in (root / "score.py", root.parent / "score.py", passages.parent / "score.py"):
        if scorer.exists():
            return passages, scorer
    sys.exit(
        f"no score.py in or above {root.name}: give the folder of the labelled passages or set TIAODU_GOLD"
    )


def load_scorer(path: Path) -> ModuleType:
    """The gold folder's own scorer."""
    spec = importlib.util.spec_from_file_location("gold_score", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path.name} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def document_date(text: str | None) -> date | None:
    """A document's date from its meta entry, which may be a year alone."""
    if not text or len(text) < 10:
        return None
    return date.fromisoformat(text[:10])


def predict(passages: Path, target: Path) -> None:
    """Read every passage into ``target``."""
    meta: dict[str, Any] = json.loads((passages / "meta.json").read_text(encoding="utf-8"))
    vocabulary = load_vocabulary()
    for path in sorted(passages.glob("*.txt")):
        entry = meta.get(path.stem, {})
        reading = read(
            path.read_bytes().decode("utf-8"),
            document_date=document_date(entry.get("doc_date")),
            plan_year=entry.get("plan_year"),
            vocabulary=vocabulary,
        )
        lines = (json.dumps(statement_to_json(s), ensure_ascii=False) for s in reading.statements)
        (target / f"{path.stem}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print the scores and, if asked, the errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="?")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    passages, scorer = find_gold(arguments.gold)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(arguments.keep or folder)
        target.mkdir(parents=True, exist_ok=True)
        predict(passages, target)
        result, errors = load_scorer(scorer).score(str(target), str(passages))
    for name, value in result.items():
        print(f"{name:22s} {value:.3f}" if isinstance(value, float) else f"{name:22s} {value}")
    for error in errors[: arguments.errors]:
        print(error)


if __name__ == "__main__":
    main()
