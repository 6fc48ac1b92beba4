"""Every service that writes leaves an entry in the audit log, itself or as a step of one that does.

Who calls whom is read from the source: names and modules that a function uses lead to functions of the
package, through packages that hand them on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.architecture.tree import PACKAGE, files, place, tree

Function = tuple[str, str]  # module, name

RECORD: Function = ("tiaodu.foundation.audit.services", "record")
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
# What is no act of a person, with the reason.
NOTES = {
    "tiaodu.foundation.interfaces.services.token_count": "a note of use, not an act",
    "tiaodu.foundation.jobs.services.job_start": "the act that needs the job is in the log",
    "tiaodu.foundation.jobs.services.job_run": "what the handler does is in the log",
    "tiaodu.foundation.jobs.services.jobs_seen": "a note of what was shown",
    "tiaodu.foundation.jobs.services.jobs_reclaim": "the queue puts itself right",
    "tiaodu.foundation.jobs.services.queue_prune": "the queue forgets what is over",
    "tiaodu.foundation.jobs.services.nightly_start": "what the handlers do is in the log",
    "tiaodu.foundation.lists.bulk.services.bulk_work": "each row is an act of its own, and so is its start",
    "tiaodu.foundation.registry.services.duplicates.duplicates_find": "worked out from what is there",
    "tiaodu.rooms.returns.entry.services.foreseeing.outlooks_keep": "worked out from what is there",
    "tiaodu.foundation.registry.services.loading.measures_refresh": "what the product brings with it",
}


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(path): path for path in files(".py", PACKAGE) if "migrations" not in path.parts}


@cache
def functions(module: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree(MODULES[module]).body if isinstance(node, ast.FunctionDef)}


@cache
def names(module: str) -> dict[str, Function]:
    """What each imported name of a module stands for: (module, name in it), or (module, "") for a module."""
    found: dict[str, Function] = {}
    for node in ast.walk(tree(MODULES[module])):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                target = (whole, "") if whole in MODULES else (node.module, name.name)
                found[name.asname or name.name] = target
    return found


def resolve(module: str, name: str) -> Function | None:
    """The function of the package that a name of a module leads to, through packages that hand it on."""
    seen: set[Function] = set()
    while module in MODULES and (module, name) not in seen:
        seen.add((module, name))
        if name in functions(module):
            return module, name
        if name not in names(module):
            return None
        module, name = names(module)[name]
    return None


def targets(module: str, node: ast.AST) -> Iterator[Function]:
    """The functions of the package that a piece of a module calls or hands on."""
    for part in ast.walk(node):
        target = None
        if isinstance(part, ast.Name):
            target = resolve(module, part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            whole, rest = names(module).get(part.value.id, ("", "x"))
            target = resolve(whole, part.attr) if not rest and whole in MODULES else None
        if target:
            yield target


@cache
def uses(function: Function) -> frozenset[Function]:
    """What the body of a function uses."""
    module, name = function
    return frozenset(targets(module, functions(module)[name])) - {function}


@cache
def callers() -> dict[Function, set[Function]]:
    """For each function what uses it: functions and classes by name, and bodies of modules as ""."""
    found: dict[Function, set[Function]] = {}
    for module, path in MODULES.items():
        for node in tree(path).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                continue
            by = (module, getattr(node, "name", ""))
            for target in set(targets(module, node)) - {by}:
                found.setdefault(target, set()).add(by)
    return found


def is_a_step(function: Function, seen: frozenset[Function] = frozenset()) -> bool:
    """Whether everything that uses a function is a service that records, or a step of such."""
    used_by = callers().get(function, set()) - seen
    return bool(used_by) and all(
        by[1] in functions(by[0])
        and _in_services(by[0])
        and (RECORD in reach(by) or ".".join(by) in NOTES or is_a_step(by, seen | {function}))
        for by in used_by
    )


def _in_services(module: str) -> bool:
    return "services" in module.split(".")


@cache
def reach(function: Function) -> frozenset[Function]:
    """A function and everything it comes to."""
    found, waiting = {function}, [function]
    while waiting:
        for target in uses(waiting.pop()) - found:
            found.add(target)
            waiting.append(target)
    return frozenset(found)


def writes(function: Function) -> bool:
    """Whether the body of a function itself changes rows."""
    for node in ast.walk(functions(function[0])[function[1]]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            only_named = node.func.attr == "update" and not node.args and bool(node.keywords)
            if node.func.attr in WRITES or only_named:
                return True
    return False


def services() -> list[Function]:
    found = []
    for module in sorted(MODULES):
        if _in_services(module):
            found += [(module, name) for name in functions(module) if not name.startswith("_")]
    return [function for function in found if function != RECORD]


WRITERS = [function for function in services() if any(map(writes, reach(function) - {RECORD}))]


@pytest.mark.parametrize("function", WRITERS, ids=".".join)
def test_a_service_that_writes_is_in_the_log(function: Function) -> None:
    if ".".join(function) not in NOTES:
        assert RECORD in reach(function) or is_a_step(function), place(MODULES[function[0]])


def test_the_rule_sees() -> None:
    """An act through packages and steps; and one that nobody notes, if it were used by a page."""
    known = {".".join(function) for function in WRITERS}
    assert "tiaodu.rooms.documents.services.uploading.document_upload" in known
    assert RECORD in reach(("tiaodu.rooms.documents.services.uploading", "document_upload"))
    assert is_a_step(("tiaodu.foundation.registry.services.naming", "alias_put"))
    seen = ("tiaodu.foundation.jobs.services", "jobs_seen")
    assert RECORD not in reach(seen)
    assert not is_a_step(seen)


def test_every_exception_is_still_one() -> None:
    assert NOTES.keys() <= {".".join(function) for function in WRITERS}
