"""Two people at the same moment, on both databases: one is first, the other is told what the first wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from tests.architecture.tree import ROOT
from tests.foundation.evidence import race


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has its own run below")
def test_two_writers_on_postgresql() -> None:
    race.run_all()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has its own run above")
def test_two_writers_on_a_file_of_sqlite(tmp_path: Path) -> None:
    environment = {**os.environ, "TIAODU_DATA": str(tmp_path), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.foundation.evidence.race"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr
