"""What is kept of others is named with version and licence, and is what was taken over."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.architecture.tree import PACKAGE, ROOT, place

FOLDERS = sorted(PACKAGE.glob("**/static/vendor"))


@pytest.mark.parametrize("folder", FOLDERS, ids=place)
def test_every_file_is_what_the_manifest_says(folder: Path) -> None:
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    sums = {
        entry["file"]: hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() for entry in entries
    }
    assert sums == {entry["file"]: entry["sha256"] for entry in entries}
    named = {"manifest.json", *sums, *(entry["licence_file"] for entry in entries)}
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == named


@pytest.mark.parametrize("folder", FOLDERS, ids=place)
def test_the_notice_names_every_work(folder: Path) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert [entry["file"] for entry in entries if entry["file"] not in notice or not entry["version"]] == []
