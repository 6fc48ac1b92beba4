"""What comes from others is what its manifest says, and asks no other host for anything."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.architecture.tree import PACKAGE, place

STATIC = PACKAGE / "web" / "static"
VENDOR = STATIC / "vendor"
MANIFEST: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]
TEXT = (".css", ".js", ".svg")
OWN_NAMESPACES = ("http://www.w3.org/2000/svg",)


def test_every_file_is_in_the_manifest_and_unchanged() -> None:
    kept = {path.name for path in VENDOR.iterdir()} - {"manifest.json"}
    assert kept == {entry[key] for entry in MANIFEST for key in ("file", "licence_file")}
    for entry in MANIFEST:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry[
            "file"
        ]
        assert entry["name"] and entry["version"] and entry["licence"]


@pytest.mark.parametrize("path", sorted(p for p in STATIC.rglob("*") if p.suffix in TEXT), ids=place)
def test_nothing_is_loaded_from_another_host_or_a_source_map(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for namespace in OWN_NAMESPACES:
        text = text.replace(namespace, "")
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", text)
    assert "sourceMappingURL" not in text


def test_every_icon_that_is_used_is_there() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (VENDOR / "tabler-icons.svg").read_text()))
    used = {
        name
        for page in PACKAGE.rglob("*.html")
        for name in re.findall(r'{%\s*icon "([a-z0-9-]+)"\s*%}', page.read_text(encoding="utf-8"))
    }
    used |= set(re.findall(r'Room\([^)]*?\), "([a-z0-9-]+)"', (PACKAGE / "web/navigation.py").read_text()))
    assert used - drawn == set()
    assert "home" in used
