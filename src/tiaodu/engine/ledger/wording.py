"""The words of a task: its title, its indicators and its dues, as an office writes them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import Integer, ListOf, MappingOf, Record, Text, load_datafile, with_head
from tiaodu.engine.kernel.display import display
from tiaodu.engine.reading.model import Due, Statement
from tiaodu.engine.reading.vocabulary import PACKAGE_FOLDER
from tiaodu.engine.reading.vocabulary_shapes import SHAPES

_PUNCTUATION = "，,。；;：:、！!？?\n\t"
_QUOTES = str.maketrans("", "", '“”"‘’《》〈〉（）()【】 \u3000')


@dataclass(frozen=True, slots=True)
class Wording:
    """data/ledger/breakdown.yaml, compiled."""

    lead_in: re.Pattern[str]
    title_length: int
    dependent: frozenset[str]
    follow_up: tuple[str, ...]
    slogan: re.Pattern[str]
    unfinished: tuple[str, ...]
    regional: frozenset[str]
    generic: frozenset[str]
    named_endings: tuple[str, ...]
    verb_end: re.Pattern[str]  # everything up to the last verb
    verb_tail: re.Pattern[str]  # verbs at the very end
    noun_end: re.Pattern[str]  # where a counted noun ends
    reached: re.Pattern[str]
    names: Mapping[str, str]  # measure key → name
    measures: Mapping[str, str]
    counted: frozenset[str]
    comparators: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    named: Mapping[str, re.Pattern[str]]

    @classmethod
    def standard(cls) -> Wording:
        """The wording of the package."""
        return _standard()


@cache
def ledger_data(name: str) -> Path:
    """Where the data file ``name`` of the ledger lies."""
    return Path(str(files("tiaodu.data").joinpath("ledger", name)))


_WORDS = ListOf(Text())
_SHAPE = with_head(
    {
        "lead_ins": _WORDS,
        "dates": Text(),
        "list_marks": Text(),
        "title_length": Integer(10, 200),
        "dependent": _WORDS,
        "follow_up": _WORDS,
        "slogans": _WORDS,
        "unfinished": _WORDS,
        "regional": _WORDS,
        "generic": _WORDS,
        "named_endings": _WORDS,
        "verbs": _WORDS,
        "verb_characters": Text(),
        "after_noun": Text(),
        "reached": Text(),
        "measures": MappingOf(Text()),
        "counted": _WORDS,
        "comparators": MappingOf(Text(empty=True)),
        "columns": Record({"title": _WORDS, "lead": _WORDS, "assisting": _WORDS, "leader": _WORDS}),
        "named_lead": Text(),
        "named_assisting": Text(),
        "named_leader": Text(),
    }
)


@lru_cache(maxsize=1)
def _standard() -> Wording:
    raw: dict[str, Any] = load_datafile(ledger_data("breakdown.yaml"), _SHAPE)
    lead_ins = "|".join(re.escape(word) for word in sorted(raw["lead_ins"], key=len, reverse=True))
    verbs = "|".join(re.escape(word) for word in sorted(raw["verbs"], key=len, reverse=True))
    return Wording(
        lead_in=re.compile(rf"(?:{raw['list_marks']}|{raw['dates']}|{lead_ins}|[，,、：:；;\s])+"),
        title_length=raw["title_length"],
        dependent=frozenset(raw["dependent"]),
        follow_up=tuple(raw["follow_up"]),
        slogan=re.compile("|".join(raw["slogans"])),
        unfinished=tuple(raw["unfinished"]),
        regional=frozenset(raw["regional"]),
        generic=frozenset(raw["generic"]),
        named_endings=tuple(raw["named_endings"]),
        verb_end=re.compile(rf"^.*(?:{verbs})"),
        verb_tail=re.compile(rf"(?:{verbs}|{raw['verb_characters']})+$"),
        noun_end=re.compile(rf"{verbs}|{raw['after_noun']}"),
        reached=re.compile(raw["reached"]),
        names=_measure_names(),
        measures=raw["measures"],
        counted=frozenset(raw["counted"]),
        comparators=raw["comparators"],
        columns={name: tuple(words) for name, words in raw["columns"].items()},
        named={name: re.compile(raw[f"named_{name}"]) for name in ("lead", "assisting", "leader")},
    )


def _measure_names() -> dict[str, str]:
    raw = load_datafile(PACKAGE_FOLDER / "measures.yaml", SHAPES["measures"])
    return {entry["key"]: entry["name_zh"] for entry in raw["measures"] if "." in entry["key"]}


def bare(words: str | None) -> str:
    """A subject without quotation marks and brackets, for comparing."""
    return (words or "").translate(_QUOTES)


def strip_lead_in(words: str, wording: Wording) -> str:
    """A clause without list number, date and strength word at its front.

    >>> strip_lead_in("一是力争全年煤炭产量完成500万吨", Wording.standard())
    '煤炭产量完成500万吨'
    """
    match = wording.lead_in.match(words)
    stripped = words[match.end() :] if match else words
    return stripped if len(stripped) >= 4 else words.strip(_PUNCTUATION + " ")


def shorten(words: str, length: int) -> str:
    """At most ``length`` characters: cut at the last comma that leaves a phrase, else marked with ….

    >>> shorten("推进鑫康莱公司生产线建设，上半年建成22条、下半年建成36条，年底达到生产线58条", 20)
    '推进鑫康莱公司生产线建设'
    """
    words = words.strip(_PUNCTUATION + " ")
    if len(words) <= length:
        return words
    cut = max(words.rfind("，", 8, length), words.rfind("；", 8, length), words.rfind("。", 8, length))
    return words[:cut] if cut > 0 else words[: length - 1] + "…"


def due_words(due: Due | None, *, plan_year: int) -> str:
    """A due as an office writes it; the year only when it is another one.

    >>> due_words(Due("2024-04-30", date(2024, 4, 30), date(2024, 4, 30)), plan_year=2024)
    '4月底'
    >>> due_words(Due("2024", date(2024, 1, 1), date(2024, 12, 31)), plan_year=2024)
    '全年'
    >>> due_words(Due(event="批复", offset=5), plan_year=2024)
    '批复后5个工作日内'
    """
    if due is None:
        return ""
    if due.event:
        return f"{due.event}后" + (f"{due.offset}个工作日内" if due.offset else "")
    if due.end is None:
        return due.text or ""
    start = due.start or due.end
    if (start.month, start.day, due.end.month, due.end.day) == (1, 1, 12, 31):
        return _year_words(start.year, due.end.year, plan_year)
    return day_words(due.end, plan_year=plan_year)


def _year_words(first: int, last: int, plan_year: int) -> str:
    if first != last:
        return f"{first}—{last}年"
    return "全年" if first == plan_year else f"{first}年"


def day_words(day: date, *, plan_year: int) -> str:
    """A day as 4月底, 年底 or 9月15日, with its year when it is not the plan's."""
    year = "" if day.year == plan_year else f"{day.year}年"
    if (day.month, day.day) == (12, 31):
        return f"{year}底" if year else "年底"
    last = monthrange(day.year, day.month)[1]
    return f"{year}{day.month}月底" if day.day == last else f"{year}{day.month}月{day.day}日"


