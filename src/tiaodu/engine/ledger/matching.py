"""Does a statement tell again what the ledger already holds? A promise told twice counts once.

Three answers besides *new*: it **restates** a known indicator, milestone or duty; it **joins** a known task
with a figure or step of its own; it **conflicts**: same subject, measure and time with another value, or same
step with another date. A conflict is asked about, never merged.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tiaodu.engine.ledger.likeness import Rules, duty_likeness, is_distinctive_value, likeness
from tiaodu.engine.reading.model import Kind

UNTOLD = "other"  # the measure of a figure whose measure the reader could not tell
NAMED = 4  # characters from which a name written the same twice is taken for the same thing

NEAR = "near_words"  # the reason of a conflict that only asks whether two duties are one
NEW, RESTATES, JOINS, CONFLICTS = "new", "restates", "joins", "conflicts"


@dataclass(frozen=True, slots=True)
class Promise:
    """A target, milestone or duty, as it is compared.

    ``key`` and ``task`` are the caller's; ``task`` is None while the promise stands in no task. ``title`` is
    the clause around it; ``document`` where it stands: within one document two figures of one subject are two
    promises. ``named``: the subject is a name, not a common noun. ``subject_id`` is the register's, None when
    the name is not resolved; ``belongs_to`` are the subjects above it that are one business with it (a firm
    above its project, not an industry above firms). ``paragraph`` and
    ``sentence`` tell where in the document it stands. ``purpose``: a duty that only says what others are for;
    it goes where they go.
    """

    key: Hashable
    kind: Kind
    title: str
    subject: str = ""
    named: bool = False
    subject_id: Hashable = None
    belongs_to: tuple[Hashable, ...] = ()
    measure_key: str = ""
    unit: str = ""
    value: Decimal | None = None
    increment: bool = False
    due_start: date | None = None
    due_end: date | None = None
    event: str = ""
    action: str = ""
    act: str = ""
    document: Hashable = None
    paragraph: Hashable = None
    sentence: Hashable = None
    purpose: bool = False
    task: Hashable = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a statement is to the ledger; ``other`` is the promise it restates, conflicts with or joins."""

    kind: str
    other: Promise | None = None
    reasons: tuple[str, ...] = ()


_NEW = Match(NEW)


def same_subject(one: Promise, other: Promise, rules: Rules) -> bool:
    """Whether two promises speak of the same subject: by the register when both are in it, else by likeness
    of names.
    """
    if one.subject_id is not None and other.subject_id is not None:
        return is_kin(one, other)
    if not one.subject or not other.subject:
        return False
    return likeness(one.subject, other.subject, rules.name_commonplaces) >= rules.subject_likeness


def may_be_same_subject(one: Promise, other: Promise) -> bool:
    """Whether one name holds the other (煤矿, 生产煤矿), or one promise names nobody: enough only in like
    words.
    """
    if one.subject_id is not None and other.subject_id is not None:
        return False
    return (
        not one.subject or not other.subject or one.subject in other.subject or other.subject in one.subject
    )


def is_kin(one: Promise, other: Promise) -> bool:
    """Whether two resolved subjects are one, or one belongs to the other: a firm and its project."""
    if one.subject_id == other.subject_id:
        return True
    return one.subject_id in other.belongs_to or other.subject_id in one.belongs_to


def same_measure(one: str, other: str) -> bool:
    """Whether one dotted key is the other or a finer one of it; ``other`` is a key nobody could tell.

    >>> same_measure("output.coal", "output.coal.raw"), same_measure("output.coal", "output.coke")
    (True, False)
    """
    short, long = sorted((one, other), key=len)
    return UNTOLD in (one, other) or (bool(short) and (long == short or long.startswith(f"{short}.")))


def due_compatible(one: Promise, other: Promise) -> bool:
    """Whether two dues can be the same: same last day, or one is not told; an event only with the same
    event.
    """
    if one.event or other.event:
        return one.event == other.event or (
            not (one.event and other.event) and not (one.due_end and other.due_end)
        )
    return one.due_end is None or other.due_end is None or one.due_end == other.due_end


