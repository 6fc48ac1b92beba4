"""From the rows of a file to what each would do: the dry run, which writes nothing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.reading import ReadRow
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, Verdict
from tiaodu.foundation.lists.models import ImportRow


@dataclass(slots=True)
class Judged:
    """A row of the file with what it would do."""

    row: ReadRow
    verdict: ImportRow.Verdict
    found: Verdict = field(default_factory=Verdict)
    changed: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    turn: int = 0


def judge(spec: ImportSpec, user: User, rows: Sequence[ReadRow]) -> list[Judged]:
    """What every row would do: new, changed, unchanged, or refused with its reasons."""
    twice = _told_twice(spec, rows)
    once = [row for row in rows if row.number not in twice]
    staged = [StagedRow(row.number, row.values) for row in once]
    verdicts = dict(zip((row.number for row in once), spec.check(user, staged), strict=True))
    judged = {row.number: _judged(spec, row, verdicts.get(row.number), twice) for row in rows}
    _same_record(judged.values())
    _order(judged)
    return list(judged.values())


def _told_twice(spec: ImportSpec, rows: Sequence[ReadRow]) -> dict[int, int]:
    """Rows about what an earlier row is about: number by number of that row."""
    first: dict[Hashable, int] = {}
    twice: dict[int, int] = {}
    for row in rows:
        key = spec.key(row.values)
        if key is not None and first.setdefault(key, row.number) != row.number:
            twice[row.number] = first[key]
    return twice


def _judged(spec: ImportSpec, row: ReadRow, found: Verdict | None, twice: Mapping[int, int]) -> Judged:
    reasons = {**(found.reasons if found else {}), **row.reasons}
    if row.number in twice:
        words = _("与第 %(row)s 行重复。同一对象在一个文件里只能出现一次。")
        reasons[""] = words % {"row": twice[row.number]}
    if found is None or reasons:
        return Judged(row, ImportRow.Verdict.REFUSED, reasons=reasons)
    if found.record_id is None:
        return Judged(row, ImportRow.Verdict.NEW, found)
    changed = [
        key
        for key, value in row.values.items()
        if spec.field_of(key).parse.differs(found.before.get(key), value)
    ]
    verdict = ImportRow.Verdict.CHANGED if changed else ImportRow.Verdict.UNCHANGED
    return Judged(row, verdict, found, changed)


def _same_record(judged: Any) -> None:
    """Two rows under different names that turn out to be about one record: the later is refused."""
    first: dict[int, int] = {}
    for one in judged:
        record = one.found.record_id
        if record is None or one.verdict == ImportRow.Verdict.REFUSED:
            continue
        if first.setdefault(record, one.row.number) != one.row.number:
            words = _("与第 %(row)s 行说的是同一条记录。同一对象在一个文件里只能出现一次。")
            one.verdict, one.reasons = ImportRow.Verdict.REFUSED, {"": words % {"row": first[record]}}


def _order(judged: Mapping[int, Judged]) -> None:
    """A row that stands under another row of the file has its turn after it, or is refused with it."""
    for one, (turn, reason) in [(one, _turn(one, judged)) for one in judged.values() if one.found.after]:
        one.turn = turn
        if reason:
            one.verdict, one.reasons = ImportRow.Verdict.REFUSED, {"": reason}


def _turn(one: Judged, judged: Mapping[int, Judged]) -> tuple[int, str]:
    """How many rows of the file stand above one, and why that cannot be."""
    seen, above = {one.row.number}, one.found.after
    while above is not None:
        upper = judged.get(above)
        if above in seen:
            return 0, _("这些行互为上下级，绕成了圈。")
        if upper is None or upper.verdict == ImportRow.Verdict.REFUSED:
            return 0, _("它依靠的第 %(row)s 行有错，改好后一起导入。") % {"row": above}
        seen.add(above)
        above = upper.found.after
    return len(seen) - 1, ""
