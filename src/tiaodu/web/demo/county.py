"""Loads the demo county's divisions, departments, subjects and people, and reads its plan into the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import make_password

from tiaodu.engine.kernel.datafile import load_plain
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry import services as registry
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.documents import services as documents
from tiaodu.rooms.documents.models import Document, Secrecy
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.models import Task

COUNTY: Final = "140722"
FIRST_DAY: Final = date(2024, 7, 1)  # the day the demo opens on

Say = Callable[[str], None]


def folder() -> Traversable:
    """Where the demo county's files are."""
    return resources.files("tiaodu.data") / "demo" / "zuoquan-2024"


def read(name: str) -> dict[str, Any]:
    """One of its files."""
    return dict(load_plain((folder() / f"{name}.yaml").read_text(encoding="utf-8")))


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one of its files."""
    return list(read(name)["rows"])


def is_loaded() -> bool:
    """Whether the demo county is in this database."""
    return Document.objects.filter(region__code=COUNTY, sample=True).exists()


def is_other_county() -> bool:
    """Whether this database holds people of a real county: the demo never mixes with them."""
    return User.objects.filter(sample=False).exists()


def password() -> str:
    """The one password of all demo accounts: made for this installation, kept for its owner."""
    path = settings.DATA / "demo_password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}", encoding="ascii")
    return str(path.read_text(encoding="ascii").strip())


def load_register(say: Say) -> Region:
    """Divisions, measures, departments and subjects."""
    say("行政区划、指标口径、部门、主体")
    registry.regions_load(user=None, rows=rows("regions"))
    registry.measures_load(user=None)
    county = Region.objects.get(code=COUNTY)
    for name in ("departments", "subjects"):
        registry.subjects_load(user=None, region=county, rows=rows(name))
    for neighbour in read("departments")["neighbours"]:
        region = Region.objects.get(code=neighbour["region"])
        registry.subjects_load(user=None, region=region, rows=neighbour["rows"])
    return county


def load_people(say: Say) -> dict[str, User]:
    """One account for each role, all with the demo password."""
    say("示例账号")
    hashed = make_password(password())  # once for all: a strong hash takes half a second
    return {row["username"]: _person(row, hashed) for row in rows("people")}


def _person(row: Mapping[str, Any], hashed: str) -> User:
    region = Region.objects.get(code=row["region"])
    subjects = Subject.objects.filter(region=region)
    user = User(
        username=row["username"],
        display_name=row["name"],
        region=region,
        department=subjects.filter(code=row.get("department", "")).first(),
        sectors=row.get("sectors", []),
        roles=row["roles"],
        sample=True,
    )
    user.password = hashed
    user.save()
    user.subjects.set(subjects.filter(code__in=row.get("subjects", [])))
    return user


def load_liaisons(people: Mapping[str, User], say: Say) -> None:
    """Who looks after which firm or project, all of it 示例."""
    say("包联表")
    table = read("liaisons")
    region = Region.objects.get(code=COUNTY)
    rows = [{**row, "sample": True} for row in table["rows"]]
    with clock.as_of(table["valid_from"]):
        outcome = registry.liaisons_import(user=people["office"], region=region, rows=rows)
    assert not outcome.refused, outcome.refused  # noqa: S101  the demo's own data are without fault


def read_plan(people: Mapping[str, User], say: Say) -> Document:
    """Hand in the plan as the clerk would and accept it as the dispatcher would, on the day it bears."""
    plan = read("plan")
    with clock.as_of(plan["document_date"]):
        say("读取计划文件")
        document = documents.document_upload(
            user=people["clerk"],
            title=plan["title"],
            secrecy=Secrecy.PUBLIC,
            document_date=plan["document_date"],
            plan_year=plan["plan_year"],
            filename=f"{plan['title']}.txt",
            data=(folder() / plan["file"]).read_bytes(),
            sample=True,
        )
        say("接受条目，形成任务")
        ledger.statements_accept(user=people["dispatcher"], document_id=document.pk, questioned=True)
        _release_to_firms(people)
    return document


def _release_to_firms(people: Mapping[str, User]) -> None:
    """Firms see what concerns them once it is released: here, all that concerns those with an account."""
    firms = [subject for user in people.values() if "firm" in user.roles for subject in user.subjects.all()]
    for task in Task.objects.filter(subject__in=firms):
        ledger.task_release(user=people["dispatcher"], task_id=task.pk, version=task.version)
