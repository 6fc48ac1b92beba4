"""Translatable texts of an app: collected from its Python files and templates, merged into its catalogues.

`./run messages` brings every catalogue up to date and compiles it; the tests here look that this was done.
GNU gettext is not needed: Django turns a template into calls of gettext, Babel reads those.
"""

from __future__ import annotations

import io
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from tests.architecture.tree import PACKAGE, files, place

LANGUAGES = ("en",)
ENCODING = {"encoding": "utf-8"}
KEYWORDS: dict[str, Any] = {
    # `_now`: gettext in modules whose `_` waits for the reader's language.
    **dict.fromkeys(("_", "_now", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


@lru_cache(maxsize=1)
def apps() -> list[Path]:
    """Folders that keep their own catalogues: every Django app of the package."""
    return sorted(path.parent for path in PACKAGE.glob("**/apps.py"))


def _home(path: Path) -> Path:
    """The app whose catalogue holds a file's texts; files outside every app belong to the web shell."""
    return next((app for app in apps() if path.is_relative_to(app)), PACKAGE / "web")


# A call as Django writes it for a tag of a template; everything else there is blanked to letters.
CALL = re.compile(r"""\b(?:_|n?p?gettext)\((?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*"|[^()'"])*\)""")


def _source(path: Path) -> bytes:
    """Python code with the same calls of gettext on the same lines as the file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        calls = (CALL.findall(line) for line in templatize(text, origin=place(path)).splitlines())
        text = "\n".join("; ".join(found) for found in calls)
    return text.encode()


def collect(paths: list[Path]) -> Catalog:
    """All texts of some files with the places they stand, in the order of the files."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in paths:
        source = io.BytesIO(_source(path))
        for line, message, comments, context in extract(
            "python", source, KEYWORDS, ("Translators:",), ENCODING
        ):
            catalog.add(message, locations=[(place(path), line)], auto_comments=comments, context=context)
    return catalog


def template(app: Path) -> Catalog:
    """All texts of an app."""
    return collect(_sources().get(app, []))


@lru_cache(maxsize=1)
def _sources() -> dict[Path, list[Path]]:
    """The files with texts, by the app that keeps them."""
    found: dict[Path, list[Path]] = {}
    for path in sorted(files(".py", PACKAGE) + files(".html", PACKAGE) + files(".txt", PACKAGE)):
        found.setdefault(_home(path), []).append(path)
    return found


def catalogue_path(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def texts(catalog: Catalog) -> dict[tuple[object, str | None], Message]:
    """The texts by id and context. Babel reads compiled plurals as lists and compiled contexts as bytes."""

    def key(message: Message) -> tuple[object, str | None]:
        context: str | bytes | None = message.context
        written = context.decode() if isinstance(context, bytes) else context
        return (tuple(message.id) if isinstance(message.id, list) else message.id), written

    return {key(message): message for message in catalog if message.id}


def update(app: Path, language: str) -> int:
    """Merge an app's texts into its catalogue, compile it, and tell how many wait for a translation."""
    path = catalogue_path(app, language)
    wanted = template(app)
    if not texts(wanted):
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = (
        read_catalogue(path) if path.exists() else Catalog(locale=language, charset="utf-8", fuzzy=False)
    )
    catalog.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalog, width=100, omit_header=False, include_lineno=False, ignore_obsolete=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return len(untranslated(catalog))


def strings(message: Message) -> tuple[str, ...]:
    """What a message is in the other language: one empty text for one that has just been added."""
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def untranslated(catalog: Catalog) -> list[str]:
    return [
        str(message.id) for message in texts(catalog).values() if message.fuzzy or not all(strings(message))
    ]


def main() -> None:
    if not settings.configured:
        settings.configure()
    only = sys.argv[1:]  # names of apps, such as ledger; all of them when none is given
    for app in (each for each in apps() if not only or each.name in only):
        for language in LANGUAGES:
            waiting = update(app, language)
            sys.stdout.write(f"{place(catalogue_path(app, language))}: {waiting} untranslated\n")


if __name__ == "__main__":
    main()
