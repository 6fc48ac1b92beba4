"""The pages of what-ifs. Computing is a GET: an address says all it is computed from and can be passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.outlook.models import Scenario
from tiaodu.rooms.outlook.what_if import selectors, services
from tiaodu.rooms.outlook.what_if.base import Base
from tiaodu.rooms.outlook.what_if.changes import KINDS, MOST, ChangeError, Wish, wishes_of
from tiaodu.rooms.outlook.what_if.forms import ABOUT, ChangeForm, Choices, choices_of, filled, rows_of
from tiaodu.rooms.outlook.what_if.lines import Line
from tiaodu.rooms.outlook.what_if.lists import CompareList, CompareRow, OutcomeList, ScenarioList
from tiaodu.rooms.outlook.what_if.outcome import Outcome, day_of, outcome
from tiaodu.rooms.outlook.what_if.pictures import pair_of
from tiaodu.rooms.outlook.what_if.words import short_words, wish_words

MOST_RECENT = 5  # of those that are kept, on the page that begins a new one


@dataclass(frozen=True)
class Ground:
    """What every page of what-ifs stands on: the county on the day asked for, and what the person sees."""

    base: Base
    lines: Sequence[Line]
    choices: Choices


def _ground(request: HttpRequest) -> Ground:
    user = who(request)
    day = day_of(request.GET.get("day", ""), clock.today())
    base = selectors.base_for(user, day)
    lines = selectors.lines_for(user, base)
    return Ground(base, lines, choices_of(base, lines))


@access("outlook.what_if")
@require_GET
def what_if(request: HttpRequest) -> HttpResponse:
    """Changes in words, and what they bring."""
    ground = _ground(request)
    rows = rows_of(request.GET, ground.choices, ground.base)
    return _answer(request, ground, rows, None)


@access("outlook.what_if")
@require_GET
def scenario(request: HttpRequest, scenario_id: int) -> HttpResponse:
    """A what-if that is kept, run on the day shown; its changes can be tried further."""
    kept = selectors.scenario_for(who(request), scenario_id)
    ground = _ground(request)
    query = request.GET if any(key.endswith("-kind") for key in request.GET) else _as_kept(kept)
    return _answer(request, ground, rows_of(query, ground.choices, ground.base), kept)


def _as_kept(kept: Scenario) -> QueryDict:
    return filled(_wishes(kept))


def _wishes(kept: Scenario) -> tuple[Wish, ...]:
    try:
        return wishes_of(kept.changes)
    except ChangeError as error:
        told = {"name": kept.name, "reason": error.message}
        raise Invalid(_now("“%(name)s”里存的内容读不出来：%(reason)s") % told) from None


def _answer(
    request: HttpRequest, ground: Ground, rows: list[ChangeForm], kept: Scenario | None
) -> HttpResponse:
    tried = [row for row in rows if row.is_bound]
    valid = [row.is_valid() for row in tried]
    wishes = [row.wish for row in tried if row.wish is not None] if all(valid) else []
    found = outcome(ground.base, wishes, ground.lines) if wishes else None
    user = who(request)
    context: dict[str, Any] = {
        "ground": ground,
        "rows": rows,
        "wrong": not all(valid),
        "kinds": [(kind, KINDS[kind], ABOUT[kind]) for kind in ground.choices.kinds],
        "full": len(rows) >= MOST,
        "found": found,
        "said": [wish_words(wish, ground.base) for wish in wishes],
        "headline": _headline(found) if found else "",
        "kept": kept,
        "changed": kept is not None and _is_changed(kept, wishes),
        "may_change": kept is not None and selectors.may_change(user, kept),
        "may_delete": kept is not None and selectors.may_delete(user, kept),
        "query": filled(wishes).urlencode(),
        "recent": selectors.scenarios_for(user)[:MOST_RECENT] if kept is None and not rows else (),
        "replayed": ground.base.day != clock.today(),
    }
    if found is None or found.refused:
        return TemplateResponse(request, "outlook/what_if/what_if.html", context)
    shown = _with_pictures(user, ground, found)
    return OutcomeList(request, shown).respond("outlook/what_if/what_if.html", context)


def _is_changed(kept: Scenario, wishes: Sequence[Wish]) -> bool:
    return bool(wishes) and tuple(wishes) != _wishes(kept)


def _with_pictures(user: Any, ground: Ground, found: Outcome) -> list[Any]:
    """Rows with the page of the newest outlook of each promise."""
    urls = selectors.addresses_for(user, ground.lines)
    return [replace(row, url=_url(urls.get(row.line.name))) for row in found.rows]


def _url(outlook: int | None) -> str:
    return reverse("outlook:outlook", args=[outlook]) if outlook is not None else ""


def _headline(found: Outcome) -> str:
    moved = found.moved
    if not moved:
        return _now("这样改，看得到的各项都没有能分辨的变化。")
    first, more = short_words(moved[0]), len(moved) - 1
    if not more:
        return first
    rest = ngettext("%(first)s；还有 %(more)d 项变了", "%(first)s；还有 %(more)d 项变了", more)
    return rest % {"first": first, "more": more}


@access("outlook.what_if")
@require_GET
def scenarios(request: HttpRequest) -> HttpResponse:
    """What-ifs that are kept."""
    user = who(request)
    base = selectors.base_for(user)
    rows = []
    for kept in selectors.scenarios_for(user):
        kept.url = reverse("outlook:scenario", args=[kept.pk])  # type: ignore[attr-defined]
        kept.said = _said(kept, base)  # type: ignore[attr-defined]
        rows.append(kept)
    context = {"most": selectors.MOST_COMPARED, "many": len(rows) > 1}
    return ScenarioList(request, rows).respond("outlook/what_if/scenarios.html", context)


def _said(kept: Scenario, base: Base) -> str:
    try:
        return " · ".join(wish_words(wish, base) for wish in wishes_of(kept.changes))
    except ChangeError as error:
        return error.message


@access("outlook.what_if")
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four what-ifs beside the county as it is, all on the same draws."""
    user, ground = who(request), _ground(request)
    asked = list(dict.fromkeys(request.GET.getlist("s")))
    if not asked:
        return HttpResponseRedirect(reverse("outlook:scenarios"))
    if len(asked) > selectors.MOST_COMPARED:
        raise Invalid(_now("一次最多比 %(most)s 个。") % {"most": selectors.MOST_COMPARED})
    chosen = [selectors.scenario_for(user, _number(text)) for text in asked]
    found = [outcome(ground.base, _wishes(kept), ground.lines) for kept in chosen]
    context = {
        "ground": ground,
        "chosen": [
            (f"bar-{place}", kept, _said(kept, ground.base), told)
            for place, (kept, told) in enumerate(zip(chosen, found, strict=True), 1)
        ],
    }
    rows = _side_by_side(user, ground, found)
    return CompareList(request, rows, [kept.name for kept in chosen]).respond(
        "outlook/what_if/compare.html", context
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _side_by_side(user: Any, ground: Ground, found: Sequence[Outcome]) -> list[CompareRow]:
    urls = selectors.addresses_for(user, ground.lines)
    by_name = [{row.line.name: row for row in told.rows} for told in found]
    rows = []
    for line in ground.lines:
        beside = [
            replace(each[line.name], url=_url(urls.get(line.name))) for each in by_name if line.name in each
        ]
        if len(beside) == len(found):
            sides = [("base", beside[0].base), *((f"{n}", row.other) for n, row in enumerate(beside, 1))]
            rows.append(CompareRow(beside, pair_of(line, sides)))
    return sorted(rows, key=lambda row: (not row.moved, *(-each for each in row.size), row.pk))


@access("outlook.what_if")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the changes of an address under a name."""
    user, ground = who(request), _ground(request)
    wishes = _sent(request, ground)
    name = request.POST.get("name", "")
    made = services.scenario_save(user=user, name=name, wishes=wishes, base_day=ground.base.day)
    messages.success(request, _now("“%(name)s”已存下，本县有权限的人都能打开。") % {"name": made.name})
    return HttpResponseRedirect(reverse("outlook:scenario", args=[made.pk]))


def _sent(request: HttpRequest, ground: Ground) -> list[Wish]:
    """The changes the hidden field of a form carries, as the address of the page said them."""
    rows = rows_of(QueryDict(request.POST.get("query", "")), ground.choices, ground.base)
    if not rows or not all(row.is_bound and row.is_valid() for row in rows):
        raise Invalid(_now("要存的改动不完整，请先推演一次再存。"))
    return [row.wish for row in rows if row.wish is not None]


@access("outlook.what_if")
@require_POST
def edit(request: HttpRequest, scenario_id: int) -> HttpResponse:
    """Another name or other changes."""
    user = who(request)
    selectors.scenario_for(user, scenario_id)
    given: dict[str, Any] = {"version": _number(request.POST.get("version", ""))}
    if "query" in request.POST:
        given["wishes"] = _sent(request, _ground(request))
    if "name" in request.POST:
        given["name"] = request.POST["name"]
    kept = services.scenario_edit(user=user, scenario_id=scenario_id, **given)
    messages.success(request, _now("“%(name)s”已更新。") % {"name": kept.name})
    return HttpResponseRedirect(reverse("outlook:scenario", args=[kept.pk]))


@access("outlook.what_if")
@require_POST
def delete(request: HttpRequest, scenario_id: int) -> HttpResponse:
    """Take one out of the lists."""
    name = services.scenario_delete(user=who(request), scenario_id=scenario_id)
    messages.success(request, _now("“%(name)s”已删除。") % {"name": name})
    return HttpResponseRedirect(reverse("outlook:scenarios"))