def figure_words(statement: Statement, wording: Wording) -> str:
    """The figure alone, with its comparison: 超过130户."""
    if statement.value is None:
        return statement.quote
    value = abs(statement.value) if statement.measure == "growth_rate" else statement.value
    return wording.comparators.get(statement.comparator, "") + display(value, statement.unit)


def trim_title(clause: str, subject: str, wording: Wording, *, quote: str = "") -> str:
    """A clause cut to what it is about: no attribute before a long name, no steps already reached.

    Of several names in a row the one that is the ``subject``, or that holds ``quote``, is kept.

    >>> trim_title("总投资90亿元的箕山抽蓄电站项目", "箕山抽蓄电站项目", Wording.standard())
    '箕山抽蓄电站项目'
    >>> trim_title("高纯石英砂提纯项目已完成场地平整", "高纯石英砂提纯项目", Wording.standard())
    '高纯石英砂提纯项目'
    """
    clause = _ATTRIBUTE.sub("", clause)
    reached = re.search(wording.reached, clause)
    if reached and reached.start() >= 8:
        clause = clause[: reached.start()]
    if len(clause) > wording.title_length and not (subject and clause.startswith(subject)):
        at = clause.find("的" + subject) if subject else -1
        tail = clause[(at if at > 0 else clause.find("的", 8)) + 1 :]
        clause = _NEXT_NAME.split(tail)[0] if len(tail) >= 10 else clause
    if len(clause) <= wording.title_length:
        return clause
    items = [_ATTRIBUTE.sub("", item) for item in clause.split("、")]  # one of several names in a row
    sign = subject if subject and subject in bare(clause) else quote
    own = next((item for item in items if sign and sign in bare(item)), clause)
    return own if len(own) >= 4 else clause


