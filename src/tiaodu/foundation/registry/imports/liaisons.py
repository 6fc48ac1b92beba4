"""The 包联 table as offices keep it: one row a subject, with its leader, department and officer."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tiaodu.engine.registry.names import plain
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.parsers import Day, ImportField, Text
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, Values, Verdict, declare
from tiaodu.foundation.refusal import Refusal, Stale
from tiaodu.foundation.registry.imports.subjects import region_of
from tiaodu.foundation.registry.liaisons import Person, RowReader
from tiaodu.foundation.registry.models import Liaison, Subject
from tiaodu.foundation.registry.services import liaison_assign, liaison_transfer

ROLES = (Liaison.Role.LEADER, Liaison.Role.DEPARTMENT, Liaison.Role.OFFICER)
POSTS = {Liaison.Role.LEADER: "leader_post", Liaison.Role.OFFICER: "officer_post"}
Held = Mapping[str, Liaison]  # by role


def _key(values: Values) -> Hashable | None:
    return plain(values["subject"]) if values.get("subject") else None


def _held(rows: Sequence[Liaison]) -> dict[int, dict[str, Liaison]]:
    """Who looks after each subject now, by role: the rows without an end."""
    found: dict[int, dict[str, Liaison]] = defaultdict(dict)
    for row in rows:
        found[row.subject_id][row.role] = row
    return found


def _open_rows(**which: Any) -> list[Liaison]:
    rows = Liaison.objects.filter(valid_to=None, mistaken=False, **which)
    return list(rows.select_related("user", "department"))


def _seal(held: Held) -> int:
    """One number for who holds which role: another number when anybody changed any of it."""
    text = ";".join(f"{role}:{held[role].pk}.{held[role].version}" for role in sorted(held))
    return zlib.crc32(text.encode())


def _same(row: Liaison | None, who: Person) -> bool:
    if row is None:
        return False
    told = who.columns()
    return (row.user_id, row.department_id, row.name) == (
        told["user"] and told["user"].pk, told["department"] and told["department"].pk, told["name"],
    )  # fmt: skip


def _kept(who: Person) -> dict[str, Any]:
    """A person as JSON keeps him."""
    told = who.columns()
    return {
        **told,
        "user": told["user"] and told["user"].pk,
        "department": who.department and who.department.pk,
    }


def _person(kept: Mapping[str, Any]) -> Person:
    user = User.objects.filter(pk=kept["user"]).first() if kept["user"] else None
    department = Subject.objects.filter(pk=kept["department"]).first() if kept["department"] else None
    return Person(user=user, department=department, name=kept["name"], post=kept["post"])


def _begin(values: Values) -> date:
    begin: date = values.get("valid_from") or clock.today()
    return begin


def _verdict(reader: RowReader, held_of: Mapping[int, Held], row: StagedRow) -> Verdict:
    reasons: dict[str, str] = {}
    subject = _found(reasons, "subject", lambda: reader.subject_named(row.values.get("subject", "")))
    held = held_of.get(subject.pk, {}) if subject is not None else {}
    people = _people(reader, row.values, reasons)
    if not people and not reasons:
        reasons[""] = _("包联领导、包联单位、包联专员至少填一项。")
    before = {role: _before(row.values, role, who, held.get(role), reasons) for role, who in people.items()}
    # What only says more of a change is no change by itself.
    further = ("subject", "valid_from", "source", *POSTS.values())
    before |= {key: row.values[key] for key in further if key in row.values}
    return Verdict(
        record_id=subject.pk if subject is not None and held else None,
        version=_seal(held),
        before=before,
        reasons=reasons,
        resolved={
            "subject": subject.pk if subject is not None else None,
            "who": {role: _kept(who) for role, who in people.items()},
        },
    )


def _people(reader: RowReader, values: Values, reasons: dict[str, str]) -> dict[str, Person]:
    """Who is meant in each role that the row names."""
    found = {}
    for role in ROLES:
        told = {"who": values.get(role.value), "post": values.get(POSTS.get(role, ""), "")}
        if told["who"]:
            who = _found(reasons, role.value, partial(reader.person_of, role, told))
            if who is not None:
                found[role.value] = who
    return found


def _before(values: Values, role: str, who: Person, present: Liaison | None, reasons: dict[str, str]) -> str:
    """Who has the role now, as it is to be compared with what the row says."""
    if present is None or _same(present, who):
        return str(values[role]) if present is not None else ""
    if present.valid_from >= _begin(values):
        told = {"who": present.who, "day": present.valid_from.isoformat()}
        reasons[role] = _("“%(who)s”自 %(day)s 起在任，新的开始日期要比这晚。") % told
    return present.who


def _found(reasons: dict[str, str], key: str, find: Callable[[], Any]) -> Any:
    """What ``find`` gives; its refusal is a reason of the field."""
    try:
        return find()
    except Refusal as refusal:
        reasons.setdefault(key, str(refusal.message))
        return None


def _check(user: User, rows: Sequence[StagedRow]) -> list[Verdict]:
    region = region_of(user)
    reader = RowReader(region)
    held_of = _held(_open_rows(subject__region=region))
    return [_verdict(reader, held_of, row) for row in rows]


def _commit(user: User, row: StagedRow) -> Subject:
    subject = Subject.objects.select_for_update().get(pk=row.resolved["subject"])
    held = _held(_open_rows(subject=subject)).get(subject.pk, {})
    if _seal(held) != row.record_version:
        now = "、".join(str(liaison) for liaison in held.values())
        raise Stale({"liaisons": {"label": _("包联"), "theirs": now or _("没有"), "yours": ""}})
    for role, kept in row.resolved["who"].items():
        who, present = _person(kept), held.get(role)
        if _same(present, who):
            continue
        _hand(user, subject, role, who, present, row.values)
    return subject


def _hand(
    user: User, subject: Subject, role: str, who: Person, present: Liaison | None, values: Values
) -> None:
    """The role goes to ``who``: handed on by who has it, or begun."""
    begin, source = _begin(values), values.get("source", "")
    if present is not None:
        liaison_transfer(
            user=user,
            liaison_id=present.pk,
            version=present.version,
            who=who,
            first_day=begin,
            source=source,
        )
        return
    liaison_assign(
        user=user,
        subject_id=subject.pk,
        role=role,
        who=who,
        valid_from=begin,
        source=source,
        sample=bool(user.sample),
    )


LIAISONS = declare(
    ImportSpec(
        name="liaisons",
        title=pgettext_lazy("import", "包联"),
        permission="registry.liaison",
        back="ledger:subjects",
        help=gettext_lazy(
            "一行一个企业或项目。换人的自动移交：原来的包联到新开始日期的前一天为止，历史保留。"
        ),
        fields=(
            ImportField(
                "subject",
                (
                    gettext_lazy("包联对象"),
                    "企业名称",
                    "单位名称",
                    "项目名称",
                    "企业（项目）名称",
                    "包联企业",
                    "包联项目",
                    "名称",
                ),
                Text(200),
                required=True,
                help=gettext_lazy("企业、矿山或项目的名称、编号或信用代码，须已登记。"),
                example="石港煤业",
            ),
            ImportField(
                "leader",
                (gettext_lazy("包联领导"), "包联县领导", "县领导", "包联县级领导", "分管领导", "领导"),
                Text(60),
                example="王县长",
            ),
            ImportField("leader_post", (gettext_lazy("领导职务"), "县领导职务", "包联领导职务"), Text(60)),
            ImportField(
                "department",
                (gettext_lazy("包联单位"), "包联部门", "责任单位", "牵头单位"),
                Text(200),
                help=gettext_lazy("登记簿里的部门，简称也认。"),
                example="工信局",
            ),
            ImportField(
                "officer",
                (gettext_lazy("包联专员"), "包联干部", "服务专员", "联络员", "包联责任人", "专员"),
                Text(60),
                help=gettext_lazy("有账号的按姓名对上；没有账号的只记姓名。"),
            ),
            ImportField("officer_post", (gettext_lazy("专员职务"), "干部职务", "职务"), Text(60)),
            ImportField(
                "valid_from",
                (gettext_lazy("开始日期"), "包联开始日期", "起始日期", "包联时间"),
                Day(),
                help=gettext_lazy("不填就是导入当天。"),
                example="2024-03-01",
            ),
            ImportField("source", (gettext_lazy("依据"), "文件依据", "文号", "来源"), Text(300)),
        ),
        key=_key,
        check=_check,
        commit=_commit,
    )
)
