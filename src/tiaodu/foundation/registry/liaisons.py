"""Who looks after a subject: the person as a service takes him, and the rows of a 包联 table as written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import ListOf, MappingOf, Text, load_datafile, with_head
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.matching import SubjectMatcher
from tiaodu.foundation.registry.models import Liaison, Region, Subject, SubjectKind
from tiaodu.foundation.registry.selectors.subjects import officials_of

FIELDS = frozenset(
    {"subject", "role", "who", "username", "post", "valid_from", "valid_to", "source", "sample"}
)
_SHAPE = with_head({"roles": MappingOf(ListOf(Text()))})


@lru_cache(maxsize=1)
def role_words() -> dict[str, str]:
    """Each way a table writes a role, with the role: its code, its word, and those of data/registry."""
    source = Path(str(files("tiaodu.data").joinpath("registry", "liaison.yaml")))
    loaded: dict[str, Any] = load_datafile(source, _SHAPE)
    written = {word: role for role, words in loaded["roles"].items() for word in words}
    return {role: role for role in loaded["roles"]} | written


@dataclass(frozen=True, slots=True)
class Person:
    """Who looks after a subject: an account, a department, or a name alone; ``post`` says what he is."""

    user: User | None = None
    department: Subject | None = None
    name: str = ""
    post: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns of :class:`Liaison`; an account's own name is not written a second time."""
        name = "" if self.user is not None or self.department is not None else self.name.strip()
        return {"user": self.user, "department": self.department, "name": name, "post": self.post.strip()}

    def is_among(self, rows: QuerySet[Liaison]) -> bool:
        """Whether one of the rows that still hold names this person."""
        told = self.columns()
        return rows.filter(
            valid_to=None, user=told["user"], department=told["department"], name=told["name"]
        ).exists()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of an import that was not taken, counted from 1, and why."""

    number: int
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an import: rows made, rows that were there already, rows refused."""

    made: Sequence[Liaison]
    known: int
    refused: Sequence[RefusedRow]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a 包联 table, read."""

    subject: Subject
    role: str
    who: Person
    valid_from: date | None
    valid_to: date | None
    source: str
    sample: bool


class RowReader:
    """Reads rows of a region's 包联 table; the register and the accounts are read once."""

    def __init__(self, region: Region) -> None:
        self.region = region

    @cached_property
    def matcher(self) -> SubjectMatcher:
        return SubjectMatcher(self.region)

    @cached_property
    def by_code(self) -> dict[str, Subject]:
        subjects = self.matcher.subjects()
        return {code: s for s in subjects for code in (s.code, s.credit_code) if code}

    @cached_property
    def officials(self) -> list[User]:
        return list(officials_of(self.region))

    def read(self, row: Mapping[str, Any]) -> ReadRow:
        """The row; Invalid when a subject, role, person or day in it is not understood."""
        told = {key: value for key, value in row.items() if value not in (None, "")}
        if unknown := sorted(set(told) - FIELDS):
            raise Invalid(_("不认识的列：%(names)s。") % {"names": "、".join(unknown)})
        written = str(told.get("role", "")).strip()
        role = role_words().get(written)
        if role is None:
            raise Invalid(_("包联角色“%(role)s”须为包联领导、包联单位或包联专员。") % {"role": written})
        return ReadRow(
            subject=self.subject_named(str(told.get("subject", ""))),
            role=role,
            who=self.person_of(role, told),
            valid_from=_day(told.get("valid_from")),
            valid_to=_day(told.get("valid_to")),
            source=str(told.get("source", "")).strip(),
            sample=bool(told.get("sample", False)),
        )

    def subject_named(self, text: str) -> Subject:
        """The subject of a number, a credit code or a name; Invalid when there is none, or several."""
        found = self.by_code.get(text.strip()) or self.matcher.match(text)
        if found is None:
            raise Invalid(_("登记簿里没有“%(name)s”，或有几个同名。请写全称或编号。") % {"name": text})
        return found

    def person_of(self, role: str, told: Mapping[str, Any]) -> Person:
        """Who is meant by ``who`` (or ``username``) in a role; Invalid when nobody is."""
        name, post = str(told.get("who", "")).strip(), str(told.get("post", ""))
        if role == Liaison.Role.DEPARTMENT:
            found = self.by_code.get(name) or self.matcher.match(name)
            if found is None or found.kind != SubjectKind.DEPARTMENT:
                raise Invalid(_("登记簿里没有部门“%(name)s”。") % {"name": name})
            return Person(department=found)
        if username := str(told.get("username", "")).strip():
            account = next((p for p in self.officials if p.username == username), None)
            if account is None:
                raise Invalid(_("没有用户名为“%(name)s”的工作人员。") % {"name": username})
            return Person(user=account, post=post)
        if not name:
            raise Invalid(_("请填写包联人员的姓名。"))
        namesakes = [person for person in self.officials if person.display_name == name]
        return Person(user=namesakes[0], post=post) if len(namesakes) == 1 else Person(name=name, post=post)


def _day(value: Any) -> date | None:
    """A day of a cell: a date, or a text like 2024-03-01, 2024/3/1, 2024.3.1 or 2024年3月1日."""
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    parts = str(value).strip()
    for mark in "年月/.":
        parts = parts.replace(mark, "-")
    try:
        year, month, day = (int(part) for part in parts.rstrip("日").split("-"))
        return date(year, month, day)
    except ValueError:
        raise Invalid(_("“%(day)s”不是日期，请写成 2024-03-01。") % {"day": value}) from None
