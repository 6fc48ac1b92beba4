"""Lets the demo's people open, take, hand over and strike off items, each act on its own day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from tiaodu.engine.briefing.word import OfficialDocument
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files import services as files
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.items import about, services
from tiaodu.foundation.items.acts import ACTS
from tiaodu.foundation.items.models import Item
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.documents.models import Document
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.projects.models import Project
from tiaodu.web.demo.county import Say, read

PEOPLE, BODIES = ("to", "responsible", "deputy"), ("department", "authority")
ONE_DAY = timedelta(days=1)


def load_orders(people: Mapping[str, User], document: Document, say: Say) -> int:
    """Carry out the demo's orders day by day, with what the system does every night. How many there are."""
    file = read("orders")
    say(f"示例交办单、督办单和提请 {len(file['rows'])} 件")
    opened: dict[str, Item] = {}
    days = _by_day(file)
    day, last = min(days), date(max(days).year, 12, 31)
    while day <= last:
        with clock.as_of(day):
            for row, act in days.get(day, ()):
                _carry_out(row, act, opened, people, document)
            services.items_nightly()
        day += ONE_DAY
    return len(opened)


def _by_day(file: Mapping[str, Any]) -> dict[date, list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]]:
    """What happens on each day, in the order of the file; an act of None opens the row's item."""
    found: dict[date, list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]] = {}
    for absence in file["absences"]:
        found.setdefault(absence["day"], []).append(({}, absence))
    for row in file["rows"]:
        found.setdefault(row["day"], []).append((row, None))
        for act in row["acts"]:
            found.setdefault(act["day"], []).append((row, act))
    return found


def _carry_out(
    row: Mapping[str, Any],
    act: Mapping[str, Any] | None,
    opened: dict[str, Item],
    people: Mapping[str, User],
    document: Document,
) -> None:
    if act is None:
        opened[row["id"]] = _open(row, people, document)
    elif not row:
        told = _told(act, people, document)
        services.absence_record(user=people[act["by"]], **told)
    else:
        opened[row["id"]] = _act(opened[row["id"]], act, people, document)


def _open(row: Mapping[str, Any], people: Mapping[str, User], document: Document) -> Item:
    user = people[row["by"]]
    basis = services.Basis(**row["basis"]) if "basis" in row else None
    values = {
        "kind": row["kind"],
        "title": row["title"],
        "responsible": people[row["responsible"]] if "responsible" in row else None,
        **{name: _body(row[name], document) for name in BODIES},
        **{name: row[name] for name in ("due", "limit", "days", "text", "released", "sector") if name in row},
    }
    found = about.find(user, *_about(row, document))
    return services.item_open(user=user, about=found, basis=basis, **values)


def _about(row: Mapping[str, Any], document: Document) -> tuple[str, str]:
    """What an item is about: a project by its subject's code, else a task by words of its title."""
    if "project" in row:
        project = Project.objects.get(region=document.region, subject__code=row["project"])
        return "projects.project", str(project.pk)
    tasks = Task.objects.filter(
        region=document.region, plan_year=document.plan_year, title__contains=row["task"]
    )
    return "ledger.task", str(tasks.order_by("number")[0].pk)


def _act(item: Item, act: Mapping[str, Any], people: Mapping[str, User], document: Document) -> Item:
    found, user = ACTS[act["do"]], people[act["by"]]
    told = _told(act, people, document)
    if found.slug == "claim":
        told["proof"] = _proof(user, str(act["text"]))
    if found.slug != "note":
        item.refresh_from_db()
        told["version"] = item.version
    return found.call(user=user, item_id=item.pk, **told, **(found.fixed or {}))


def _told(act: Mapping[str, Any], people: Mapping[str, User], document: Document) -> dict[str, Any]:
    """What an act fills in: people and bodies instead of their names."""
    told = {key: value for key, value in act.items() if key not in ("day", "by", "do")}
    told |= {name: people[told[name]] for name in PEOPLE if name in told}
    return told | {name: _body(told[name], document) for name in BODIES if name in told}


def _body(code: str, document: Document) -> Subject:
    return Subject.objects.get(region=document.region, code=code)


def _proof(user: User, text: str) -> StoredFile:
    """A document that says of itself that it is an example."""
    day = clock.today()
    moment = datetime.combine(day, time(9), tzinfo=clock.CHINA)
    paper = OfficialDocument(title="佐证材料（示例）", author=str(user), moment=moment)
    paper.title("佐证材料（示例）")
    paper.paragraph(text)
    paper.paragraph("本材料由演示程序生成，仅作示例，不是真实佐证。")
    return files.file_store(user=user, name=f"佐证-{day:%Y%m%d}.docx", data=paper.bytes())
