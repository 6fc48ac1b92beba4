"""One statement as the review page shows it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.ledger.wording import Wording, figure_name
from tiaodu.rooms.documents.models import Statement, StatementState
from tiaodu.rooms.documents.records import as_read
from tiaodu.rooms.documents.words import KINDS, compared, due_words, question_words, short_questions
from tiaodu.rooms.ledger.drafts import FACTS, PROMISES
from tiaodu.rooms.ledger.review.measures import english_name
from tiaodu.rooms.ledger.selectors.landings import Landing

LANDINGS: Mapping[str, Any] = {
    "new": _("新任务"),
    "joins": _("并入任务"),
    "restates": _("重申，不重复计"),
    "conflicts": _("与台账不一致"),
    "noted": _("记为已有进展"),
}


@dataclass(frozen=True)
class ReviewRow:
    """One statement as a person judges it."""

    statement: Statement
    landing: Landing | None
    asked: (
        bool  # whether a person must answer something first; a bracket (完成时限：…) may answer for the row
    )
    plan_year: int
    text: str
    readings: int
    number: int | None = None  # of its task, when it is the only one shown of it
    lead: str = ""
    due_of_row: str = ""  # the time limit its bracket sets for the whole task

    @property
    def alone(self) -> bool:
        """Whether it is its task's only statement: then the row stands for the task."""
        return self.number is not None

    @property
    def kind(self) -> Any:
        return KINDS[self.statement.kind]

    @cached_property
    def what(self) -> str:
        """The figure's name, or the step, in the text's own words."""
        statement = self.statement
        if statement.value is None:
            return statement.action or statement.quote
        if (get_language() or "").startswith("en"):
            return english_name(statement.measure_key)
        return figure_name(as_read(statement), self.text, Wording.standard())

    @property
    def subject(self) -> str:
        """The subject, unless the words of the row begin with it."""
        subject = self.statement.subject
        return "" if subject and self.what.startswith(subject) else subject

    @cached_property
    def compared(self) -> tuple[str, str]:
        """What stands before and behind the figure: 超 or 以上; nothing for plain equality."""
        start, end = self.statement.start, self.statement.end
        return compared(self.statement.comparator, self.text[max(0, start - 4) : end + 3])

    @cached_property
    def due(self) -> str:
        return due_words(as_read(self.statement).due, self.plan_year)

    @property
    def questions(self) -> list[str]:
        """What is asked, in words."""
        return question_words(self.statement.questions) if self.asked else []

    @property
    def short_questions(self) -> str:
        """The same in a few words."""
        return short_questions(self.statement.questions) if self.asked else ""

    @property
    def landing_word(self) -> Any:
        return LANDINGS.get(self.landing.kind, "") if self.landing else ""

    @property
    def is_new(self) -> bool:
        """Whether only a later reading found it."""
        statement = self.statement
        late = statement.since == self.readings > 1
        return late and statement.state == StatementState.OPEN and statement.origin_id is None

    @property
    def is_gone(self) -> bool:
        """Whether the latest reading no longer tells it, though a person decided about it."""
        statement = self.statement
        return statement.reading < self.readings and statement.origin_id is None and not self.is_vanished

    @property
    def is_vanished(self) -> bool:
        return self.statement.state == StatementState.VANISHED

    @cached_property
    def tags(self) -> str:
        """What the chips look for."""
        statement = self.statement
        tags = [statement.kind, f"is-{statement.state}"]
        tags += ["asked"] if statement.state == StatementState.OPEN and self.asked else []
        tags += ["conflict"] if self.conflicts else []
        tags += ["changed"] if self.is_gone or self.is_vanished or self.is_new else []
        return " ".join(tags)

    @property
    def conflicts(self) -> bool:
        return self.landing is not None and self.landing.kind == "conflicts"

    @cached_property
    def may_land(self) -> bool:
        """Whether it can be accepted as it is: an open promise that has its place, or a fact."""
        statement = self.statement
        if statement.state != StatementState.OPEN or self.conflicts:
            return False
        return statement.kind in FACTS or (statement.kind in PROMISES and self.landing is not None)

    @property
    def is_clear(self) -> bool:
        """Whether it is accepted without anybody being asked."""
        return self.may_land and not self.asked

    @property
    def acts(self) -> str:
        """What can be done with it, in the words of the buttons."""
        if self.statement.state != StatementState.OPEN:
            return "undo log" if self.may_undo else "log"
        return "edit reject log" + " accept" * self.may_land + " split" * self.may_split

    @property
    def may_unmake(self) -> bool:
        """Whether the merging or splitting it came of can be undone from here."""
        origin = self.statement.origin
        is_open = self.statement.state == StatementState.OPEN
        return is_open and origin is not None and origin.state == StatementState.REPLACED

    @cached_property
    def tells_landing(self) -> bool:
        """Whether what accepting did, or would do, needs a word of its own."""
        if self.landing is None:
            return False
        is_open = self.statement.state == StatementState.OPEN
        return self.landing.accepted or (is_open and self.landing.kind != "new")

    @property
    def may_undo(self) -> bool:
        """Whether the last decision can be taken back; what came of merging or splitting goes back as a
        whole.
        """
        statement = self.statement
        if statement.state == StatementState.REPLACED:
            return statement.origin_id is None
        return statement.state in (StatementState.ACCEPTED, StatementState.REJECTED)

    @property
    def founds_alone(self) -> bool:
        """Whether accepting it makes a task of which it is the only statement."""
        is_new = self.landing is not None and self.landing.kind == "new"
        return self.alone and is_new and self.statement.state == StatementState.OPEN

    @property
    def may_split(self) -> bool:
        return self.statement.clause_end - self.statement.clause_start > 8
