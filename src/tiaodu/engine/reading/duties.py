"""Clauses without a figure of their own: a commitment without number or date is a duty, a step reached is a
status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tiaodu.engine.reading import phrases
from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.model import Kind
from tiaodu.engine.reading.modes import Modes
from tiaodu.engine.reading.page import Page

SHORTEST = 4
_MARK = re.compile(
    r"[\s”“]*(?:[一二三四五六七八九十]{1,3}(?:是|、)|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、]|[①-⑳]|——)?\s*"
)
_FILLER = re.compile(r"(?:对|在|围绕|通过|按照|根据|依托|结合|针对|以)")


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


class Duties:
    """Finds duties and statuses among the clauses that bear no figure and no dated step."""

    def __init__(self, page: Page, modes: Modes) -> None:
        self._page, self._modes = page, modes
        duties, events = page.vocabulary.raw["duties"], page.vocabulary.raw["events"]
        lead = [token for token, value in page.vocabulary.cuts.words.items() if value == "adverb"]
        promises = [*page.vocabulary.commitments.words, *page.vocabulary.open_words.words]
        self._lead = re.compile(rf"(?:{trie_pattern([*lead, *promises])}|[，、\s“”])*")
        self._reached = re.compile(
            rf"(?:{trie_pattern(duties['reached'])})[^，。；]{{0,6}}?(?:{trie_pattern(duties['reached_acts'])})"
        )
        self._background = tuple(duties["background"])
        self._event = re.compile(
            rf"(?:{trie_pattern(events['before'])})(?P<event>[^，。；]{{0,10}}?(?:{trie_pattern(events['events'])}))"
            rf"(?:{trie_pattern(events['after'])})(?:的?(?P<count>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})个?(?:工作日|日|天))?(?:之?内|以内)?"
        )
        self._offset = int(events["default_offset"])

    def find(self, used: list[tuple[int, int]]) -> Iterator[Plain]:
        """Duties and statuses of the clauses that touch none of the spans ``used``."""
        page = self._page
        taken = sorted(used)
        index = 0
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
                continue
            plain = self._read(start, end)
            if plain is None:
                continue
            if event is not None and plain.kind == Kind.DUTY:
                plain.event, plain.offset = event[1], event[2]
            yield plain

    def _count(self, text: str | None) -> int:
        from tiaodu.engine.kernel.numerals import parse_number  # noqa: PLC0415

        value = parse_number(text) if text else None
        return int(value) if value is not None else self._offset

    def _read(self, start: int, end: int) -> Plain | None:
        page = self._page
        mark = _MARK.match(page.text, start, end)
        begin = mark.end() if mark else start
        while end > begin and page.text[end - 1] in " ”\r":
            end -= 1
        if end - begin < SHORTEST or page.text.startswith(self._background, begin):
            return None
        if not self._closed(end):
            return None
        if self._reached.search(page.text, begin, end):
            return self._plain(Kind.STATUS, begin, end, begin)
        lead = self._lead.match(page.text, begin, end)
        verb_at = lead.end() if lead else begin
        verb = page.vocabulary.duties.at(page.text, verb_at, end)
        if verb is None:
            back = page.vocabulary.duties.at(page.text, begin, end)
            verb, verb_at = (back, begin) if back else (None, verb_at)
        anywhere = page.anywhere.after(begin, end)
        promised = next(iter(page.commitments.within(begin, verb_at)), None)
        if verb is None and anywhere is None and promised is None:
            return None
        review = self._modes.sentence(begin) > 3 and anywhere is None
        return self._plain(Kind.STATUS if review else Kind.DUTY, begin, end, verb_at if verb else begin)

    def _closed(self, end: int) -> bool:
        """A clause before a colon introduces, it does not bind."""
        return self._page.text[end : end + 1] not in ("：", ":")

    def _plain(self, kind: Kind, start: int, end: int, verb_at: int) -> Plain:
        page = self._page
        act = page.acts.after(verb_at, end)
        owner = phrases.named_owner(page, start, end)
        return Plain(
            kind,
            start,
            end,
            owner.text if owner else None,
            page.text[start:end],
            act.value.act if act else None,
        )
