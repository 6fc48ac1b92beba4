"""What is kept of others is named in NOTICE."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.architecture.tree import PACKAGE, ROOT, place


@pytest.mark.parametrize("manifest", sorted(PACKAGE.glob("**/static/vendor/manifest.json")), ids=place)
def test_the_notice_names_every_work(manifest: Path) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    entries = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    assert [e["file"] for e in entries if e["file"] not in notice or e["version"] not in notice] == []
