"""The score on the labelled passages does not fall below what was reached."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GOLD = Path(os.environ.get("TIAODU_GOLD") or ROOT.parent / "shared" / "gold")
FLOORS = {
    "detection_F1": 0.99,
    "kind": 0.97,
    "measure": 0.97,
    "due": 0.97,
    "subject": 0.93,
    "record_F1": 0.92,
}


@pytest.mark.skipif(
    not (GOLD / "score.py").exists(), reason="the labelled passages are not here (TIAODU_GOLD)"
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the scorer leaves its files open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_scores_hold(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "bench_reading_score", ROOT / "bench" / "reading" / "score.py"
    )
    assert spec is not None and spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    passages, scorer = bench.find_gold(str(GOLD))
    bench.predict(passages, tmp_path)
    result, errors = bench.load_scorer(scorer).score(str(tmp_path), str(passages))
    assert {name: result[name] for name, floor in FLOORS.items() if result[name] < floor} == {}, errors
    assert result["milestone_whole_F1"] >= 0.9
