"""The locks are complete, belong to pyproject.toml, and name no machine."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.architecture.tree import ROOT

LOCKS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEV = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]
BENCH = [Requirement(text) for text in PROJECT["dependency-groups"]["bench"]]


def pinned(name: str) -> list[Requirement]:
    """Every pin; a package may have one for each Python."""
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    return [Requirement(line.rstrip(" \\")) for line in text.splitlines() if re.match(r"[a-z]", line)]


def holds(requirement: Requirement) -> bool:
    """Whether a requirement is meant for this Python and machine."""
    return requirement.marker is None or requirement.marker.evaluate()


def locked(name: str) -> dict[str, Requirement]:
    """Package name → the requirement pinned for this Python."""
    return {canonicalize_name(pin.name): pin for pin in pinned(name) if holds(pin)}


def version(pin: Requirement) -> str:
    return next(iter(pin.specifier)).version


@pytest.mark.parametrize("name", ["bootstrap", "run", "all"])
def test_a_lock_holds_only_names_versions_and_hashes(name: str) -> None:
    line = re.compile(
        r"[a-z0-9-]+(\[[a-z,-]+\])?==[0-9][0-9a-z.]*( ; [^:/@]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?"
    )
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    assert [row for row in text.splitlines() if not line.fullmatch(row)] == []
    pins = re.findall(r"^[a-z].*$\n(.*)$", text, flags=re.MULTILINE)
    assert pins
    assert all(following.startswith("    --hash") for following in pins)


@pytest.mark.parametrize(("name", "asked"), [("run", RUN), ("all", RUN + DEV)])
def test_the_lock_gives_what_is_asked_for(name: str, asked: list[Requirement]) -> None:
    pins = locked(name)
    wrong = [
        str(requirement)
        for requirement in filter(holds, asked)
        if (pin := pins.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(version(pin))
    ]
    assert wrong == [], "pyproject.toml has changed: ./run lock"


def _reachable(asked: list[Requirement]) -> set[str]:
    """Names of everything that is installed because of these requirements."""
    seen: set[tuple[str, str]] = set()
    waiting = [(requirement.name, extra) for requirement in asked for extra in ("", *requirement.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (key := (canonicalize_name(name), extra)) in seen:
            continue
        seen.add(key)
        try:
            needs = [Requirement(text) for text in distribution(name).requires or ()]
        except PackageNotFoundError:
            continue
        wanted = [need for need in needs if need.marker is None or need.marker.evaluate({"extra": extra})]
        waiting += [(need.name, more) for need in wanted for more in ("", *need.extras)]
    return {name for name, _ in seen}


@pytest.mark.parametrize(("name", "asked"), [("run", RUN), ("all", RUN + DEV)])
def test_the_lock_gives_nothing_else(name: str, asked: list[Requirement]) -> None:
    assert set(locked(name)) - _reachable(asked) == set(), "something is no longer needed: ./run lock"


def test_running_and_testing_use_the_same_versions() -> None:
    assert {str(pin) for pin in pinned("run")} <= {str(pin) for pin in pinned("all")}


def test_benchmark_peers_are_not_installed_for_the_tests() -> None:
    assert {canonicalize_name(peer.name) for peer in BENCH}.isdisjoint(
        canonicalize_name(pin.name) for pin in pinned("all")
    )
