"""Clauses without a figure of their own: a commitment without number or date is a duty, a step reached is a
status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.model import Kind
from tiaodu.engine.reading.modes import Modes
from tiaodu.engine.reading.owners import duty_owner
from tiaodu.engine.reading.page import Page
from tiaodu.engine.reading.titles import general_spans, run_in_titles

SHORTEST = 4
MOST_LEADING = 8  # adverbs, commitments and marks before the verb of a clause
_MARK = re.compile(
    r"[\s”]*(?:[一二三四五六七八九十]{1,3}(?:是|、)|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、]|[①-⑳]|——)?\s*"
)


@dataclass(slots=True)
class Plain:
    """A duty or status: its clause, who, what."""

    kind: Kind
    start: int
    end: int
    subject: str | None
    action: str
    act: str | None
    event: str | None = None
    offset: int | None = None
    purpose: bool = False
    promise_end: int = 0  # where the words end that may say how firmly it is promised


class Duties:
    """Finds duties and statuses among the clauses that bear no figure and no dated step."""

    def __init__(self, page: Page, modes: Modes) -> None:
        self._page, self._modes = page, modes
        duties, events = page.vocabulary.raw["duties"], page.vocabulary.raw["events"]
        adverbs = [token for token, value in page.vocabulary.cuts.words.items() if value == "adverb"]
        promises = [*page.vocabulary.commitments.words, *page.vocabulary.open_words.words]
        lead = trie_pattern([*adverbs, *promises, *duties["manners"]])
        manner = "|".join(duties["manner_patterns"])
        verbs = trie_pattern([*duties["verbs"], *duties["inner_verbs"]])
        self._lead = re.compile(rf"(?:{lead}|[，、\s“”])*")
        self._led = re.compile(rf"(?:{lead}|{manner}|[，、\s“”]){{0,{MOST_LEADING}}}(?P<verb>{verbs})")
        bodies = trie_pattern(duties["bodies"])
        self._inner = re.compile(
            rf"(?:(?:{trie_pattern(duties['cases'])})[^，。；]{{1,30}}?"
            rf"|(?P<body>[^，。；、的]{{1,10}}?(?:{bodies}))"
            rf"|[^，。；]{{2,12}}?(?:{trie_pattern(duties['times'])}))"
            rf"(?:{lead}|{manner}){{0,{MOST_LEADING}}}(?P<verb>{verbs})(?=[^，。；的][^，。；])"
        )
        self._reached = re.compile(
            rf"(?:{trie_pattern(duties['reached'])})[^，。；]{{0,6}}?(?:{trie_pattern(duties['reached_acts'])})"
        )
        self._purpose = re.compile("|".join(duties["purposes"]))
        self._frames = re.compile(rf"(?:{trie_pattern(duties['frames'])})$")
        self._background = tuple(duties["background"])
        self._event = re.compile(
            rf"(?:{trie_pattern(events['before'])})(?P<event>[^，。；]{{0,10}}?(?:{trie_pattern(events['events'])}))"
            rf"(?:{trie_pattern(events['after'])})(?:的?(?P<count>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})个?(?:工作日|日|天))?(?:之?内|以内)?"
        )
        self._offset = int(events["default_offset"])

    def find(self, used: list[tuple[int, int]]) -> Iterator[Plain]:
        """Duties and statuses of the clauses that touch none of the spans ``used``."""
        page = self._page
        taken = sorted([*used, *run_in_titles(page)])
        general = general_spans(page)
        index = 0
        promised = -1  # where the promise before ends
        event: tuple[int, str, int] | None = None
        clauses = page.segments.clauses
        for first, end in zip(clauses.starts, clauses.ends, strict=True):
            while index < len(taken) and taken[index][1] <= first:
                index += 1
            start = first
            waiting = self._event.search(page.text, start, end)
            if waiting:
                event = page.sentence(start)[0], waiting["event"], self._count(waiting["count"])
                start = waiting.end()
            elif event is not None and event[0] != page.sentence(start)[0]:
                event = None
            if any(span[0] < end and span[1] > start for span in taken[index : index + 3]):
                promised = end
                continue
            plain = self._read(start, end)
            if plain is None or (plain.kind == Kind.DUTY and self._is_general(general, plain)):
                continue
            plain.purpose = plain.kind == Kind.DUTY and self._is_purpose(plain, first, promised)
            promised = end
            if event is not None and plain.kind == Kind.DUTY:
                plain.event, plain.offset = event[1], event[2]
            yield plain

    @staticmethod
    def _is_general(general: list[tuple[int, int]], plain: Plain) -> bool:
        return any(start <= plain.start < end for start, end in general)

    def _is_purpose(self, plain: Plain, first: int, promised: int) -> bool:
        """Whether a clause behind a comma only says what the promise before it is for."""
        text = self._page.text
        if text[first - 1 : first] not in ("，", ",") or promised < self._page.sentence(first)[0]:
            return False
        return bool(self._purpose.match(text, plain.start, plain.end))

    def _count(self, text: str | None) -> int:
        from tiaodu.engine.kernel.numerals import parse_number  # noqa: PLC0415

        value = parse_number(text) if text else None
        return int(value) if value is not None else self._offset

    def _read(self, start: int, end: int) -> Plain | None:
        page = self._page
        mark = _MARK.match(page.text, start, end)
        begin = mark.end() if mark else start
        begin, end = self._trimmed(begin, end)
        if end - begin < SHORTEST or page.text.startswith(self._background, begin):
            return None
        if not self._closed(end):
            return None
        if self._reached.search(page.text, begin, end):
            return self._plain(Kind.STATUS, begin, end, begin)
        verb_at = self._verb(begin, end)
        lead = self._lead.match(page.text, begin, end)
        anywhere = page.anywhere.after(begin, end)
        promised = page.commitments.within(begin, lead.end() if lead else begin)
        if verb_at is None and anywhere is None and not promised:
            return None
        kind = Kind.STATUS if anywhere is None and self._looks_back(begin, end) else Kind.DUTY
        plain = self._plain(kind, begin, end, begin if verb_at is None else verb_at)
        verb = page.vocabulary.duties.at(page.text, verb_at, end) if verb_at is not None else None
        plain.promise_end = verb.end if verb is not None else end
        return plain

    def _verb(self, begin: int, end: int) -> int | None:
        """Where the verb of a commitment stands: behind adverbs, or behind who does it, for what, or when."""
        text = self._page.text
        found = self._led.match(text, begin, end) or self._inner.match(text, begin, end)
        if found is None or self._frames.search(text, found.end(), end):
            return None
        return found.start("verb")

    def _body(self, begin: int, end: int) -> str | None:
        """The department that opens a clause: 县工信局按月汇总进展."""
        found = (
            None
            if self._led.match(self._page.text, begin, end)
            else self._inner.match(self._page.text, begin, end)
        )
        return found["body"] if found is not None else None

    def _looks_back(self, begin: int, end: int) -> bool:
        """Whether the clause tells what was done; 打造… behind 正在… in a plan is still to be done."""
        if self._modes.sentence(begin) <= 3:
            return False
        return self._modes.votes(begin, end) >= 0 or self._modes.around(begin) > 0

    def _trimmed(self, begin: int, end: int) -> tuple[int, int]:
        """The clause without blanks and without a quotation mark whose pair stands outside it."""
        text = self._page.text
        while begin < end and (text[begin] in " \r" or (text[begin] == "“" and "”" not in text[begin:end])):
            begin += 1
        while end > begin and (
            text[end - 1] in " \r" or (text[end - 1] == "”" and "“" not in text[begin:end])
        ):
            end -= 1
        return begin, end

    def _closed(self, end: int) -> bool:
        """A clause before a colon introduces, it does not bind."""
        return self._page.text[end : end + 1] not in ("：", ":")

    def _plain(self, kind: Kind, start: int, end: int, verb_at: int) -> Plain:
        page = self._page
        act = page.acts.after(verb_at, end)
        owner = self._body(start, end) if kind == Kind.DUTY else None
        owner = owner or duty_owner(page, verb_at, end, whole=kind == Kind.STATUS)
        return Plain(
            kind,
            start,
            end,
            owner,
            page.text[start:end],
            act.value.act if act else None,
        )
