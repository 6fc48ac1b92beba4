"""Noun phrases beside a number: what stands before it, what follows it, and the named owner of a clause."""

from __future__ import annotations

import re

from tiaodu.engine.reading.page import Page, Phrase

REACH = 70
_NOMINAL = ("率", "面积")  # behind a verb they make it part of a noun
_MARK = re.compile(
    r"[，,；;。：:！？\n\r〔〕\[\]—]|[（(](?!\d{1,2}[)）])|(?<![（(]\d)(?<![（(]\d\d)[)）]"
    r"|(?<![\d.])\d{1,2}[.．、](?!\d)"
)
_LEADING = re.compile(
    r"^(?:及?以[上下内]|左右|\d{1,2}[.．、](?!\d)|[①-⑳]|和(?![美谐平])|[的及与、“”\"'\s·—%+]"
    r"|以及|其中|这|该|等)+"
)
_TRAILING = re.compile(r"(?:[的和及与、“\"'\s—+]|以及|等|为|共|各)+$")
_AFTER_NUMBER = re.compile(r"(?:（[套组]）|\([套组]\))?(?:及?以[上内下]|左右|上下|之内)?[的]?")


def trimmed(page: Page, start: int, end: int) -> Phrase | None:
    """The phrase in ``[start, end)`` without joining words at its ends."""
    text = page.text[start:end]
    lead = _LEADING.match(text)
    if lead:
        start, text = start + lead.end(), text[lead.end() :]
    tail = _TRAILING.search(text[-12:])
    if tail:
        text = text[: len(text[:-12]) + tail.start()]
    if text.count("”") > text.count("“"):
        if page.text[start - 1 : start] == "“":
            start, text = start - 1, "“" + text
        elif text.endswith("”"):
            text = text[:-1]
    return Phrase(start, start + len(text), text) if text else None


def cut_start(page: Page, floor: int, end: int) -> int:
    """Where the phrase that ends at ``end`` starts: after the last parting word, mark, date or number."""
    start = floor
    for match in _MARK.finditer(page.text, floor, end):
        start = match.end()
    for date in page.dates_within(start, end):
        start = max(start, date.end)
    for number in page.numbers_within(start, end):
        named = number in page.thresholds or (
            number.unit is not None and number.unit.written in page.structure
        )
        if number.unit is not None and number.end <= end and not named:
            start = max(start, number.end)
    return _after_cuts(page, start, end)


def _after_cuts(page: Page, start: int, end: int) -> int:
    position = start
    for token in page.cuts.within(start, end):
        if token.value == "keep" or (token.end >= end and token.value == "soft"):
            continue
        cue = page.cues.covering(token.start)
        if cue is not None and cue.end >= token.end and len(cue.word) > len(token.word):
            continue
        listed = token.start == position + 1 and page.text[position] in "、和及与"
        if token.value == "soft" and ((token.start != position and not listed) or end - token.end < 2):
            continue
        if page.thresholds.spans and page.thresholds.covering(token.start):
            continue
        if page.text.startswith(_NOMINAL, token.end):
            continue
        if token.word == "等" and token.end < end:
            position = token.end
            continue
        position = token.end
    return position


def before(page: Page, position: int, floor: int) -> Phrase | None:
    """The noun phrase that ends before ``position``, without the verb between it and the number."""
    key = position, floor
    if key not in page.phrases:
        page.phrases[key] = _before(page, position, floor)
    return page.phrases[key]


def _before(page: Page, position: int, floor: int) -> Phrase | None:
    floor = max(floor, position - REACH)
    end = strip_values(page, floor, position)
    for _ in range(3):
        stop = strip_endings(page, floor, end)
        start = cut_start(page, floor, stop)
        phrase = trimmed(page, start, stop)
        if (
            phrase is not None
            and len(phrase.text) > 1
            and page.vocabulary.cuts.words.get(phrase.text) != "soft"
        ):
            return _bare_name(page, tail_of(_with_power(page, phrase, floor)))
        token = page.cuts.before(stop, floor)
        if (
            token is None
            or start <= floor
            or token.value == "keep"
            or _MARK.search(page.text, token.end, stop)
        ):
            return None
        end = strip_values(page, floor, token.start)
        if end <= floor:
            return None
    return None


def _with_power(page: Page, phrase: Phrase, floor: int) -> Phrase:
    """华润电力100MW风电项目: a capacity inside a name does not part it."""
    inner = page.number_before(phrase.start, floor)
    if inner is None or inner.end != phrase.start or inner.unit is None or inner.unit.dimension != "power":
        return phrase
    start = cut_start(page, floor, inner.start)
    head = trimmed(page, start, inner.start)
    if head is None or head.end != inner.start or len(head.text) < 2:
        return phrase
    return Phrase(head.start, phrase.end, page.text[head.start : phrase.end])


def _bare_name(page: Page, phrase: Phrase) -> Phrase:
    """X项目设计, X二期装机, X基地二期风电: what is measured of an owner is no part of its name."""
    for word in page.vocabulary.raw["words"]["attributes"]:
        name = phrase.text.removesuffix(word)
        if name != phrase.text and len(name) > 3 and page.vocabulary.owners.ending(name):
            return Phrase(phrase.start, phrase.start + len(name), name)
    return phrase


