"""Which statements of a text belong to one promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tiaodu.engine.ledger.wording import Wording, bare
from tiaodu.engine.reading.model import Kind, Statement

_PROMISES = (Kind.TARGET, Kind.MILESTONE, Kind.DUTY)
_FACTS = (Kind.ACTUAL, Kind.STATUS)


@dataclass(slots=True)
class Group:
    """Statements of one promise, by their index in the reading, in the order of the text."""

    members: list[int]
    subject: str
    facts: list[int] = field(default_factory=list)


def is_purpose(statement: Statement, text: str, wording: Wording) -> bool:
    """Whether a duty only says what others are for or in what spirit they are done (实现拳头发力,
    坚持项目为王理念): by the reader, or by the slogans of data/ledger/breakdown.yaml.
    """
    if statement.kind is not Kind.DUTY or statement.row is not None:
        return False
    clause = text[statement.clause_start : statement.clause_end].strip("，,。；; \n")
    return statement.purpose or bool(wording.slogan.fullmatch(clause))


def group_statements(statements: Sequence[Statement], *, text: str, wording: Wording) -> list[Group]:
    """Tie the statements of one promise together.

    1. Figures of one table row are one promise.
    2. In one sentence, what has the same named subject is one promise, however many clauses it takes; a part
       of it (生产线, 税收) or a clause without subject goes with the promise before it.
    3. A subject that many share (煤矿, 企业) ties only what follows directly and does not contradict.
    4. A named project told over several sentences of a paragraph stays one promise.
    5. A duty that only says what the one before it is for (促进…, 做到…) goes with that.
    6. A slogan goes with the promise before it in its paragraph, the first of a paragraph with the next one.
    7. Facts (已有进展) go to the promise of the same subject in the same paragraph; context is left out.
    """
    grouper = _Grouper(statements, text, wording)
    for index, statement in enumerate(statements):
        if statement.kind in _PROMISES and not grouper.is_heading(statement):
            grouper.place(index)
    grouper.end()
    for index, statement in enumerate(statements):
        if statement.kind in _FACTS:
            grouper.place_fact(index)
    return grouper.groups


class _Grouper:
    def __init__(self, statements: Sequence[Statement], text: str, wording: Wording) -> None:
        self.groups: list[Group] = []
        self._all = statements
        self._text = text
        self._wording = wording
        self._lines = [text.rfind("\n", 0, statement.start) + 1 for statement in statements]
        self._waiting: list[int] = []  # slogans at the front of a paragraph
        self._headings: dict[str, int] = {}  # where the last sentence below a heading begins
        for statement in statements:
            for heading in statement.headings:
                self._headings[heading] = max(statement.sentence_start, self._headings.get(heading, 0))

    def is_heading(self, statement: Statement) -> bool:
        """Whether a duty only says what the sentences below it say in full (一是推进重点项目建设。)."""
        if statement.kind is not Kind.DUTY or not statement.headings:
            return False
        heading = statement.headings[-1].strip("。 ")
        whole = self._text[statement.sentence_start : statement.sentence_end].strip("。；; \n")
        return whole == heading and self._headings[statement.headings[-1]] > statement.sentence_start

    def place(self, index: int) -> None:
        statement = self._all[index]
        if self._waiting and self._lines[self._waiting[0]] != self._lines[index]:
            self.end()
        if is_purpose(statement, self._text, self._wording):
            self._place_purpose(index)
            return
        group = self._find(index)
        if group is None:
            self.groups.append(Group([*self._waiting, index], bare(statement.subject)))
            self._waiting = []
            return
        group.members.append(index)
        if not group.subject or self._is_shared(group.subject):
            group.subject = bare(statement.subject) or group.subject

    def _place_purpose(self, index: int) -> None:
        before = [group for group in self.groups if self._lines[group.members[-1]] == self._lines[index]]
        if before:
            max(before, key=lambda group: max(group.members)).members.append(index)
        else:
            self._waiting.append(index)

    def end(self) -> None:
        """Keep the slogans of a paragraph that promises nothing else as one row."""
        if self._waiting:
            self.groups.append(Group(self._waiting, ""))
        self._waiting = []

    def place_fact(self, index: int) -> None:
        fact = self._all[index]
        near = [group for group in self.groups if self._lines[group.members[0]] == self._lines[index]]
        same = [group for group in near if self._similar(group.subject, bare(fact.subject))]
        inside = [group for group in near if any(_one_clause(self._all[m], fact) for m in group.members)]
        for group in (same or inside)[:1]:
            group.facts.append(index)

    def _find(self, index: int) -> Group | None:
        """The promise a statement belongs to, looked for on its own line, the latest first."""
        statement = self._all[index]
        last = self.groups[-1] if self.groups else None
        for group in reversed(self.groups):
            if self._lines[group.members[0]] != self._lines[index]:
                return None
            if statement.row is not None:
                return group if self._all[group.members[0]].row is not None else None
            if not self._is_far(group, statement) and self._belongs(group, statement, is_last=group is last):
                return group
        return None

    def _is_far(self, group: Group, statement: Statement) -> bool:
        last = self._all[group.members[-1]]
        if last.sentence_start == statement.sentence_start:
            return False
        between = self._text[last.sentence_end : statement.sentence_start].strip()
        return len(between) > 1 or statement.kind is Kind.DUTY

    def _belongs(self, group: Group, statement: Statement, *, is_last: bool) -> bool:
        subject = bare(statement.subject)
        same_sentence = any(self._all[m].sentence_start == statement.sentence_start for m in group.members)
        if not same_sentence:
            return self._similar(group.subject, subject) and self._is_named(subject)
        shares_clause = any(_one_clause(self._all[m], statement) for m in group.members)
        if shares_clause and not self._two_names(group.subject, subject):
            return True
        if self._contradicts(group, statement):
            return False
        if self._is_named(subject):
            carried = is_last and not shares_clause and self._is_carried(group, statement)
            return carried or self._similar(group.subject, subject)
        return is_last and self._follows(group, statement, subject)

    def _follows(self, group: Group, statement: Statement, subject: str) -> bool:
        """Whether a statement without a name of its own goes on with the promise just told."""
        if self._goes_on(group, statement):
            return True
        if statement.kind is Kind.DUTY:
            return False
        if not subject or subject in self._wording.dependent:
            return True
        if subject in self._wording.regional:
            return False
        return self._similar(group.subject, subject)

    def _goes_on(self, group: Group, statement: Statement) -> bool:
        """Whether a duty only tells what the clause before it is for, or ends one left open at its comma."""
        before = max((self._all[m] for m in group.members), key=lambda s: s.clause_end)
        between = self._text[before.clause_end : statement.clause_start].strip()
        if statement.kind is not Kind.DUTY or before.clause_end > statement.clause_start or len(between) > 1:
            return False
        if between in ("；", ";", "。"):
            return False
        clause = self._text[statement.clause_start : statement.clause_end].lstrip("，, ")
        open_end = self._text[before.clause_start : before.clause_end].rstrip("，, ")
        is_purpose = (
            clause.startswith(self._wording.follow_up) and self._all[group.members[0]].kind is Kind.DUTY
        )
        return open_end.endswith(self._wording.unfinished) or is_purpose

    def _is_carried(self, group: Group, statement: Statement) -> bool:
        """Whether the name stands in the clause that opened the promise (推进A公司B项目 … A公司 … B项目)."""
        opening = self._all[group.members[0]]
        words = bare(self._text[opening.clause_start : opening.clause_end])
        return statement.kind is not Kind.DUTY and bare(statement.subject) in words and bool(group.subject)

    def _contradicts(self, group: Group, statement: Statement) -> bool:
        """The same measure for the same time with another figure is another promise, unless it is a range."""
        if statement.value is None or statement.increment or not self._is_shared(bare(statement.subject)):
            return False
        return any(
            other.value is not None
            and not other.increment
            and other.measure_key == statement.measure_key
            and other.measure == statement.measure
            and other.unit == statement.unit
            and other.due == statement.due
            and other.value != statement.value
            and other.start != statement.start
            for other in (self._all[m] for m in group.members)
        )

    def _two_names(self, one: str, other: str) -> bool:
        return self._is_named(one) and self._is_named(other) and not self._similar(one, other)

    def _is_shared(self, subject: str) -> bool:
        words = self._wording
        return (
            not subject or subject in words.generic or subject in words.regional or subject in words.dependent
        )

    def _is_named(self, subject: str) -> bool:
        if self._is_shared(subject):
            return False
        return len(subject) >= 4 or subject.endswith(self._wording.named_endings)

    def _similar(self, one: str, other: str) -> bool:
        """Equal, one inside the other, or sharing more than half of their pairs of characters."""
        if not one or not other:
            return False
        short, long = sorted((one, other), key=len)
        if short in long:
            return len(short) >= 2
        pairs = [{word[i : i + 2] for i in range(len(word) - 1)} for word in (one, other)]
        return 2 * len(pairs[0] & pairs[1]) > 0.6 * (len(pairs[0]) + len(pairs[1]))


def _one_clause(one: Statement, other: Statement) -> bool:
    return one.clause_start < other.clause_end and other.clause_start < one.clause_end