def match_one(told: Promise, known: Sequence[Promise], rules: Rules) -> Match:
    """What ``told`` is to the ``known`` promises. The best restatement wins; a conflict counts only without
    one.
    """
    best: Match = _NEW
    score = 0.0
    for other in known:
        found, worth = _compare(told, other, rules)
        if found is not None and worth > score:
            best, score = found, worth
    return best


def _compare(told: Promise, other: Promise, rules: Rules) -> tuple[Match | None, float]:
    """The relation of two promises with its worth: restatements 2 to 3, joining 1 to 2, conflicts below 1."""
    if told.kind == Kind.TARGET and other.kind == Kind.TARGET:
        return _compare_targets(told, other, rules)
    if Kind.TARGET in (told.kind, other.kind):
        return None, 0.0
    if told.kind == Kind.MILESTONE and other.kind == Kind.MILESTONE:
        return _compare_milestones(told, other, rules)
    return _compare_duties(told, other, rules)


def _compare_targets(told: Promise, other: Promise, rules: Rules) -> tuple[Match | None, float]:
    if told.unit != other.unit:
        return None, 0.0
    if told.increment != other.increment and (told.value, told.due_end) != (other.value, other.due_end):
        return None, 0.0
    if not same_measure(told.measure_key, other.measure_key):
        return None, 0.0
    context = likeness(told.title, other.title, rules.commonplaces)
    if told.value == other.value:
        return _same_value(told, other, rules, context)
    return _other_value(told, other, rules, context)


def _same_value(told: Promise, other: Promise, rules: Rules, context: float) -> tuple[Match | None, float]:
    reason = _same_promise(told, other, rules, context)
    if not reason:
        return None, 0.0
    if due_compatible(told, other):
        reasons = (reason, "same_measure", "same_value", "due_compatible")
        return Match(RESTATES, other, reasons), 2 + context
    if told.document == other.document or not _same_year(told, other):
        return None, 0.0
    return Match(CONFLICTS, other, (reason, "same_measure", "same_value", "due_differs")), context / 2 + 0.1


def _same_promise(told: Promise, other: Promise, rules: Rules, context: float) -> str:
    """Why two like figures are one promise; empty when they are not.

    In one document only figures of one subject are: two shares of 40% in one sentence are two promises.
    """
    both_resolved = told.subject_id is not None and other.subject_id is not None
    if same_subject(told, other, rules):
        sure = both_resolved or _is_named(told, other) or context >= rules.context_likeness
        return "same_subject" if sure and not _two_of_one_sentence(told, other) else ""
    if both_resolved or told.document == other.document:
        return ""
    if is_distinctive_value(told.value):
        return "distinctive_value"
    enough = rules.context_likeness if may_be_same_subject(told, other) else rules.action_likeness
    return "like_words" if context >= enough and not (told.named and other.named) else ""


def _two_of_one_sentence(told: Promise, other: Promise) -> bool:
    """Whether two figures of one sentence are two: a sentence tells one again only of a named subject, in the
    same measure.
    """
    if told.sentence is None or (told.document, told.sentence) != (other.document, other.sentence):
        return False
    same_name = told.subject_id is not None and told.subject_id == other.subject_id
    return not ((same_name or _is_named(told, other)) and told.measure_key == other.measure_key)


def _other_value(told: Promise, other: Promise, rules: Rules, context: float) -> tuple[Match | None, float]:
    if told.document == other.document or told.value is None or other.value is None:
        return None, 0.0
    if told.due_end != other.due_end or told.event != other.event or not same_subject(told, other, rules):
        return None, 0.0
    if told.subject_id != other.subject_id:  # a firm and its project may well have two figures
        return None, 0.0
    both_resolved = told.subject_id is not None and other.subject_id is not None
    # Without a date, a subject has many figures of one measure: only what stands in like words is the same
    # promise.
    dated = told.due_end is not None
    if not ((both_resolved and dated) or context >= rules.action_likeness):
        return None, 0.0
    return Match(CONFLICTS, other, ("same_subject", "same_measure", "value_differs")), context / 2 + 0.1


