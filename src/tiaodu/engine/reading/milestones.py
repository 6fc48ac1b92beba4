"""Dated steps whose result is not a number: 4月底完成…调试运行, 力争9月份前建成."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiaodu.engine.reading import phrases
from tiaodu.engine.reading.dates import DatePhrase
from tiaodu.engine.reading.lexicon import Token, trie_pattern
from tiaodu.engine.reading.modes import Modes
from tiaodu.engine.reading.owners import clause_object, owner_before
from tiaodu.engine.reading.page import Page
from tiaodu.engine.reading.subjects import Subjects
from tiaodu.engine.reading.vocabulary import Act

_SKIP = re.compile(r"[，,\s]")


@dataclass(slots=True)
class Step:
    """A dated step: the phrase that dates it, who, what, and where its clause ends."""

    phrase: DatePhrase
    subject: str | None
    action: str
    act: str
    clause_start: int
    clause_end: int
    carried: bool = False


class Milestones:
    """Finds the dated steps of a page."""

    def __init__(self, page: Page, modes: Modes) -> None:
        self._page, self._modes = page, modes
        lead = [*page.vocabulary.commitments.words, "要", "将", "前", "底", "须", "可", "，", " "]
        self._lead = re.compile(rf"(?:{trie_pattern(lead)})*")
        self._subjects = Subjects(page)
        self._is_carried = False
        self._empty = frozenset(page.vocabulary.raw["words"]["empty"])
        self._last: Step | None = None

    def find(self) -> list[Step]:
        """All dated steps from left to right."""
        steps = []
        for phrase in self._page.dates:
            step = self._read(phrase)
            if step is not None:
                steps.append(step)
                self._last = step
        return steps

    def _read(self, phrase: DatePhrase) -> Step | None:
        page = self._page
        if not phrase.deadline or phrase.role != "governs":
            return None
        start, end = self._reach(phrase)
        act = self._event(phrase.end, end)
        if act is None or self._yields_number(phrase, act, start, end):
            return None
        if self._past(phrase, end):
            return None
        begin = self._action_start(phrase.end, end)
        self._is_carried = False
        subject, action_start = self._subject(phrase, begin, act, start, end)
        action = page.text[action_start:end].strip("”“ 、")
        return Step(phrase, subject, action, act.value.act, start, end, self._is_carried)

    def _reach(self, phrase: DatePhrase) -> tuple[int, int]:
        """The clause of the phrase; with 年内，… the clause behind the comma."""
        page = self._page
        start, end = page.clause(phrase.start)
        if page.text[phrase.end : phrase.end + 1] in ("，", ",") and phrase.start - start < 6:
            end = page.clause(phrase.end + 1)[1]
        following = page.dates_within(phrase.end, end)
        governing = [d for d in following if d.role == "governs" and d.deadline]
        if governing:
            end = governing[0].start
            while end > phrase.end and page.text[end - 1] in "、，和及":
                end -= 1
        return start, end

    def _event(self, start: int, end: int) -> Token[Act] | None:
        return next((token for token in self._page.acts.within(start, end) if token.value.event), None)

    def _yields_number(self, phrase: DatePhrase, act: Token[Act], start: int, end: int) -> bool:
        """Whether the step's result is a number of its own clause: 年底建成16条, 7个项目投产."""
        page = self._page
        for number in page.numbers_within(start, end):
            if number.unit is None or number.unit.written in ("期", "大", "号线", "步"):
                continue
            if number.unit.dimension in ("volts", "apparent", "size"):
                continue
            if page.text[number.end : number.end + 1] == "的" or (
                number.start < phrase.start and number.unit.dimension != "count"
            ):
                continue
            behind = phrases.after(page, number.end, end)
            inside = number.unit.dimension not in ("count", "people", "area", "length")
            if inside and behind is not None and page.vocabulary.owners.ending(behind.text):
                continue
            return True
        return False

    def _past(self, phrase: DatePhrase, end: int) -> bool:
        """A step already taken is a status."""
        page = self._page
        if re.search(r"已|了$", page.text[phrase.end : end]):
            return True
        start = page.clause(phrase.start)[0]
        if any(t.value <= -3 for t in page.modes.within(start, end)):
            return False
        return self._modes.sentence(phrase.start) > 3

    def _action_start(self, position: int, end: int) -> int:
        match = self._lead.match(self._page.text, position, end)
        begin = match.end() if match else position
        token = self._page.acts.covering(position) or self._page.acts.after(position, position + 2)
        return min(begin, token.start) if token is not None and token.start >= position else begin

    def _subject(
        self, phrase: DatePhrase, begin: int, act: Token[Act], start: int, end: int
    ) -> tuple[str | None, int]:
        """The subject and where the action starts."""
        page = self._page
        stop = self._before_adverbs(begin, act.start)
        if stop > begin + 1 and page.text[begin] not in "与同和":
            inner = phrases.trimmed(page, phrases.cut_start(page, begin, stop), stop)
            if inner is not None and len(inner.text) > 2 and inner.start - begin <= 2:
                return inner.text, stop
        lead = phrases.before(page, self._before_commitment(start, phrase.start), start)
        if lead is not None and len(lead.text) > 1 and lead.text not in self._empty:
            return lead.text, begin
        owner = phrases.named_owner(page, act.end, end)
        carried: str | None = self._carried(phrase, start)
        nearer: str | None = None
        firm = owner is not None and (
            len(owner.text) > 6 or owner.text.endswith(("公司", "集团", "业", "矿"))
        )
        if owner is not None and (firm or carried is None):
            return owner.text, begin
        inner = phrases.after(page, act.end, end)
        mark = page.text.rfind("；", page.sentence(phrase.start)[0], start)
        if mark >= 0:
            named = phrases.named_owner(page, mark + 1, start)
            nearer = named.text if named is not None else clause_object(page, start, mark + 1)
            stepped = self._last is not None and self._last.phrase.start > mark
            nearer = self._last.subject if stepped and self._last is not None else nearer
            carried = nearer or carried
        apart = mark >= 0 and nearer is None
        if (carried is None or apart) and inner is not None and len(inner.text) > 2:
            return inner.text, begin
        self._is_carried = self._subjects.head(phrase.start) is None
        return carried, begin

    def _before_adverbs(self, floor: int, position: int) -> int:
        """``position`` moved left over 全部, 全面, 正式."""
        token = self._page.cuts.before(position, floor)
        adverb = token is not None and token.end == position and token.value == "adverb"
        return token.start if adverb and token is not None else position

    def _before_commitment(self, start: int, position: int) -> int:
        """``position`` moved left over 力争, 计划."""
        text = self._page.text
        while position > start:
            word = self._page.vocabulary.commitments._at_end.match(
                text[max(start, position - 6) : position][::-1]
            )
            if not word:
                return position
            position -= len(word.group())
        return position

    def _carried(self, phrase: DatePhrase, start: int) -> str | None:
        """Who is spoken of in the clauses before."""
        page = self._page
        head = self._subjects.head(phrase.start)
        if head:
            return head
        sentence = page.sentence(phrase.start)[0]
        last = self._last
        if last is not None and last.phrase.start >= sentence and last.subject:
            between = phrases.named_owner(page, last.clause_end, start)
            return between.text if between is not None else last.subject
        if start - 1 <= sentence:
            return None
        return owner_before(page, start - 1) or clause_object(page, start, sentence)
