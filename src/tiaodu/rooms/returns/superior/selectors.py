"""Reads of superior offices' forms: who sees which, what they may ask, what their cells seem to mean."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, OuterRef, QuerySet, Subquery

from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.returns.forms import GROWTH, Known, Suggestion, suggest
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.measures import vocabulary_words
from tiaodu.foundation.registry.models import UNIT_KINDS
from tiaodu.foundation.registry.sectors import sector_words
from tiaodu.rooms.returns.superior.blanks import Sheet, blank_of
from tiaodu.rooms.returns.superior.cells import SECTOR, SUBJECT, Asked, Naming, words
from tiaodu.rooms.returns.superior.figures import series_there
from tiaodu.rooms.returns.superior.models import FormFilling, FormReading, FormVersion, SuperiorForm


def forms_visible_to(user: User) -> QuerySet[SuperiorForm]:
    """The forms of the person's region; of who does not see the whole county those of her own department."""
    scope = scope_of(user)
    if not access.may(user, "returns.forms") or scope.region_path is None:
        return SuperiorForm.objects.none()
    found = SuperiorForm.objects.filter(
        region__path__startswith=scope.region_path, made_on__lte=clock.today()
    ).select_related("region", "department", "made_by")
    if not scope.sees_all:
        found = found.filter(department=scope.department_id) if scope.department_id else found.none()
    last = FormFilling.objects.filter(of=OuterRef("pk"), known_on__lte=clock.today()).order_by("-id")
    return found.annotate(last_month=Subquery(last.values("month")[:1]), filled=Count("fillings"))


def form_for(user: User, form_id: int) -> SuperiorForm:
    """One form in reach; NotFound otherwise."""
    found = forms_visible_to(user).filter(pk=form_id).first()
    if found is None:
        raise NotFound
    return found


def version_of(form: SuperiorForm) -> FormVersion:
    """The newest version of a form."""
    found: FormVersion = form.versions.select_related("file", "by").get(number=form.version)
    return found


def filling_for(user: User, filling_id: int) -> FormFilling:
    """One filling of a form in reach; NotFound otherwise."""
    found = FormFilling.objects.select_related("of__region", "version__file", "by").filter(
        pk=filling_id, of__in=forms_visible_to(user).values("pk"), known_on__lte=clock.today()
    )
    row: FormFilling | None = found.first()
    if row is None:
        raise NotFound
    return row


def reading_for(user: User, reading_id: int) -> FormReading:
    """One reading of a form in reach; NotFound otherwise."""
    found = FormReading.objects.select_related("of__region", "version", "file", "by").filter(
        pk=reading_id, of__in=forms_visible_to(user).values("pk")
    )
    row: FormReading | None = found.first()
    if row is None:
        raise NotFound
    return row


def cells_of(version: FormVersion) -> dict[str, Asked]:
    """What the cells of a version ask for, by their place."""
    asked = (Asked.read(kept) for kept in version.cells)
    return {cell.at: cell for cell in asked}


def suggestions(user: User, version: FormVersion, naming: Naming) -> dict[str, Asked]:
    """What cells that are not mapped yet seem to ask for. A person accepts or leaves each."""
    mapped, known = cells_of(version), _known(user, naming)
    found = {}
    for sheet in blank_of(version.file).sheets:
        for each in suggest(sheet.grid, sheet.formulas, known, words()):
            asked = asked_of(sheet, each)
            if asked.at not in mapped:
                found[asked.at] = asked
    return found


def asked_of(sheet: Sheet, told: Suggestion) -> Asked:
    """A suggestion as a mapped cell would be kept."""
    labels = sheet.labels(told.cell)
    return Asked(
        sheet=sheet.name,
        cell=told.cell,
        measure=told.measure,
        who=told.who,
        series=told.series,
        span=told.span,
        unit=told.unit,
        take=told.take,
        places=1 if told.take == GROWTH else 2,
        labels=(labels.row, labels.column),
    )


def _known(user: User, naming: Naming) -> Known:
    """What words may mean in this region."""
    codes = naming.measures
    meant: dict[str, str] = {word: code for word, code in vocabulary_words().items() if code in codes}
    meant |= {measure.name: code for code, measure in codes.items()}
    who: dict[str, str] = {}
    for sector in naming.sectors:
        who |= dict.fromkeys(sector_words(sector), f"{SECTOR}{sector}")
    for subject in naming.subjects.values():
        if subject.kind not in UNIT_KINDS and subject.kind in ("industry", "project"):
            who[subject.name] = f"{SUBJECT}{subject.pk}"
    units: Mapping[str, str] = {code: measure.unit for code, measure in codes.items()}
    return Known(meant, units, who, series_there(naming, user, codes.values()), packaged_units())