def _is_named(told: Promise, other: Promise) -> bool:
    return told.subject == other.subject and len(told.subject) >= NAMED


def _same_year(told: Promise, other: Promise) -> bool:
    return bool(told.due_end and other.due_end and told.due_end.year == other.due_end.year)


def _compare_milestones(told: Promise, other: Promise, rules: Rules) -> tuple[Match | None, float]:
    if not _subjects_agree(told, other, rules):
        return None, 0.0
    alike = _action_likeness(told, other, rules)
    same_act = bool(told.act) and told.act == other.act
    same_day = told.due_end is not None and told.due_end == other.due_end
    sure = same_act and same_day and told.subject_id is not None and other.subject_id is not None
    if not sure and alike < (rules.action_likeness if same_act else rules.duty_likeness):
        return None, 0.0
    if due_compatible(told, other):
        return Match(RESTATES, other, ("same_subject", "same_step", "due_compatible")), 2 + alike
    if told.document == other.document or not _same_year(told, other):
        return None, 0.0
    return Match(CONFLICTS, other, ("same_subject", "same_step", "due_differs")), alike / 2 + 0.1


def _compare_duties(told: Promise, other: Promise, rules: Rules) -> tuple[Match | None, float]:
    """A duty against a duty, or against a milestone: an undated duty retells a dated step, a date joins a
    duty's task.
    """
    if told.subject_id is not None and other.subject_id is not None and not is_kin(told, other):
        return None, 0.0
    alike = _duty_likeness(told, other, rules)
    if alike < _enough(told, other, rules):
        return _near(told, other, rules, alike)
    if told.kind == Kind.MILESTONE:
        found = Match(JOINS, other, ("like_words", "adds_a_date")) if other.task else None
        return found, 1 + alike / 2
    reason = "like_words" if other.kind == Kind.DUTY or told.event else "less_precise"
    return Match(RESTATES, other, (reason,)), 2 + alike


def _enough(told: Promise, other: Promise, rules: Rules) -> float:
    """How alike two duties must be: less when a registered subject is to do the same, or both wait for one
    event.
    """
    same_one = told.subject_id is not None and told.subject_id == other.subject_id
    if same_one and told.act and told.act == other.act:
        return rules.context_likeness
    return rules.event_likeness if told.event and told.event == other.event else rules.duty_likeness


def _near(told: Promise, other: Promise, rules: Rules, alike: float) -> tuple[Match | None, float]:
    """Duties of two documents that may be one: a person is asked."""
    known = other.task is not None and told.document != other.document
    if not known or told.kind != Kind.DUTY or alike < rules.near_likeness:
        return None, 0.0
    return Match(CONFLICTS, other, (NEAR,)), alike / 2


def _duty_likeness(told: Promise, other: Promise, rules: Rules) -> float:
    """The best likeness of two duties by their steps and by their clauses, without the name they share."""
    shared = told.subject if told.subject and told.subject == other.subject else ""
    pairs = {(told.action or told.title, other.action or other.title), (told.title, other.title)}
    return max(duty_likeness(_without(one, shared), _without(two, shared), rules) for one, two in pairs)


def _subjects_agree(told: Promise, other: Promise, rules: Rules) -> bool:
    if told.subject and other.subject:
        return same_subject(told, other, rules)
    return likeness(told.title, other.title, rules.commonplaces) >= rules.duty_likeness


def _action_likeness(told: Promise, other: Promise, rules: Rules) -> float:
    """The best likeness of step against step and clause against clause, without the subject's name they
    share.
    """
    shared = told.subject if told.subject and told.subject == other.subject else ""
    pairs = {(told.action or told.title, other.action or other.title), (told.title, other.title)}
    return max(likeness(_without(a, shared), _without(b, shared), rules.commonplaces) for a, b in pairs)


