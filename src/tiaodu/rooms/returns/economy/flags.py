"""Flags of a closed month: which stand, which the firm has confirmed or corrected since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from tiaodu.engine.returns.checks import Flag
from tiaodu.foundation.evidence.models import Latest
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.rooms.returns.economy.keeping import flag_read
from tiaodu.rooms.returns.economy.models import CheckFlag, Closing
from tiaodu.rooms.returns.economy.selectors import Reader
from tiaodu.rooms.returns.economy.words import language, measure_words
from tiaodu.rooms.returns.models import Return, ReturnEntry

OPEN, CONFIRMED, CORRECTED = "open", "confirmed", "corrected"


@dataclass(frozen=True)
class FlagRow:
    """A flag with what became of it: open, confirmed by the firm (with its words), or corrected since."""

    row: CheckFlag
    state: str
    answer: str
    return_id: int | None

    @property
    def flag(self) -> Flag:
        closing = self.row.closing
        return flag_read(
            self.row.told,
            rule=self.row.rule,
            severity=self.row.severity,
            measure=self.row.measure.code,
            period=closing.period,
        )

    @property
    def message(self) -> str:
        """The explanation for an official: without the hint, which is the firm's alone."""
        name = measure_words(self.row.measure)
        return self.flag.message(language(), names={self.row.measure.code: name})

    @property
    def sample(self) -> bool:
        return bool(self.row.subject.sample)

    @property
    def sector(self) -> str:
        return sector_name(self.row.subject.sector) if self.row.subject.sector else ""


def flags_for(reader: Reader, closing: Closing) -> list[FlagRow]:
    """The flags of a closing at firms this person may know one by one."""
    found = CheckFlag.objects.filter(closing=closing)
    if not reader.knows_all:
        found = found.filter(subject__sector__in=reader.sectors)
    return flag_rows(found, closing)


def flag_rows(found: QuerySet[CheckFlag], closing: Closing) -> list[FlagRow]:
    """Flags of a closing with what became of them: three queries."""
    newest = Latest.objects.filter(
        subject_id=OuterRef("subject_id"), measure_id=OuterRef("measure_id"), series="dispatch",
        period_start=closing.period_start, period_end=closing.period_end,
    )  # fmt: skip
    rows = list(
        found.select_related("subject", "measure", "evidence")
        .defer("subject__keywords")
        .annotate(stands=Subquery(newest.values("evidence_id")[:1]))
    )
    returns, confirmed = _answers(closing, {row.subject_id for row in rows})
    made = []
    for row in rows:
        row.closing = closing
        key = (row.subject_id, row.measure.code)
        when, words = confirmed.get(key, (None, ""))
        state = OPEN
        if row.stands != row.evidence_id:
            state, words = CORRECTED, ""
        elif when is not None and when >= row.evidence.recorded_at:
            state = CONFIRMED
        made.append(FlagRow(row, state, words if state == CONFIRMED else "", returns.get(key)))
    return made


Answers = dict[tuple[int, str], tuple[datetime | None, str]]


def _answers(closing: Closing, subjects: set[int]) -> tuple[dict[tuple[int, str], int], Answers]:
    """The return of each figure, and the latest confirmation by the firm with its words."""
    within = {
        "of__subject_id__in": subjects,
        "of__period_start": closing.period_start,
        "of__period_end": closing.period_end,
    }
    told: Answers = {}
    for entry in ReturnEntry.objects.filter(verb=ReturnEntry.Verb.CONFIRMED, **within).select_related("of"):
        for code in entry.measures:
            told[entry.of.subject_id, code] = (entry.recorded_at, entry.text)
    returns = {
        (subject, code): pk
        for pk, subject, code in Return.objects.filter(
            subject_id__in=subjects, period_start=closing.period_start, period_end=closing.period_end
        ).values_list("pk", "subject_id", "figures__measure__code")
        if code
    }
    return returns, told


@dataclass(frozen=True, slots=True)
class Doubt:
    """A firm whose figure of a measure waits for a look, with its sector and zone."""

    firm: int
    measure: str
    place: tuple[str, str]


def doubts_of(closing: Closing) -> frozenset[Doubt]:
    """Every figure with a flag that asks for a look and is still open."""
    rows = flag_rows(CheckFlag.objects.filter(closing=closing).exclude(severity="note"), closing)
    return frozenset(
        Doubt(row.row.subject_id, row.row.measure.code, (row.row.subject.sector, row.row.told["zone"]))
        for row in rows
        if row.state == OPEN
    )
