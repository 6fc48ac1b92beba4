"""Templates keep to the content security policy: nothing inline, nothing from other hosts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.architecture.tree import PACKAGE, files, place

DATA_TYPES = {"application/json", "text/template"}
LOADS = {"src", "href", "action", "poster", "srcset", "data"}


class Policy(HTMLParser):
    """Collects what the policy of the pages would block, as (line, fault)."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        line = self.getpos()[0]
        inline_script = tag == "script" and "src" not in values and values.get("type") not in DATA_TYPES
        if inline_script or tag == "style":
            self.faults.append((line, f"<{tag}> in the page"))
        for name, value in attrs:
            if name == "style" or re.match(r"(on[a-z]+|hx-on.*)$", name):
                self.faults.append((line, f"{name}="))
            if tag != "a" and name in LOADS and re.match(r"(https?:)?//", value or ""):
                self.faults.append((line, f"{name} from another host"))
            if (value or "").strip().lower().startswith("javascript:"):
                self.faults.append((line, f"{name} holds a script"))


def faults(source: str) -> list[tuple[int, str]]:
    """What is wrong in a template; its tags are blanked, lines kept."""

    def blank(match: re.Match[str]) -> str:
        return ("x" if match[0].startswith("{{") else " ") + "\n" * match[0].count("\n")

    comments = r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}"
    text = re.sub(comments + r"|\{\{.*?\}\}|\{%.*?%\}", blank, source, flags=re.DOTALL)
    parser = Policy()
    parser.feed(text)
    parser.close()
    return parser.faults


@pytest.mark.parametrize(
    "source",
    [
        "<p>a</p>\n<script>run()</script>",
        "<style>p{}</style>",
        '<td style="width: {{ width }}px">',
        '<button onclick="go()">',
        '<form {% if x %}class="a"{% endif %} hx-on::after-request="go()">',
        '<img src="//example.org/a.png">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<a href="javascript:go()">',
    ],
)
def test_the_rule_sees(source: str) -> None:
    assert len(faults(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        '<script src="{% static "a.js" %}" defer></script>',
        '<script id="rows" type="application/json">{}</script>',
        '<a href="https://example.org/">',
        "{# style= is forbidden #}<p>{% comment %}<style>{% endcomment %}</p>",
    ],
)
def test_the_rule_allows(source: str) -> None:
    assert faults(source) == []


@pytest.mark.parametrize("path", files(".html", PACKAGE), ids=place)
def test_template_keeps_the_policy(path: Path) -> None:
    assert [f"{place(path)}:{line} {fault}" for line, fault in faults(path.read_text(encoding="utf-8"))] == []