_NEXT_NAME = re.compile(r"、(?=(?:计划)?总?投资[\d.])")
_ATTRIBUTE = re.compile(r"^.{0,6}?(?:计划)?总?投资(?:约|超)?[\d.]+[万亿]*元的")


def figure_name(statement: Statement, text: str, wording: Wording) -> str:
    """What a figure counts, in the text's own words where it has them, else empty.

    For a count: the noun behind the figure (建成16条生产线) or before it (达到生产线58条). For a measure: the
    words that name it in the text (煤炭产量) or its usual name.
    """
    if statement.row is None and statement.measure in wording.counted:
        return _noun_behind(statement, text, wording) or _noun_before(statement, text, wording)
    if statement.measure in ("growth_rate", "ratio"):
        return _share_name(statement, text, wording)
    name = wording.names.get(statement.measure_key or "") or wording.measures.get(statement.measure or "", "")
    if statement.row is not None or not name:
        return name
    told = (bare(statement.subject), _noun_before(statement, text, wording))
    return next((words for words in told if len(words) >= len(name) and words.endswith(name[-2:])), name)


def _share_name(statement: Statement, text: str, wording: Wording) -> str:
    """工业投资增长, 能耗下降, 预留份额, 民间投资占比."""
    subject = bare(statement.subject)
    if statement.measure == "growth_rate":
        return subject + ("下降" if statement.value is not None and statement.value < 0 else "增长")
    told = (_noun_before(statement, text, wording), subject)
    return next((words for words in told if words.endswith(_SHARES)), subject + wording.measures["ratio"])


_SHARES = ("率", "占比", "比重", "比例", "份额", "倍数", "水平")
_NOUN = re.compile(r"[（(]?套?[）)]?([\u4e00-\u9fffA-Za-z]{2,12})")


def _noun_behind(statement: Statement, text: str, wording: Wording) -> str:
    behind = text[statement.end : min(statement.sentence_end, statement.end + 14)]
    if statement.subject and len(statement.subject) <= 8 and behind.startswith(statement.subject):
        return statement.subject
    match = _NOUN.match(behind)
    noun = wording.noun_end.split(match[1])[0] if match else ""
    is_money = bool(re.search("[元亿万]", noun))
    return noun if 2 <= len(noun) <= 10 and noun not in wording.regional and not is_money else ""


def _noun_before(statement: Statement, text: str, wording: Wording) -> str:
    before = re.split(r"[，,。；;：:、\n\t]", text[statement.sentence_start : statement.start])[-1]
    before = "" if before.endswith("等") else wording.verb_end.sub("", wording.verb_tail.sub("", before))
    noun = "" if wording.lead_in.fullmatch(before) else strip_lead_in(before, wording)
    return noun if 2 <= len(noun) <= 16 else ""
