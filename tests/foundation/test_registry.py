"""The register: loading, looking after, merging; codes that identify."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry import services
from tiaodu.foundation.registry.apps import load_measures
from tiaodu.foundation.registry.codes import check_credit_code, division_name, is_division_code
from tiaodu.foundation.registry.measures import measures_missing
from tiaodu.foundation.registry.merging import references
from tiaodu.foundation.registry.models import Alias, Measure, Region, Subject, SubjectKind
from tiaodu.foundation.registry.selectors import SubjectMatcher, subject_for, subjects_visible_to

USCC = "91110000600037341L"  # the example of GB 32100 in python-stdnum


def _subject(county: County, code: str, name: str, **fields: object) -> Subject:
    return Subject.objects.create(region=county.region, code=code, kind=SubjectKind.FIRM, name=name, **fields)


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("140722", True),
        ("140000", True),
        ("140700", True),
        ("140722100", True),
        ("140722100001", True),
        ("140799", False),
        ("990000", False),
        ("14072", False),
        ("１４０７２２", False),
        ("", False),
    ],
)
def test_divisions(code: str, *, known: bool) -> None:
    assert is_division_code(code) == known


@pytest.mark.parametrize(
    ("code", "name"), [("140722", "左权县"), ("140700", "晋中市"), ("140000", "山西省"), ("110105", "朝阳区")]
)
def test_divisions_are_named_as_they_are_now(code: str, name: str) -> None:
    assert division_name(code) == name


def test_credit_codes_are_checked() -> None:
    assert check_credit_code(f" {USCC.lower()} ") == USCC
    assert check_credit_code("") == ""
    for wrong in (USCC[:-1] + "M", USCC[:-1], "石港煤业"):
        with pytest.raises(Invalid):
            check_credit_code(wrong)


# ---------------------------------------------------------------- loading


@pytest.mark.django_db
def test_a_county_is_registered_with_all_above_it() -> None:
    region = services.region_line_load(user=None, code="140722")
    assert region.path == "140000/140700/140722/"
    assert list(Region.objects.values_list("name", "level")) == [
        ("山西省", "province"),
        ("晋中市", "city"),
        ("左权县", "county"),
    ]
    assert services.region_line_load(user=None, code="140722") == region


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        {"code": "149999", "name": "无", "level": "county"},
        {"code": "140722", "name": "左权县", "level": "kingdom"},
        {"code": "140722", "name": "左权县", "level": "county", "parent": "140700"},
    ],
    ids=["code", "level", "parent"],
)
def test_a_region_that_does_not_fit_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        services.regions_load(user=None, rows=[row])
    assert Region.objects.count() == 0


def test_subjects_are_loaded_twice_without_doubling(county: County) -> None:
    before = Subject.objects.count()
    rows = [
        {
            "code": "one-mine",
            "kind": "mine",
            "name": "甲矿",
            "parent": "one",
            "sample": True,
            "source": "示例",
        },
        {"code": "one", "kind": "firm", "name": "甲公司", "aliases": ["老甲", "甲厂"], "credit_code": USCC},
    ]
    for _time in range(2):
        loaded = services.subjects_load(user=None, region=county.region, rows=rows)
    assert [s.code for s in loaded] == ["one-mine", "one"]
    assert Subject.objects.count() == before + 2
    assert Subject.objects.get(code="one-mine").parent == Subject.objects.get(code="one")
    assert set(Alias.objects.filter(subject__code="one").values_list("text", flat=True)) == {"老甲", "甲厂"}


@pytest.mark.parametrize(
    "row",
    [
        {"code": "x", "kind": "firm"},
        {"code": "x", "kind": "castle", "name": "某堡"},
        {"code": "x", "kind": "firm", "name": "某公司", "colour": "red"},
        {"code": "x", "kind": "firm", "name": "某公司", "parent": "nobody"},
        {"code": "x", "kind": "firm", "name": "某公司", "credit_code": "123"},
        {"code": "x", "kind": "firm", "name": "某公司", "aliases": ["石港公司"]},
    ],
    ids=["name", "kind", "field", "parent", "credit", "alias"],
)
def test_a_subject_that_does_not_fit_is_refused(county: County, row: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        services.subjects_load(user=None, region=county.region, rows=[row])


@pytest.mark.django_db
def test_the_measures_of_the_reader_are_loaded() -> None:
    count = services.measures_load(user=None)
    assert services.measures_load(user=None) == count == Measure.objects.count()
    coal = Measure.objects.get(code="output.coal.raw")
    assert (coal.unit, coal.kind, coal.name) == ("吨", "flow", "原煤产量")
    assert not Measure.objects.filter(definition="").exists()


@pytest.mark.django_db
def test_every_migrated_database_has_the_measures() -> None:
    assert measures_missing() == []
    Measure.objects.filter(code="output.coal.raw").update(code="output.coal.old")
    Measure.objects.filter(code="gdp").update(unit="?", name="?")
    assert measures_missing() == ["output.coal.raw"]
    load_measures(using="default")
    assert measures_missing() == []
    assert not Measure.objects.filter(name="?").exists()


def test_loading_is_the_administrators(county: County, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.regions_load(user=cast.dispatcher, rows=[])
    assert services.regions_load(user=cast.admin, rows=[]) == []


# ---------------------------------------------------------------- looking after


def test_a_subject_is_made_and_found(county: County, cast: Cast) -> None:
    made = services.subject_create(
        user=cast.dispatcher,
        region=county.region,
        kind="firm",
        name="新公司",
        aliases=["新厂"],
        sector="iron",
    )
    assert made.code.startswith("firm-")
    assert SubjectMatcher(county.region).match("新厂") == made
    assert AuditEntry.objects.latest("id").action == "registry.subject_create"


@pytest.mark.parametrize("name", ["县能源局", " 县能源局 ", "能源局"])
def test_a_department_is_registered_once(county: County, cast: Cast, name: str) -> None:
    before = Subject.objects.count()
    with pytest.raises(Invalid, match="县能源局"):
        services.subject_create(user=cast.admin, region=county.region, kind="department", name=name)
    assert Subject.objects.count() == before
    other = county.departments["statistics"]
    with pytest.raises(Invalid, match="县能源局"):
        services.subject_edit(user=cast.admin, subject_id=other.pk, version=1, name=name)


def test_an_administrator_registers_a_department_for_the_people_in_it(
    county: County, cast: Cast, client_of: Callable[[User], Client]
) -> None:
    Subject.objects.filter(kind="department").update(active=False)
    client = client_of(cast.admin)
    assert reverse("registry:subject-new") in client.get(reverse("accounts:user-new")).content.decode()
    answer = client.post(reverse("registry:subject-new"), {"name": "县林业局", "kind": "department"})
    assert answer.status_code == 302
    page = client.get(reverse("accounts:user-new")).content.decode()
    assert "县林业局" in page
    assert reverse("registry:subject-new") not in page


def test_an_edit_names_what_it_changed_and_refuses_stale_ones(county: County, cast: Cast) -> None:
    subject = county.subjects["huaneng"]
    edited = services.subject_edit(user=cast.dispatcher, subject_id=subject.pk, version=1, sector="energy")
    assert (edited.sector, edited.version) == ("energy", 2)
    assert AuditEntry.objects.latest("id").before == {"sector": "power"}
    with pytest.raises(Stale):
        services.subject_edit(user=cast.dispatcher, subject_id=subject.pk, version=1, sector="coal")


def test_a_subject_is_never_above_itself(county: County, cast: Cast) -> None:
    firm, mine = county.subjects["xinrui"], county.subjects["xinrui-1"]
    with pytest.raises(Invalid):
        services.subject_edit(user=cast.dispatcher, subject_id=firm.pk, version=1, parent=mine)


def test_subjects_of_another_county_are_not_there(county: County, cast: Cast) -> None:
    subject = county.subjects["shigang"]
    with pytest.raises(NotFound):
        services.subject_edit(user=cast.outsider, subject_id=subject.pk, version=1, sector="x")
    with pytest.raises(NotAllowed):
        services.subject_edit(user=cast.energy, subject_id=subject.pk, version=1, sector="x")
    with pytest.raises(NotFound):
        subject_for(cast.outsider, subject.pk)
    assert list(subjects_visible_to(cast.firm)) == [subject]
    assert list(subjects_visible_to(cast.bank)) == []


def test_merging_moves_names_and_everything_that_refers(county: County, cast: Cast) -> None:
    keep, gone = county.subjects["shigang"], _subject(county, "double", "石港矿", full_name="石港矿全称")
    child = _subject(county, "child", "石港洗煤厂", parent=gone)
    Alias.objects.create(region=county.region, subject=gone, text="老石港")
    cast.firm.subjects.add(gone)
    cast.liaison.subjects.set([gone])

    assert services.subjects_merge(user=cast.dispatcher, keep_id=keep.pk, gone_id=gone.pk) == keep
    gone.refresh_from_db()
    child.refresh_from_db()
    assert (gone.active, gone.merged_into, child.parent) == (False, keep, keep)
    assert list(cast.firm.subjects.all()) == [keep]
    assert list(cast.liaison.subjects.all()) == [keep]
    matcher = SubjectMatcher(county.region)
    for name in ("石港矿", "石港矿全称", "老石港"):
        assert matcher.match(name) == keep
    assert subject_for(cast.dispatcher, gone.pk) == keep


@pytest.mark.parametrize("pair", [("shigang", "shigang"), ("xinrui", "xinrui-1"), ("xinrui-1", "xinrui")])
def test_what_is_not_one_subject_is_not_merged(county: County, cast: Cast, pair: tuple[str, str]) -> None:
    keep, gone = (county.subjects[code] for code in pair)
    with pytest.raises(Invalid):
        services.subjects_merge(user=cast.dispatcher, keep_id=keep.pk, gone_id=gone.pk)


def test_what_is_written_once_keeps_its_reference(county: County, cast: Cast) -> None:
    """Rows of append-only tables cannot be moved; the merged subject stays for them."""
    written_once = [field for field in references() if issubclass(field.model, AppendOnly)]
    assert written_once, "no append-only table refers to a subject any more: drop the exception in merging"
    gone = _subject(county, "double", "石港矿")
    services.subjects_merge(user=cast.dispatcher, keep_id=county.subjects["shigang"].pk, gone_id=gone.pk)
    assert Subject.objects.filter(pk=gone.pk).exists()
