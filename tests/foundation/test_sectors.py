"""The fields of work are data: the package's list, or a county's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import translation

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.foundation.registry import sectors

HEAD = "code: sectors\nvalid_from: 2024-01-01\nsource: the county\nconfidence: practice\n"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    sectors._rows.cache_clear()
    yield
    sectors._rows.cache_clear()


def test_the_packaged_list_serves_any_county() -> None:
    assert {"coal", "agriculture", "education"} <= set(sectors.sectors())
    with translation.override("en"):
        assert sectors.sector_name("agriculture") == "Agriculture and countryside"


def test_a_county_lays_its_own_list_into_its_data_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "sectors.yaml").write_text(
        HEAD + "rows:\n- {code: tea, zh: 茶产业, en: Tea}\n", encoding="utf-8"
    )
    assert (sectors.sectors(), sectors.sector_name("tea"), sectors.sector_name("coal")) == (
        ["tea"],
        "茶产业",
        "coal",
    )


def test_a_bad_list_names_its_line(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "sectors.yaml").write_text(HEAD + "rows:\n- {code: tea, zh: 茶产业}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"sectors\.yaml"):
        sectors.sectors()
