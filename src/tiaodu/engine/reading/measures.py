"""What a number measures: by its unit first, then by the words beside it."""

from __future__ import annotations

from dataclasses import dataclass

from tiaodu.engine.reading.lexicon import Token
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page
from tiaodu.engine.reading.vocabulary import Cue

GOODS = frozenset({"mass", "volume", "count", "apparent", "size", "heat", "flow"})
DIRECT = {
    "power": "power_capacity",
    "energy": "energy",
    "area": "area",
    "length": "length",
    "people": "people",
    "visits": "people",
    "points": "growth_rate",
    "time": "duration",
    "price": "price",
    "computing": "other",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The coarse code, the cue it came from, and whether the cue names the subject itself."""

    code: str
    cue: Token[tuple[Cue, ...]] | None = None
    indicator: bool = False
    level: bool = False


def cue_before(
    page: Page, number: Number, floor: int, dimension: str
) -> tuple[Token[tuple[Cue, ...]], Cue] | None:
    """The cue that governs ``number`` among those that stand before it in its clause."""
    strong = page.vocabulary.raw["cues"]["strong"]
    best: tuple[Token[tuple[Cue, ...]], Cue] | None = None
    for token in reversed(page.cues.within(floor, number.start)):
        cue = next((c for c in token.value if c.dimension == dimension and c.place != "after"), None)
        if cue is None:
            continue
        if best is None or (
            token.word in strong and best[0].word not in strong and number.start - token.end < 6
        ):
            best = token, cue
        if number.start - token.start > 30:
            break
    return best


def cue_after(
    page: Page, number: Number, ceiling: int, dimension: str
) -> tuple[Token[tuple[Cue, ...]], Cue] | None:
    """A cue right behind ``number``: 30万吨产能, 5亿元的产值."""
    token = page.cues.after(number.end, min(ceiling, number.end + 12))
    if token is None or any(c in "，。；、" for c in page.text[number.end : token.start]):
        return None
    cue = next((c for c in token.value if c.dimension == dimension), None)
    return (token, cue) if cue else None


def money(page: Page, number: Number, floor: int, ceiling: int, *, review: bool) -> Measured:
    """The measure of a sum of money."""
    found = cue_before(page, number, floor, "money")
    if found is None:
        found = cue_after(page, number, ceiling, "money")
    if found is None:
        return Measured("other")
    token, cue = found
    code = cue.measure
    between = page.text[token.end : number.start]
    if code == "investment_total" and token.word == "投资":
        lead = page.text[max(floor, token.start - 4) : token.start]
        act = page.text[max(floor, token.start - 12) : token.start]
        if (
            "完成" in between
            or (between[:1] in ("达", "突", "超") and lead and not lead.endswith(("计划", "预计", "总")))
            or ("完成" in act and between.strip("约超近") == "" and token.start - floor > 2)
        ):
            code = "investment_period"
    if code == "investment_period" and review:
        plan = "计划" in page.text[max(floor, token.start - 4) : token.end]
        code = "investment_period" if plan else "investment_done"
    if (
        code == "investment_done"
        and not review
        and token.word in ("完成投资额", "完成总投资", "累计完成投资", "落实投资")
    ):
        code = "investment_period"
    return Measured(code, token, cue.indicator)


def share(page: Page, number: Number, floor: int, ceiling: int) -> Measured:
    """The measure of a percentage: a share or a change."""
    levels = page.vocabulary.raw["cues"]["levels"]
    found = cue_before(page, number, floor, "share")
    if found is None:
        found = cue_after(page, number, min(ceiling, number.end + 6), "share")
        if found is None:
            return Measured("ratio")
        return Measured(found[1].measure, found[0], found[1].indicator)
    token, cue = found
    before = page.text[floor : number.start]
    price = next(
        (t for t in page.cues.within(floor, number.start) if any(c.measure == "price" for c in t.value)), None
    )
    if price is not None:
        return Measured("price", price, indicator=True)
    code = cue.measure
    if any(before.endswith(level) for level in levels) and code == "growth_rate":
        code = "ratio"
    if code == "ratio" and any(word in before for word in ("增长率", "增速", "增幅")):
        code = "growth_rate"
    return Measured(code, token, level=code == "ratio")


def goods(page: Page, number: Number, floor: int, ceiling: int) -> Measured | None:
    """The measure of tonnes, cubic metres, heads: capacity, output or grain."""
    found = cue_before(page, number, floor, "goods")
    if found is not None and "、" in page.text[found[0].end : number.start]:
        between = page.numbers_within(found[0].end, number.start)
        found = (
            None if any(n.unit is not None for n in between) and number.start - between[-1].end > 3 else found
        )
    behind = cue_after(page, number, ceiling, "goods")
    if found is not None and (behind is None or found[1].measure == "capacity"):
        return Measured(found[1].measure, found[0])
    if behind is not None:
        return Measured(behind[1].measure, behind[0])
    return None


def counted(page: Page, number: Number, noun: str | None) -> str:
    """The measure of a counted noun, by the last known word in it, else by the counting word."""
    raw = page.vocabulary.raw["nouns"]
    unit = number.unit.written if number.unit else ""
    if noun:
        token = page.vocabulary.nouns.last(noun)
        if token is not None and (len(noun) - token.end <= 4 or unit in ("家", "户", "座", "所")):
            code = "facility_count" if token.value == "component" else token.value
            if unit == "户" and code != "enterprise_count":
                return "households"
            return code
    near = page.text[number.end : number.end + 14].split("，")[0].split("。")[0].split("、")[0]
    behind = page.vocabulary.nouns.last(near) if noun and page.text.startswith(noun[:2], number.end) else None
    if behind is not None and behind.value not in ("component", "other") and unit in ("个", "项"):
        return behind.value
    for code, words in raw["classifiers"].items():
        if unit in words:
            return str(code)
    return "other"


def is_component(page: Page, noun: str | None) -> bool:
    """Whether the counted noun is part of a plant (生产线, 采区), which a named owner has."""
    token = page.vocabulary.nouns.last(noun) if noun else None
    return token is not None and token.value == "component"


def measure_key(page: Page, code: str, number: Number, named: str, wide: str) -> str:
    """The finest dotted key of ``code`` whose words stand in ``named`` (subject and noun) or near the number.

    Installed power goes by the nearest word (风电50MW+光伏60MW), everything else by the longest. The
    context words of a key
    must stand in ``wide``, the paragraph with its headings.
    """
    clause = page.clause(number.start)
    before = page.text[max(clause[0], number.start - 24) : number.start]
    behind = page.text[number.end : min(clause[1], number.end + 16)].split("、")[0]
    best, weight = code, 0.0
    for entry in page.vocabulary.keyed.get(code, ()):
        if entry.context and not any(word in wide for word in entry.context):
            continue
        found = max((_word_weight(word, code, before, behind, named) for word in entry.words), default=0.0)
        if found and found + entry.key.count(".") > weight:
            best, weight = entry.key, found + entry.key.count(".")
    return best


def _word_weight(word: str, code: str, before: str, behind: str, named: str) -> float:
    """How strongly a word tells its key: 0 when it does not stand there."""
    left, right = before.rfind(word), behind.find(word)
    if left < 0 and right < 0:
        return 2.0 * len(word) + 20 if word in named else 0.0
    gap = min(len(before) - left - len(word) if left >= 0 else 99, right if right >= 0 else 99)
    if code == "power_capacity":
        return 100.0 - 2 * gap
    return 2.0 * len(word) + (20 if word in named else 0) - gap / 30
