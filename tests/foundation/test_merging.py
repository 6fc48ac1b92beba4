"""Merging proved over every table that refers to a subject, whatever room it is in, and undone again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.db.utils import IntegrityError
from tests.cast import Cast, County, make_person

from tiaodu.foundation import clock
from tiaodu.foundation.appendonly import AppendOnly, AppendOnlyError
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence.models import Latest
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry import merging, selectors, services
from tiaodu.foundation.registry.models import Alias, Liaison, MergeRecord, Subject
from tiaodu.rooms.ledger.models import Task, TaskDepartment

DAY = date(2024, 5, 10)
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.as_of(DAY):
        yield


def subject(county: County, name: str = "", **fields: Any) -> Subject:
    number = next(NUMBERS)
    values = {"kind": "firm", "name": name or f"某{number}公司", "code": f"made-{number}", **fields}
    return Subject.objects.create(region=county.region, **values)


# ---------------------------------------------------------------- a row of any table

VALUES: tuple[tuple[type[models.Field[Any, Any]], Callable[[models.Field[Any, Any]], Any]], ...] = (
    (models.SlugField, lambda f: f"slug-{next(NUMBERS)}"),
    (models.FileField, lambda f: ContentFile(b"x", name="x.txt")),
    (models.CharField, lambda f: str(next(NUMBERS))),
    (models.TextField, lambda f: f"text {next(NUMBERS)}"),
    (models.BooleanField, lambda f: False),
    (models.IntegerField, lambda f: next(NUMBERS)),
    (models.DecimalField, lambda f: 1),
    (models.FloatField, lambda f: 1.0),
    (models.DateTimeField, lambda f: datetime(2024, 5, 1, tzinfo=UTC)),
    (models.DateField, lambda f: date(2024, 5, 1)),
    (models.JSONField, lambda f: []),
    (models.BinaryField, lambda f: b""),
    (models.UUIDField, lambda f: None),
)
# What a table wants beyond a value in every column that must have one, by its label.
ALSO: dict[str, Callable[[], dict[str, Any]]] = {
    "registry.liaison": lambda: {"name": "张三"},
    "evidence.evidence": lambda: {"value": 1},
}


class Maker:
    """Makes rows of any table with every column filled that must be, and what they refer to."""

    def __init__(self, county: County, cast: Cast) -> None:
        self.county, self.cast = county, cast

    def row(self, model: type[models.Model], **given: Any) -> models.Model:
        values = {**ALSO.get(model._meta.label_lower, dict)(), **given}
        for field in model._meta.concrete_fields:
            if field.name not in values and not field.primary_key and self._wanted(field):
                values[field.name] = self._value(field)
        return model._base_manager.create(**values)

    def _wanted(self, field: Any) -> bool:
        if field.null or field.has_default() or getattr(field, "auto_now_add", False):
            return False
        return bool(not field.blank or isinstance(field, models.ForeignKey))

    def _value(self, field: Any) -> Any:
        if isinstance(field, models.ForeignKey):
            return self._related(field.related_model)
        if field.choices:
            return field.flatchoices[0][0]
        make = next(make for kind, make in VALUES if isinstance(field, kind))
        return make(field)

    def _related(self, model: Any) -> models.Model:
        known = {"registry.region": self.county.region, "accounts.user": self.cast.admin}
        if model is Subject:
            return subject(self.county)
        return known.get(model._meta.label_lower) or self.row(model)


MOVABLE = [f for f in merging.references() if not issubclass(f.model, AppendOnly)]
WRITTEN_ONCE = [f for f in merging.references() if issubclass(f.model, AppendOnly)]


def named(reference: Any) -> str:
    return f"{reference.model._meta.label_lower}.{reference.name}"


def uniques(reference: Any) -> list[tuple[str, ...]]:
    """The sets of columns with this one that no two rows may share, conditions left aside."""
    meta = reference.model._meta
    found = [tuple(c.fields) for c in meta.constraints if isinstance(c, models.UniqueConstraint)]
    found += [tuple(fields) for fields in meta.unique_together]
    found += [(reference.name,)] if reference.unique else []
    return [fields for fields in found if reference.name in fields]


def values_of(row: models.Model) -> dict[str, Any]:
    return type(row)._base_manager.filter(pk=row.pk).values().get()


@pytest.mark.parametrize("reference", MOVABLE, ids=named)
def test_every_row_that_can_be_changed_moves_and_comes_back(
    county: County, cast: Cast, reference: Any
) -> None:
    keep, gone = subject(county), subject(county)
    row = Maker(county, cast).row(reference.model, **{reference.name: gone})
    before = values_of(row)
    services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
    assert values_of(row) == {**before, reference.attname: keep.pk}
    record = MergeRecord.objects.get()
    assert {
        "table": reference.model._meta.label_lower,
        "field": reference.name,
        "rows": [row.pk],
    } in record.moved
    undoing = services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason="合错了")
    assert values_of(row) == before
    assert undoing.removed == []


@pytest.mark.parametrize("reference", [f for f in MOVABLE if uniques(f)], ids=named)
def test_a_row_that_would_stand_twice_is_kept_in_the_record(
    county: County, cast: Cast, reference: Any
) -> None:
    for fields in uniques(reference):
        keep, gone, maker = subject(county), subject(county), Maker(county, cast)
        lost = maker.row(reference.model, **{reference.name: gone})
        shared = {name: getattr(lost, name) for name in fields if name != reference.name}
        twin = maker.row(reference.model, **shared, **{reference.name: keep})
        before = values_of(lost)
        services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
        record = MergeRecord.objects.latest("id")
        if reference.model._base_manager.filter(pk=lost.pk).exists():
            pytest.fail(f"{named(reference)}: two rows of {fields} were both kept")
        assert [note["row"]["pk"] for note in record.removed] == [lost.pk]
        assert reference.model._base_manager.filter(pk=twin.pk, **{reference.name: keep}).exists()
        services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason="合错了")
        assert values_of(lost) == before


@pytest.mark.parametrize("reference", WRITTEN_ONCE, ids=named)
def test_what_is_written_once_stays_and_is_counted(county: County, cast: Cast, reference: Any) -> None:
    keep, gone = subject(county), subject(county)
    row = Maker(county, cast).row(reference.model, **{reference.name: gone})
    before = values_of(row)
    services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
    assert values_of(row) == before
    record = MergeRecord.objects.latest("id")
    note = next(n for n in record.kept if (n["table"], n["field"]) == tuple(named(reference).rsplit(".", 1)))
    assert row.pk in note["rows"]
    assert selectors.subject_for(cast.admin, gone.pk) == keep


def test_the_walk_finds_what_is_known_to_refer() -> None:
    found = {named(f) for f in merging.references()}
    assert {"ledger.task.subject", "ledger.taskdepartment.department", "registry.liaison.subject"} <= found
    assert {
        "accounts.user_subjects.subject",
        "accounts.user.department",
        "evidence.evidence.subject",
    } <= found
    assert not any(f.model is Latest for f in merging.references())


# ---------------------------------------------------------------- names and fields


def test_names_and_what_was_missing_go_over_and_come_back(county: County, cast: Cast) -> None:
    code = "91110000600037341L"
    keep = county.subjects["shigang"]
    gone = subject(county, "石港矿", full_name="石港矿全称", credit_code=code)
    services.subjects_merge(user=cast.dispatcher, keep_id=keep.pk, gone_id=gone.pk, reason="同一座矿")
    keep.refresh_from_db()
    assert (keep.credit_code, keep.full_name) == (code, "山西石港煤业有限责任公司")
    texts = Alias.objects.filter(subject=keep).values_list("text", flat=True)
    assert set(texts) == {"石港公司", "石港矿", "石港矿全称"}
    record = MergeRecord.objects.get()
    services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason="两座矿")
    keep.refresh_from_db()
    gone.refresh_from_db()
    assert (keep.credit_code, gone.credit_code, gone.active, gone.merged_into) == ("", code, True, None)
    assert list(Alias.objects.filter(subject=keep).values_list("text", flat=True)) == ["石港公司"]
    assert selectors.subject_for(cast.admin, gone.pk) == gone


def test_two_credit_codes_are_two_firms(county: County, cast: Cast) -> None:
    one, other = (
        subject(county, credit_code="91110000600037341L"),
        subject(county, credit_code="91140000110010205N"),
    )
    with pytest.raises(Invalid, match="91140000110010205N"):
        services.subjects_merge(user=cast.admin, keep_id=one.pk, gone_id=other.pk)


def test_a_merged_one_is_not_merged_or_changed_again(county: County, cast: Cast) -> None:
    keep, gone, third = subject(county, "甲公司"), subject(county, "乙公司"), subject(county, "丙公司")
    services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
    for pair in ((third.pk, gone.pk), (gone.pk, third.pk)):
        with pytest.raises(Invalid):
            services.subjects_merge(user=cast.admin, keep_id=pair[0], gone_id=pair[1])
    with pytest.raises(Invalid, match="甲公司"):
        services.subject_edit(user=cast.admin, subject_id=gone.pk, version=2, active=True)
    with pytest.raises(Invalid, match="甲公司"):
        services.alias_add(user=cast.admin, subject_id=gone.pk, text="乙厂")


# ---------------------------------------------------------------- undoing


def test_undoing_leaves_alone_what_was_changed_since(county: County, cast: Cast) -> None:
    keep, gone, third = subject(county), subject(county), subject(county)
    child, other = subject(county, parent=gone), subject(county, parent=gone)
    services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
    services.subject_edit(user=cast.admin, subject_id=other.pk, version=1, parent=third)
    new = subject(county, parent=keep)
    record = MergeRecord.objects.get()
    undoing = services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason="合错了")
    parents = {s.pk: s.parent_id for s in Subject.objects.filter(pk__in=[child.pk, other.pk, new.pk])}
    assert parents == {child.pk: gone.pk, other.pk: third.pk, new.pk: keep.pk}
    assert undoing.removed == [{"table": "registry.subject", "field": "parent", "rows": [other.pk]}]
    with pytest.raises(Invalid, match="已经撤销"):
        services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason="再来")


def test_merges_are_undone_from_the_last(county: County, cast: Cast) -> None:
    first, second, third = subject(county), subject(county), subject(county)
    services.subjects_merge(user=cast.admin, keep_id=second.pk, gone_id=first.pk)
    services.subjects_merge(user=cast.admin, keep_id=third.pk, gone_id=second.pk)
    assert selectors.subject_for(cast.admin, first.pk) == third
    later, earlier = MergeRecord.objects.all()
    with pytest.raises(Invalid, match="先撤销"):
        services.subjects_unmerge(user=cast.admin, record_id=earlier.pk, reason="x")
    services.subjects_unmerge(user=cast.admin, record_id=later.pk, reason="x")
    services.subjects_unmerge(user=cast.admin, record_id=earlier.pk, reason="x")
    assert [selectors.subject_for(cast.admin, s.pk) for s in (first, second, third)] == [first, second, third]
    services.subjects_merge(user=cast.admin, keep_id=second.pk, gone_id=first.pk)  # and again


def test_only_the_administrator_of_the_county_undoes(county: County, cast: Cast) -> None:
    keep, gone = subject(county), subject(county)
    services.subjects_merge(user=cast.dispatcher, keep_id=keep.pk, gone_id=gone.pk)
    record = MergeRecord.objects.get()
    with pytest.raises(NotAllowed):
        services.subjects_unmerge(user=cast.dispatcher, record_id=record.pk, reason="x")
    neighbour = make_person("neighbour", "邻县管理", ["admin"], county.other)
    with pytest.raises(NotFound):
        services.subjects_unmerge(user=neighbour, record_id=record.pk, reason="x")
    with pytest.raises(Invalid, match="为什么"):
        services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason=" ")
    with pytest.raises(AppendOnlyError):
        record.delete()
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_mergerecord")


def test_a_department_in_a_task_twice_keeps_its_first_part_in_the_record(county: County, cast: Cast) -> None:
    keep, gone = county.departments["energy"], subject(county, "能源中心", kind="department")
    task = Maker(county, cast).row(Task)
    TaskDepartment.objects.create(task=task, department=keep, part="assisting")
    TaskDepartment.objects.create(task=task, department=gone, part="lead")
    services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
    assert TaskDepartment.objects.get().part == "assisting"
    record = MergeRecord.objects.get()
    assert record.removed[0]["row"]["fields"]["part"] == "lead"
    services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason="两个单位")
    assert TaskDepartment.objects.get(department=gone).part == "lead"


def test_who_looked_after_the_other_record_is_not_lost(county: County, cast: Cast) -> None:
    keep, gone = subject(county), subject(county)
    for looked_after, name in ((keep, "张三"), (gone, "李四")):
        Liaison.objects.create(subject=looked_after, role="officer", name=name, valid_from=DAY, known_on=DAY)
    services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
    assert [row.name for row in Liaison.objects.filter(subject=keep)] == ["张三"]
    record = MergeRecord.objects.get()
    services.subjects_unmerge(user=cast.admin, record_id=record.pk, reason="x")
    assert [row.name for row in Liaison.objects.filter(subject=gone)] == ["李四"]


def test_the_history_of_both_is_told_together(county: County, cast: Cast) -> None:
    keep, gone = county.subjects["shigang"], subject(county, "石港矿")
    services.subject_edit(user=cast.admin, subject_id=gone.pk, version=1, sector="coal")
    services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk, reason="同一座矿")
    told = [entry.action for entry in selectors.subject_history(keep)]
    assert told == ["registry.subjects_merge", "registry.subject_edit"]
    assert [record.gone for record in selectors.merges_of(keep)] == [gone]
    assert AuditEntry.objects.latest("id").after["reason"] == "同一座矿"


def test_a_failure_in_between_leaves_everything_as_it_was(
    county: County, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, gone = subject(county), subject(county)
    child = subject(county, parent=gone)

    def fails(*_told: Any) -> None:
        raise IntegrityError("broken")

    monkeypatch.setattr(merging, "_followers", [fails])
    with pytest.raises(IntegrityError):
        services.subjects_merge(user=cast.admin, keep_id=keep.pk, gone_id=gone.pk)
    child.refresh_from_db()
    gone.refresh_from_db()
    assert (child.parent, gone.merged_into, MergeRecord.objects.count()) == (gone, None, 0)
