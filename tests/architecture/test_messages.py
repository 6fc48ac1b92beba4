"""Every text of the screens can be read in English, and what is compiled is what is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from tests.architecture.messages import (
    LANGUAGES,
    apps,
    catalogue_path,
    collect,
    read_catalogue,
    strings,
    template,
    texts,
    untranslated,
)
from tests.architecture.tree import place

CATALOGUES = [
    path for app in apps() for language in LANGUAGES if (path := catalogue_path(app, language)).exists()
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_an_entry(language: str) -> None:
    entries = {
        key for path in CATALOGUES if path.parts[-3] == language for key in texts(read_catalogue(path))
    }
    missing = {
        app.name: sorted(str(key[0]) for key in texts(template(app)).keys() - entries) for app in apps()
    }
    assert {app: keys for app, keys in missing.items() if keys} == {}, "./run messages"


@pytest.mark.parametrize("path", CATALOGUES, ids=place)
def test_every_entry_is_translated(path: Path) -> None:
    assert untranslated(read_catalogue(path)) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=place)
def test_the_compiled_catalogue_is_current(path: Path) -> None:
    entries = texts(read_catalogue(path))
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {key: strings(message) for key, message in texts(read_mo(file)).items()}
    translated = {key: strings(message) for key, message in entries.items() if all(strings(message))}
    assert {key: compiled.get(key) for key in translated} == translated, "./run messages"
    assert compiled.keys() <= entries.keys(), "./run messages"


def test_texts_are_found_in_templates_and_code(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        """{% load i18n %}<p class="a'b">{% translate "你好" %} {{ _("常") }}
        {% blocktranslate count n=rows trimmed %}一项{% plural %}{{ n }} 项，100%{% endblocktranslate %}</p>
        {% translate "月" context "date" as month %}""",
        encoding="utf-8",
    )
    code = tmp_path / "code.py"
    code.write_text('from x import gettext_lazy as _\nname = _("名称")\n', encoding="utf-8")
    assert set(texts(collect([page, code]))) == {
        ("你好", None),
        ("常", None),
        (("一项", "%(n)s 项，100%%"), None),
        ("月", "date"),
        ("名称", None),
    }
