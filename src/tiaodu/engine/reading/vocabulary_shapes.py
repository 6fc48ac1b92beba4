"""The declared shape of each vocabulary file."""

from __future__ import annotations

from tiaodu.engine.kernel.datafile import (
    Choice,
    Flag,
    Integer,
    ListOf,
    MappingOf,
    Record,
    Shape,
    Text,
    with_head,
)
from tiaodu.engine.kernel.units import CLASSIFIERS, UNITS

WORDS = ListOf(Text())
MEASURE_CODES = (
    "investment_total",
    "investment_period",
    "investment_done",
    "output",
    "capacity",
    "power_capacity",
    "energy",
    "output_value",
    "value_added",
    "revenue",
    "profit",
    "tax",
    "fiscal_revenue",
    "retail_sales",
    "trade",
    "gdp",
    "income",
    "enterprise_count",
    "project_count",
    "facility_count",
    "area",
    "length",
    "people",
    "households",
    "grain",
    "ratio",
    "growth_rate",
    "rank",
    "duration",
    "price",
    "loan",
    "fund",
    "other",
)
BOTH_LANGUAGES = Record({"zh": Text(), "en": Text()})
_MEASURE = Choice(MEASURE_CODES)

_COMPARED = ListOf(Record({"sign": Choice((">=", ">", "<=", "<", "~")), "pattern": Text()}))

SHAPES: dict[str, Shape] = {
    "comparators": with_head({"after": _COMPARED, "before": _COMPARED}),
    "units": UNITS,
    "classifiers": CLASSIFIERS,
    "cues": with_head(
        {
            "cues": ListOf(
                Record(
                    {"measure": _MEASURE, "dimension": Text(), "words": WORDS},
                    {"indicator": Flag(), "place": Choice(("before", "after"))},
                )
            ),
            "strong": WORDS,
            "levels": WORDS,
            "falls": WORDS,
        }
    ),
    "nouns": with_head(
        {
            "measures": MappingOf(WORDS, _MEASURE),
            "components": WORDS,
            "classifiers": MappingOf(ListOf(Text(), empty=True), _MEASURE),
            "other": WORDS,
        }
    ),
    "words": with_head(
        dict.fromkeys(
            (
                "verbs",
                "soft",
                "keep",
                "adverbs",
                "particles",
                "values",
                "endings",
                "owners",
                "generic",
                "joined",
                "empty",
                "attributes",
                "firms",
                "regions",
                "compared",
                "parts",
            ),
            WORDS,
        )
    ),
    "contexts": with_head(
        {
            **dict.fromkeys(
                (
                    "idioms",
                    "technical",
                    "class_tails",
                    "structure",
                    "class_modifiers",
                    "class_nouns",
                    "over",
                    "period_before",
                    "period_after",
                    "duration_after",
                    "ordinal_before",
                    "policy_before",
                    "head_endings",
                ),
                WORDS,
            ),
            "plans": MappingOf(ListOf(Integer(1900, 2200))),
        }
    ),
    "commitments": with_head({"words": ListOf(Record({"strength": Integer(1, 5), "words": WORDS}))}),
    "modes": with_head(
        {
            "actual": MappingOf(WORDS, Text(r"\d")),
            "target": MappingOf(WORDS, Text(r"\d")),
            **dict.fromkeys(("silent", "existing", "review_heads", "plan_heads", "done", "underway"), WORDS),
        }
    ),
    "periods": with_head(
        {
            "years": MappingOf(Integer(-5, 5)),
            "spans": ListOf(
                Record(
                    {"words": WORDS, "first": Integer(1, 12), "last": Integer(1, 12)},
                    {"whole": Flag(), "deadline": Flag()},
                )
            ),
            "quarters": MappingOf(Integer(1, 4)),
            "festivals": MappingOf(Text(r"\d\d-\d\d")),
            **dict.fromkeys(("moving", "base_before", "base_after", "snapshot_before"), WORDS),
        }
    ),
    "acts": with_head({"acts": ListOf(Record({"act": Text(r"[a-z]+"), "words": WORDS}, {"event": Flag()}))}),
    "duties": with_head(
        dict.fromkeys(
            (
                "verbs",
                "inner_verbs",
                "anywhere",
                "manners",
                "manner_patterns",
                "cases",
                "bodies",
                "times",
                "before_names",
                "frames",
                "purposes",
                "reached",
                "reached_acts",
                "background",
            ),
            WORDS,
        )
    ),
    "open_words": with_head({"soon": WORDS, "vague": WORDS}),
    "events": with_head(
        {"default_offset": Integer(0, 250), "before": WORDS, "events": WORDS, "after": WORDS}
    ),
    "headings": with_head(
        {
            "levels": ListOf(Record({"level": Integer(1, 9), "pattern": Text()})),
            "longest": Integer(10, 200),
            "longest_run_in": Integer(8, 100),
            "tails": WORDS,
            "tail_limits": WORDS,
            "general": WORDS,
            "announcing": WORDS,
            "longest_opening": Integer(100, 5000),
        }
    ),
    "measures": with_head(
        {
            "measures": ListOf(
                Record(
                    {
                        "key": Text(r"[a-z_]+(\.[a-z_0-9]+)*"),
                        "unit": Text(),
                        "kind": Choice(("flow", "stock", "ratio", "stage")),
                        "name_zh": Text(),
                        "name_en": Text(),
                        "zh": Text(),
                        "en": Text(),
                    },
                    {"words": WORDS, "context": WORDS},
                )
            )
        }
    ),
    "tables": with_head(
        {
            "columns": MappingOf(WORDS),
            "unit_marks": WORDS,
            "no_value": WORDS,
            "tasks": WORDS,
            "done": WORDS,
            "totals": WORDS,
            "steps": MappingOf(Text()),
        }
    ),
    "questions": with_head({"questions": MappingOf(BOTH_LANGUAGES)}),
    "findings": with_head({"findings": MappingOf(BOTH_LANGUAGES)}),
}
