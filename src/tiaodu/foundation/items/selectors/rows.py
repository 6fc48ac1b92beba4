"""An item on a day as lists and pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from tiaodu.engine.items import clock as engine
from tiaodu.engine.items.clock import Clock
from tiaodu.engine.items.escalation import Reached, reached
from tiaodu.engine.items.states import OPEN, RUNNING, State
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.items import rules, words
from tiaodu.foundation.items.models import STATES, Item, ItemEntry
from tiaodu.foundation.items.selectors.scope import standings_visible_to
from tiaodu.foundation.registry.models import Region

STILL_OPEN = Q(state__in=[state.value for state in OPEN])


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with its standing, its clock and the rungs it has reached, on ``day``."""

    entry: ItemEntry
    clock: Clock
    rungs: tuple[Reached, ...]
    day: date

    @property
    def item(self) -> Item:
        return self.entry.item

    @property
    def pk(self) -> int:
        return int(self.entry.item_id)

    @property
    def url(self) -> str:
        return reverse("items:item", args=[self.entry.item_id])

    @property
    def state(self) -> State:
        return State(self.entry.state)

    @property
    def state_words(self) -> str:
        return str(STATES[self.state])

    @property
    def light(self) -> str:
        """The light: by the close-out, else by the clock."""
        if self.state is State.STRUCK_OFF:
            return "struck_off"
        if self.state is State.CLAIMED:
            return "claimed"
        if self.state is State.WITHDRAWN:
            return "not_due"
        if self.clock.late:
            return "overdue"
        if self.clock.stopped:
            return "not_triggered"
        return "due_soon" if self.clock.soon else "not_due"

    @property
    def reason(self) -> str:
        """The coded reason for waiting, in words."""
        return words.reason_words(self.entry.waiting_reason, self.item, self.day)

    @property
    def answer(self) -> str:
        """The clock in one phrase, with before whom the item has come."""
        said = words.clock_words(self.state, self.clock, self.reason)
        return words.sentence(words.joined(said, self.escalated))

    @property
    def light_word(self) -> str:
        return words.light_words(self.state, self.clock, self.reason)[0]

    @property
    def light_reason(self) -> str:
        said = words.light_words(self.state, self.clock, self.reason)[1]
        return words.joined(said, self.escalated)

    @property
    def escalated(self) -> str:
        """Before whom the highest rung brought it; empty when none is reached or the work is done."""
        if not self.rungs or self.state not in RUNNING:
            return ""
        return words.escalated_words(self.rungs[-1].step.target)

    @property
    def outside_answer(self) -> str:
        """The clock in one phrase without what concerns officials alone."""
        return words.sentence(words.clock_words(self.state, self.clock, self.reason))

    @property
    def turn(self) -> str:
        return words.turn_words(self.entry)

    @property
    def is_paused(self) -> bool:
        """Whether the due will move, because the item waits with its clock stopped."""
        return self.clock.stopped and self.state is State.WAITING

    @property
    def due_display(self) -> str:
        return words.due_words(self.clock)

    @property
    def number(self) -> str:
        return words.number_words(self.item)

    @property
    def kind(self) -> str:
        return words.kind_words(self.item.kind)

    @property
    def sample(self) -> bool:
        return self.item.sample

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def asked(self) -> str:
        """Who is to confirm, while somebody is asked."""
        return str(self.entry.receiver or self.entry.receiving or "")

    @property
    def answer_late(self) -> int:
        """How many working days longer than allowed an answer is awaited; 0 when it is not."""
        if self.entry.offered_on is None or not self.is_open:
            return 0
        region = self.item.region
        waited = working_calendar(region, self.day).working_days_between(self.entry.offered_on, self.day)
        return max(0, waited - rules.thresholds(region, self.day).answer_days)


def row_of(entry: ItemEntry, day: date | None = None) -> ItemRow:
    """An item as its standing tells, read on ``day``."""
    day = day or clock.today()
    region = entry.item.region
    calendar = working_calendar(region, day)
    facts = engine.of_mapping(entry.facts)
    read = engine.read(
        facts, day, calendar, soon=rules.thresholds(region, day).soon_days, closed_on=entry.closed_on
    )
    climbed: tuple[Reached, ...] = ()
    if read.overdue and entry.state in RUNNING:
        climbed = reached(rules.ladder(entry.item.kind, region, day), facts, day, calendar)
    return ItemRow(entry, read, climbed, day)


def rows_of(entries: Iterable[ItemEntry], day: date | None = None) -> list[ItemRow]:
    """The same for several."""
    return [row_of(entry, day) for entry in entries]


def clock_of(item: Item, day: date | None = None) -> Clock:
    """The clock of an item as it stood on ``day``."""
    day = day or clock.today()
    entry = item.entries.filter(known_on__lte=day).select_related("item__region").order_by("-number").first()
    if entry is None:
        raise ValueError(f"item {item.pk} was opened after {day}")
    return row_of(entry, day).clock


def items_about(user: User, about_kind: str, about_id: str, day: date | None = None) -> list[ItemRow]:
    """The items about one record that this person sees, open ones first, then the latest."""
    day = day or clock.today()
    found = standings_visible_to(user, day).filter(item__about_kind=about_kind, item__about_id=about_id)
    rows = rows_of(found, day)
    return sorted(rows, key=lambda row: (not row.is_open, -row.item.opened_on.toordinal(), -row.pk))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items are open, and of those how many are over their due, near it, or wait to be verified."""

    open: int
    overdue: int
    due_soon: int
    claimed: int


def counts_of(entries: QuerySet[ItemEntry], day: date, region: Region | None) -> Counts:
    """The counts of some standings, in one query."""
    found = entries.order_by().aggregate(
        open=Count("pk", filter=STILL_OPEN, distinct=True),
        overdue=Count("pk", filter=overdue_on(day), distinct=True),
        due_soon=Count("pk", filter=due_soon_on(day, region), distinct=True),
        claimed=Count("pk", filter=Q(state=State.CLAIMED), distinct=True),
    )
    return Counts(**found)


def overdue_on(day: date) -> Q:
    """Standings over their due on ``day``; a clock that stands still is judged on the day it stopped."""
    running = Q(stopped_on__isnull=True, due__lt=day) | Q(stopped_on__gt=F("due"))
    return Q(state__in=[state.value for state in RUNNING]) & running


def due_soon_on(day: date, region: Region | None) -> Q:
    """Standings whose running clock has little left on ``day``."""
    calendar = working_calendar(region, day)
    soon = rules.thresholds(region, day).soon_days if region else 0
    last = calendar.add_working_days(day, soon + 1) - engine.ONE_DAY
    running = Q(state__in=[state.value for state in RUNNING], stopped_on__isnull=True)
    return running & Q(due__gte=day, due__lte=last)
