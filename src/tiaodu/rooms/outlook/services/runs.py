"""One simulation of a county, kept with everything it was computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tiaodu.engine.outlook.months import month_text
from tiaodu.engine.outlook.scoring import Refused
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.services import job_start
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.slots.selectors import collect_interventions
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow
from tiaodu.rooms.outlook.drawing import SCENARIOS, SEED, draws_of
from tiaodu.rooms.outlook.judging import Judge, Judged
from tiaodu.rooms.outlook.milestones import milestones_judged
from tiaodu.rooms.outlook.models import Outlook, Run, Worth
from tiaodu.rooms.outlook.selectors.gathered import Gathered, digest_of, gathered
from tiaodu.rooms.outlook.services.calibration import (
    Calibration,
    calibrate,
    calibration_of,
    digest_with,
    kept_as,
)
from tiaodu.rooms.outlook.what_if.base import base_made
from tiaodu.rooms.outlook.worth.computing import Found, worths_of
from tiaodu.rooms.outlook.worth.offers import own_offers

LANGUAGES = ("zh", "en")
Report = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """A run; ``new`` when it was not there yet."""

    run: Run
    new: bool


def outlook_run(
    *,
    region: Region,
    as_of: date,
    user: User | None = None,
    seed: int = SEED,
    scenarios: int = SCENARIOS,
    report: Report = lambda _done, _total, _words: None,
) -> Ran:
    """Run the county as it was known on ``as_of``; the same inputs give the run that is there already.

    ``user`` is None for the product itself. ``report`` hears how far it is and may end it: nothing is kept
    before the end. Raises Invalid for a day that has not come and for a number of scenarios out of range.
    """
    if user is not None:
        may_run(user, region)
    _check(as_of, scenarios)
    begun = perf_counter()
    with clock.as_of(as_of), translation.override(settings.LANGUAGE_CODE):
        report(0, 5, _("收集当日已知的情况"))
        county = gathered(region, as_of)
        calibration = calibration_of(region, as_of)
        digest = digest_with(digest_of(county, seed, scenarios), calibration)
        known = Run.objects.filter(region=region, as_of=as_of, digest=digest).first()
        if known is not None:
            return Ran(known, new=False)
        report(1, 5, _("推演"))
        judge = Judge(county, draws_of(region, seed, scenarios), _before(region, as_of))
        judge.run()
        report(2, 5, _("逐项研判"))
        rows = _rows(county, judge)
        calibrate(rows, calibration)
        _remember(digest, county)
        report(3, 5, _("看哪些事值得先做"))
        worths, failures = _worths(county, judge, calibration)
        report(4, 5, _("保存"))
        run = _told(county, judge, rows, failures)
        run.digest, run.seed, run.scenarios, run.by = digest, seed, scenarios, user
        run.calibration = kept_as(calibration)
    return _keep(run, rows, worths, user, begun)


def _told(county: Gathered, judge: Judge, rows: list[Outlook], failures: Iterable[str]) -> Run:
    """The run with what it tells of the county."""
    return Run(
        region=county.region,
        as_of=county.day,
        versions=dict(county.versions),
        nodes=_nodes(county, rows),
        findings=[*_findings(county, judge), *_failed(failures)],
    )


@transaction.atomic
def _keep(run: Run, rows: list[Outlook], worths: list[Found], user: User | None, begun: float) -> Ran:
    # Two who run the same at once: the second waits here and finds the first one's.
    Region.objects.select_for_update().filter(pk=run.region_id).first()
    known = Run.objects.filter(region=run.region, as_of=run.as_of, digest=run.digest).first()
    if known is not None:
        return Ran(known, new=False)
    run.seconds = round(perf_counter() - begun, 3)
    run.save()
    for row in rows:
        row.run = run
    Outlook.objects.bulk_create(rows)
    _keep_worths(run, rows, worths)
    after = {"as_of": run.as_of, "outlooks": len(rows), "seed": run.seed, "scenarios": run.scenarios}
    audit.record(action="outlook.run", actor=user, obj=run, after=after, region_code=run.region.code)
    return Ran(run, new=True)


def _keep_worths(run: Run, rows: list[Outlook], worths: list[Found]) -> None:
    """What acts are worth, each beside the outlook of its promise."""
    names = {f"i{row.indicator_id}" if row.indicator_id else f"m{row.milestone_id}": row for row in rows}
    for found in worths:
        found.worth.run, found.worth.outlook = run, names[found.line.name]
    Worth.objects.bulk_create([found.worth for found in worths])


@transaction.atomic
def outlook_ask(*, user: User, region: Region, as_of: date) -> Job:
    """Have a run made in the background."""
    may_run(user, region)
    arguments = {"region": region.pk, "day": as_of.isoformat()}
    job = job_start(user=user, kind="outlook.run", arguments=arguments, label=f"{region} {as_of}")
    audit.record(action="outlook.ask", actor=user, after={"as_of": as_of}, region_code=region.code)
    return job


def _check(as_of: date, scenarios: int) -> None:
    if as_of > clock.today():
        raise Invalid(_("研判日不能晚于今天。"))
    if not 100 <= scenarios <= SCENARIOS:
        raise Invalid(_("情形数在 100 与 %(most)s 之间。") % {"most": SCENARIOS})


def may_run(user: User, region: Region) -> None:
    """Refuse who may not have the county's runs made."""
    access.require(user, "outlook.run")
    if scope_of(user).released_only or not scope_of(user).covers(region):
        raise NotFound