def _without(text: str, name: str) -> str:
    return text.replace(name, "") if name and name != text else text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a document's breakdown: the promises that make one task.

    ``task`` is the task already made from it; ``detail`` ranks the rows of a document: a figure told in a
    summary and in a worked-out measure belongs to the measure, and the summary restates it.
    """

    promises: tuple[Promise, ...]
    task: Hashable = None
    detail: int = 0


@dataclass(frozen=True, slots=True)
class Landing:
    """Where accepting a statement would put it. ``row`` is the index of its row.

    ``into`` is the row whose task it takes: its own, or the one that most of its row restates. ``task`` is a
    task of the ledger, None when it comes with that row; ``other`` the promise restated or in
    conflict, of the ledger or (its ``task`` None) of another row of the same document.
    """

    promise: Promise
    row: int
    kind: str
    into: int
    other: Promise | None = None
    task: Hashable = None
    reasons: tuple[str, ...] = ()


def land(rows: Sequence[Row], known: Sequence[Promise], rules: Rules) -> tuple[Landing, ...]:
    """Where each promise of a document would land, in the order of the rows.

    The worked-out rows come first. A promise is matched against the ledger and against what was told before
    it. One that nothing matches stays in its row's task; but when most of its row is told elsewhere (in a
    task of another document, or in another row of this one), it joins that.
    """
    told_before: list[Promise] = []
    rows_of: dict[Hashable, int] = {}
    found: dict[int, list[Landing]] = {}
    for number in sorted(range(len(rows)), key=lambda n: (rows[n].task is None, -rows[n].detail, n)):
        row = rows[number]
        matches: list[Match] = []
        for promise in row.promises:
            alone = _NEW if promise.purpose else match_one(promise, (*known, *told_before), rules)
            matches.append(alone)
            if matches[-1].kind == NEW and not promise.purpose:
                told_before.append(replace(promise, task=None))
                rows_of[promise.key] = number
        home, into = _home_of(row, number, matches, rows_of)
        matches = _with_purposes(row, matches)
        pairs = zip(row.promises, matches, strict=True)
        rows_of.update({promise.key: into for promise, match in pairs if match.kind == NEW})
        pairs = zip(row.promises, matches, strict=True)
        found[number] = [_landing(promise, match, number, home, into) for promise, match in pairs]
    return tuple(landing for number in range(len(rows)) for landing in found[number])


def _with_purposes(row: Row, matches: Sequence[Match]) -> list[Match]:
    """What each promise is when a purpose goes where the promises of its row go: it never stands alone."""
    others = [m for promise, m in zip(row.promises, matches, strict=True) if not promise.purpose]
    kinds = {match.kind for match in others}
    asked = next((match for match in others if match.kind == CONFLICTS), _NEW)
    follows = asked if kinds == {CONFLICTS} else _NEW
    pairs = zip(row.promises, matches, strict=True)
    return [follows if promise.purpose else match for promise, match in pairs]


def _landing(promise: Promise, match: Match, row: int, home: Hashable, into: int) -> Landing:
    if match.kind in (RESTATES, JOINS) and match.other:
        return Landing(promise, row, match.kind, into, match.other, match.other.task, match.reasons)
    if match.kind == CONFLICTS:
        return Landing(promise, row, CONFLICTS, into, match.other, home, match.reasons)
    if home is not None or into != row:
        return Landing(promise, row, JOINS, into, None, home, ("row_joins",))
    return Landing(promise, row, NEW, into)


def _home_of(
    row: Row, number: int, matches: Sequence[Match], rows_of: Mapping[Hashable, int]
) -> tuple[Hashable, int]:
    """The task and the row that a row's new promises go to.

    Its own task if it has one; a task of another document in which its promises already stand (the commonest,
    the first among equals); another row of this document that tells more than half of them; else itself.
    """
    if row.task is not None:
        return row.task, number
    documents = {promise.document for promise in row.promises}
    others = [m.other for m in matches if m.kind in (RESTATES, JOINS) and m.other is not None]
    tasks = [other.task for other in others if other.task is not None and other.document not in documents]
    if tasks:
        return max(tasks, key=tasks.count), number
    elsewhere = [rows_of[other.key] for other in others if rows_of.get(other.key, number) != number]
    into = max(elsewhere, key=elsewhere.count, default=number)
    own = [promise for promise in row.promises if not promise.purpose]
    return None, into if 2 * elsewhere.count(into) > len(own) else number