def tail_of(phrase: Phrase) -> Phrase:
    """Of 重要一环的福莱特 what follows the last 的, when that is a phrase of its own."""
    place = phrase.text.rfind("的")
    if place < 0 or len(phrase.text) - place < 3 or "”" in phrase.text[place:]:
        return phrase
    return Phrase(phrase.start + place + 1, phrase.end, phrase.text[place + 1 :])


def strip_values(page: Page, floor: int, position: int) -> int:
    """``position`` moved left over words such as 达到, 分别, 约."""
    while position > floor:
        window = page.text[max(floor, position - 8) : position]
        word = page.vocabulary.values.ending(window)
        if word and not _shielded(page, position, len(word)):
            position -= len(word)
        else:
            break
    return position


def _shielded(page: Page, position: int, length: int) -> bool:
    """Whether the word that ends at ``position`` is the end of a longer word (国有, 固定资产投资完成)."""
    token = page.cuts.covering(position - 1)
    if token is not None and token.value == "keep" and token.end == position and len(token.word) > length:
        return True
    cue = page.cues.covering(position - 1)
    return cue is not None and cue.end == position and len(cue.word) > length


def strip_endings(page: Page, floor: int, position: int) -> int:
    """``position`` moved left over endings such as 建设进度, 等."""
    window = page.text[max(floor, position - 8) : position]
    word = page.vocabulary.endings.ending(window)
    return position - len(word) if word and position - floor - len(word) > 2 else position


def after(page: Page, position: int, ceiling: int) -> Phrase | None:
    """The noun phrase that starts right behind a number's unit."""
    skipped = _AFTER_NUMBER.match(page.text, position, ceiling)
    start = skipped.end() if skipped else position
    end = min(ceiling, start + 40)
    mark = re.compile(r"[，,；;。：:！？\n\r（）()〔〕、]").search(page.text, start, end)
    if mark:
        end = mark.start()
    for number in page.numbers_within(start, end):
        if number.unit is not None and number not in page.thresholds:
            end = min(end, number.start)
            break
    for date in page.dates_within(start, end):
        end = min(end, date.start)
    end = strip_endings(page, start, _before_attribute(page, start, _first_cut(page, start, end)))
    phrase = trimmed(page, start, end)
    limit = page.thresholds.spans.get(start)
    if phrase is not None and limit is not None and phrase.end <= limit[1]:
        following = page.numbers_within(phrase.end, phrase.end + 2)
        return after(page, following[0].end, ceiling) if following else None
    return phrase


def _before_attribute(page: Page, start: int, end: int) -> int:
    """脱贫户户均增收, 企业年产值: the attribute at the end of a phrase is not part of the noun."""
    for cue in page.cues.within(start + 2, end):
        money = any(c.dimension == "money" and c.measure not in ("fund", "loan") for c in cue.value)
        if (money and page.vocabulary.values.ending(page.text[cue.start : end])) or (
            money and cue.end == end
        ):
            return cue.start
    return end


def _first_cut(page: Page, start: int, end: int) -> int:
    for token in page.cuts.within(start, end):
        if token.value == "soft" and page.vocabulary.owners.ending(page.text[start : token.start]):
            return token.start
        if token.value in ("keep", "soft"):
            continue
        cue = page.cues.covering(token.start)
        if cue is not None and cue.end >= token.end and len(cue.word) > len(token.word):
            continue
        if page.thresholds.spans and page.thresholds.covering(token.start):
            continue
        if page.text.startswith(_NOMINAL, token.end):
            continue
        if token.start == start and token.value == "verb" and _is_noun(page, page.text[token.end : end]):
            continue
        return token.start
    return end


def _is_noun(page: Page, text: str) -> bool:
    """Whether ``text`` up to its first parting word ends as a counted noun (整改任务)."""
    token = next((t for t in page.vocabulary.cuts.find(text) if t.value not in ("keep", "soft")), None)
    noun = text[: token.start] if token else text
    known = page.vocabulary.nouns.last(noun)
    return known is not None and known.end == len(noun)


def is_generic(page: Page, text: str) -> bool:
    """Whether a phrase is made of general words only (重大项目, 民营企业)."""
    position = 0
    while position < len(text):
        token = page.vocabulary.generic.at(text, position) or page.vocabulary.owners.at(text, position)
        if token is None:
            return False
        position = token.end
    return True


def named_owner(page: Page, start: int, end: int) -> Phrase | None:
    """The first phrase in a span that ends like an owner (公司, 煤业, 项目, 园区) and names one."""
    for token in page.owners.within(start, end):
        left = cut_start(page, max(start, token.start - 40), token.start)
        following = page.owners.after(token.end, token.end + 1)
        if following is not None and not token.word.endswith(("公司", "集团")):
            continue
        phrase = trimmed(page, left, token.end)
        if phrase is not None and len(phrase.text) >= 3 and not is_generic(page, phrase.text):
            return phrase
    return None