def _before(region: Region, as_of: date) -> Gathered | None:
    """The county on the day of the newest run of an earlier day, as it was known then."""
    before = Run.objects.filter(region=region, as_of__lt=as_of).first()
    if before is None:
        return None
    if before.digest in _remembered:
        return _remembered[before.digest]
    with clock.as_of(before.as_of):
        return gathered(region, before.as_of)


# The county of the last runs by what they were computed from: the next day's run explains itself against it.
_remembered: dict[str, Gathered] = {}
_MOST = 4


def _remember(digest: str, county: Gathered) -> None:
    if len(_remembered) >= _MOST:
        _remembered.clear()
    _remembered[digest] = county


def _rows(county: Gathered, judge: Judge) -> list[Outlook]:
    rows = [_row(told.row, told.part, judged) for told, judged in judge.judged()]
    return [*rows, *(_row(row, part, judged) for row, part, judged in milestones_judged(county))]


def _row(row: TaskRow, part: PartRow, judged: Judged) -> Outlook:
    value, target = part.value, part.term.value
    return Outlook(
        task=row.task,
        **{"indicator" if part.is_indicator else "milestone": part.part},
        value=None if value is None else float(value),
        target=None if target is None else float(target),
        comparator=part.term.comparator if part.is_indicator else "",
        unit=part.part.unit if part.is_indicator else "",
        due=part.term.due_end,
        strength=row.task.strength,
        commitment=row.task.commitment,
        **asdict(judged),
    )


def _nodes(county: Gathered, rows: list[Outlook]) -> dict[str, Any]:
    """The part of the tree that the outlooks rest on, told in both languages, with its known months."""
    tree, found = county.case.tree, dict[str, Any]()
    for key in dict.fromkeys(name for row in rows for name in row.provenance.get("needed", ())):
        told: dict[str, Any] = {language: asdict(tree.tell(key, language)) for language in LANGUAGES}
        known = county.known.get(key)
        told["months"] = {month_text(m): v for m, v in sorted(county.case.inputs.known.get(key, {}).items())}
        told["series"] = known.series if known is not None else ""
        told["evidence"] = [cell.evidence_id for cell in known.cells][-18:] if known is not None else []
        told["dates"] = {
            name: {"title": county.steps[name].title, "url": county.steps[name].about.url}
            for name in tree.dates([key])
        }
        found[key] = told
    return found


def _findings(county: Gathered, judge: Judge) -> list[Mapping[str, Any]]:
    found = list(judge.result.report()) if judge.result is not None else []
    every = [*county.left_out.values(), *found]
    told = [
        {"node": each.node, "severity": each.severity, **{n: each.tell(n) for n in LANGUAGES}}
        for each in every
    ]
    return [*told, *_failed(county.failures)]


def _failed(rooms: Iterable[str]) -> list[Mapping[str, Any]]:
    """Rooms whose offers could not be had."""
    return [{"node": "", "severity": "error", "zh": name, "en": name} for name in rooms]


def _worths(county: Gathered, judge: Judge, calibration: Calibration) -> tuple[list[Found], list[str]]:
    """What each act that somebody could decide would bring, and the rooms whose offers could not be had."""
    correction = None if isinstance(calibration, Refused) else calibration
    base = replace(base_made(county.region, county.day, county, judge.draws), correction=correction)
    told = collect_interventions(county.region, county.day)
    found = worths_of(base, [*own_offers(county), *told.offers])
    return found, [str(each.name) for each in told.failures if str(each.name) not in county.failures]
