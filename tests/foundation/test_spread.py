"""One function over many keys gives the same on a cluster of this machine, and when a worker is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook.explain import Asked
from tiaodu.engine.outlook.many import County, outlooks
from tiaodu.engine.outlook.model import Formula, Inputs, Node, Noise
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.shapes import Lognormal
from tiaodu.engine.outlook.tree import Tree
from tiaodu.foundation.jobs import spread as spreading
from tiaodu.foundation.jobs.spread import Inside, Spread, spread
from tiaodu.foundation.refusal import Invalid


@pytest.fixture(scope="module")
def cluster() -> Iterator[Spread[Any, Any]]:
    """Two workers of this machine."""
    with spread(workers=2) as over:
        yield over


def county(key: str) -> County:
    """A mine and its tax."""
    luck = Node(f"{key}:luck", "", Noise(Lognormal(1.0, 0.2)), source="示例")
    coal = Node(f"{key}:coal", "万吨", Formula("40万吨 * luck", (("luck", luck.key),)), source="示例")
    return County(
        Tree.of([luck, coal]), Inputs(), Months.parse("2024"), (Asked(coal.key, "2024", (">=", 480)),)
    )


def squared(key: int) -> tuple[int, int]:
    return key, key * key


def lost_once(key: tuple[int, str]) -> int:
    """Of the fifth key the first worker is killed while it has it."""
    number, marker = key
    if number == 5 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 10


def test_counties_on_a_cluster_have_the_numbers_of_one_process(cluster: Spread[Any, Any]) -> None:
    keys, draws = [f"1407{number}" for number in range(21, 31)], Draws(7, 400)
    alone = list(outlooks(keys, county, draws=draws))
    assert [row.county for row in alone] == keys
    assert len({row.mean for row in alone}) == len(keys)
    assert list(outlooks(keys, county, draws=draws, spread=cluster)) == alone


def test_a_lost_worker_changes_no_result(cluster: Spread[Any, Any], tmp_path: Path) -> None:
    marker = str(tmp_path / "killed")
    assert list(cluster(lost_once, [(number, marker) for number in range(12)])) == [n * 10 for n in range(12)]
    assert Path(marker).exists()


def test_results_come_in_the_order_of_the_keys_and_taking_few_is_allowed(cluster: Spread[Any, Any]) -> None:
    found = cluster(squared, range(40, 0, -1))
    assert [next(found) for _ in range(3)] == [(40, 1600), (39, 1521), (38, 1444)]
    found.close()  # type: ignore[attr-defined]
    assert list(cluster(squared, [2])) == [(2, 4)]


def test_a_fault_of_the_function_reaches_who_asked(cluster: Spread[Any, Any]) -> None:
    with pytest.raises(ZeroDivisionError):
        list(cluster((1).__floordiv__, [1, 0]))


def test_a_function_is_found_where_the_program_is() -> None:
    with spread() as over:
        assert list(over(Inside("operator", "neg"), [1, 2])) == [-1, -2]


def test_one_process_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "import_module", _missing)
    with spread() as over:
        assert list(over(squared, [3, 1])) == [(3, 9), (1, 1)]
    with pytest.raises(Invalid, match="setup cluster"), spread(workers=2):
        pass


def _missing(name: str) -> Any:
    raise ImportError(name)


def test_what_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="至少"), spread(workers=0):
        pass
    monkeypatch.setattr(spreading, "PATIENCE", 1)
    with pytest.raises(Invalid, match="连不上"), spread(scheduler="tcp://127.0.0.1:9"):
        pass
