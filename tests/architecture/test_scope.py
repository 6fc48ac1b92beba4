"""A record of another county is not there: a neighbour with every role asks for it on every route."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.architecture.test_access import ROUTES, Route
from tests.cast import Cast, County, make_person
from tests.foundation.items.desk import claimed
from tests.rooms.ledger.desk import step_task
from tests.rooms.returns.blanks import MARCH, blank, statistic
from tests.rooms.returns.desk import opened

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.access import roles
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.services import evidence_record
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.interfaces.services import token_make
from tiaodu.foundation.items import services as items
from tiaodu.foundation.jobs.models import Job, JobState
from tiaodu.foundation.lists.importing.services import import_check
from tiaodu.foundation.lists.importing.spec import spec_of
from tiaodu.foundation.lists.models import BulkRun, ImportRun
from tiaodu.foundation.lists.saved.services import view_save
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.models import Measure, MergeRecord
from tiaodu.foundation.registry.services import liaison_assign, measure_add, measures_load, subjects_merge
from tiaodu.foundation.tables.models import Version
from tiaodu.rooms.documents.models import Document, DocumentState, Secrecy, Statement
from tiaodu.rooms.ledger.models import Indicator, Progress, Task, TaskDepartment, Term
from tiaodu.rooms.outlook.models import Basis, Outlook, Run
from tiaodu.rooms.outlook.what_if.changes import Wish
from tiaodu.rooms.outlook.what_if.services import scenario_save
from tiaodu.rooms.projects import services as projects
from tiaodu.rooms.returns.entry import services as entry
from tiaodu.rooms.returns.entry.models import Authorisation, EntryPaper, EntryStep
from tiaodu.rooms.returns.leading import services as leading
from tiaodu.rooms.returns.platforms import services as platforms
from tiaodu.rooms.returns.services import file_bring
from tiaodu.rooms.returns.superior import intake
from tiaodu.rooms.returns.superior import services as superior
from tiaodu.rooms.returns.superior.cells import Asked
from tiaodu.rooms.returns.superior.files import filled_file

DAY = date(2024, 3, 1)
TEXT = "全年原煤产量达到500万吨。"
RECORDS = [route for route in ROUTES if any(key.endswith("_id") for key, _value in route.arguments)]


def _document(county: County, by: User) -> Statement:
    document = Document.objects.create(
        region=county.region,
        title="工业计划",
        secrecy=Secrecy.PUBLIC,
        plan_year=2024,
        file=file_store(user=by, name="plan.txt", data=TEXT.encode()),
        text=TEXT,
        text_sha256=hashlib.sha256(TEXT.encode()).hexdigest(),
        state=DocumentState.READ,
        readings=1,
        created_by=by,
        created_on=DAY,
    )
    places = ("start", "clause_start", "sentence_start"), ("end", "clause_end", "sentence_end")
    spans = {name: at for names, at in zip(places, (0, len(TEXT)), strict=True) for name in names}
    return Statement.objects.create(document=document, quote=TEXT, kind="target", fingerprint="f", **spans)


def _progress(county: County, by: User) -> Progress:
    task = Task.objects.create(
        region=county.region,
        number=1,
        plan_year=2024,
        title=TEXT,
        title_key=TEXT,
        created_on=DAY,
        created_by=by,
    )
    TaskDepartment.objects.create(
        task=task, department=county.departments["energy"], part=TaskDepartment.Part.LEAD
    )
    indicator = Indicator.objects.create(task=task, measure_key="output.coal.raw", unit="吨")
    Term.objects.create(
        indicator=indicator, value=5_000_000, due_end=date(2024, 12, 31), known_on=DAY, set_by=by
    )
    progress = Progress.objects.create(
        task=task,
        indicator=indicator,
        department=county.departments["energy"],
        text="已完成",
        period_end=DAY,
        known_on=DAY,
        reported_by=by,
    )
    progress.proofs.add(file_store(user=by, name="proof.pdf", data=b"%PDF-1.7\n%%EOF\n"))
    return progress


def _version(county: County, by: User) -> Version:
    return Version.objects.create(
        code="ledger.standing",
        region=county.region,
        number=1,
        valid_from=DAY,
        source="tests",
        confidence="practice",
        body={"due_soon_days": 9, "unreported_days": 31, "default_offset_days": 5},
        reason="tests",
        proposed_on=DAY,
        proposed_by=by,
    )


def _figure(county: County, by: User) -> Evidence:
    """A figure with the file it came with."""
    return evidence_record(
        user=by,
        subject=county.subjects["glove"],
        measure=Measure.objects.get(code="output.coal.raw"),
        series="dispatch",
        period=Period.month(2024, 2),
        value=Decimal(1),
        source_kind="tests",
        source_id="1",
        file=file_store(user=by, name="proof.pdf", data=b"%PDF-1.7\n%%EOF\n"),
    )


def _outlook(county: County, progress: Progress) -> int:
    run = Run.objects.create(region=county.region, as_of=clock.today(), digest="x", seed=1, scenarios=100)
    told = Outlook.objects.create(
        run=run,
        task=progress.task,
        indicator=progress.indicator,
        basis=Basis.NOTHING,
        reason={"code": "no_due"},
    )
    return int(told.pk)


def _item(county: County, cast: Cast) -> dict[str, int]:
    """A claimed order of the county with its proof, and somebody of it who is away."""
    item = claimed(county, cast)
    away = items.absence_record(user=cast.energy, start=clock.today(), end=clock.today(), reason="leave")
    proof = item.entries.exclude(file=None).get().file_id
    assert proof is not None
    return {"item_id": item.pk, "attachment_id": proof, "absence_id": away.pk}


def _project(county: County, cast: Cast) -> dict[str, Any]:
    """A project of the county with a step that has begun, and its proof."""
    made = projects.project_create(
        user=cast.dispatcher, region=county.region, name="新厂", kind="manufacturing"
    )
    second = projects.project_create(
        user=cast.dispatcher, region=county.region, name="又一个厂", kind="manufacturing"
    )
    file = file_store(user=cast.dispatcher, name="proof.pdf", data=b"%PDF-1.7\n%%EOF\n")
    backed = [projects.Proof("paper", file=file)]
    seen = projects.Turn(cast.dispatcher, made.pk, "A01", 0, proofs=backed)
    event = projects.step_start(seen, day=clock.today())
    return {"project_id": made.pk, "proof_id": event.proofs.get().pk, "step": "A01", "doing": "finish"} | {
        "year": clock.today().year,
        "month": 1,
        "second_id": second.pk,
        "need": "steam",
    }


def _return(county: County, cast: Cast) -> dict[str, Any]:
    """A return of the county's with a file an official handed in, and who stands on its list."""
    row = opened(cast, county, on=clock.today())[0]
    table = "单位,原煤产量（吨）\n石港煤业,5200\n".encode()
    brought = file_bring(user=cast.energy, return_id=row.pk, data=table, filename="日报.csv")
    return {"return_id": row.pk, "brought_id": brought.pk, "listing_id": row.subject.listings.get().pk}


def _entry(county: County, cast: Cast) -> dict[str, Any]:
    """A unit on its way into the statistics with a paper, a proven step and what its firm has allowed."""
    unit = entry.unit_add(user=cast.dispatcher, subject=county.subjects["xinrui"])
    unit.subject.industry_code = "0810"
    unit.subject.save(update_fields=["industry_code"])
    file = file_store(user=cast.dispatcher, name="proof.pdf", data=b"%PDF-1.7\n%%EOF\n")
    told: dict[str, Any] = {"unit": unit, "known_on": DAY, "by": cast.dispatcher}
    step = EntryStep.objects.create(revision=1, step="approved", state="first", day=DAY, proof=file, **told)
    paper = EntryPaper.objects.create(paper="licence", batch="2024-03", file=file, **told)
    allowed = Authorisation.objects.create(
        subject=unit.subject,
        measure=Measure.objects.get(code="tax"),
        series="dispatch",
        granted_on=DAY,
        until=DAY,
        granted_by=cast.firm,
    )
    found = {"unit_id": unit.pk, "step_id": step.pk, "paper_id": paper.pk, "authorisation_id": allowed.pk}
    return {**found, "move": "left", "paper": "licence"}


def _superior(county: County, cast: Cast) -> dict[str, Any]:
    """A superior office's form that was filled and read back in."""
    statistic(cast, county, "value_added.industry", MARCH, "512300000")
    made = superior.form_register(
        user=cast.statistics, title="月报", issuer="市局", data=blank(), filename="a.xlsx"
    )
    cell = {"measure": "value_added.industry", "who": "region", "series": "statistical", "span": "month"}
    put = [Asked(sheet="月报", cell="C4", unit="亿元", **cell)]
    superior.form_map(user=cast.statistics, form_id=made.pk, version=1, put=put)
    filling = superior.form_fill(user=cast.statistics, form_id=made.pk, month=MARCH)
    file = filled_file(filling, "")
    reading = intake.form_read(
        user=cast.statistics, form_id=made.pk, month=MARCH, data=file, filename="a.xlsx"
    )
    return {"form_id": made.pk, "filling_id": filling.pk, "reading_id": reading.pk}


def _chains(county: County, cast: Cast) -> dict[str, Any]:
    """A leading firm with a follower, a platform firm with a proven licence."""
    given = {"user": cast.dispatcher, "subject": county.subjects["xinrui"], "source": "tests"}
    first = leading.leading_add(**given, chain="铁", since=DAY)
    other = {**given, "subject": county.subjects["huaneng"]}
    follower = leading.follower_add(**other, leading_id=first.pk, role="customer", what="", since=DAY)
    platform = platforms.platform_add(**given)
    file = file_store(user=cast.dispatcher, name="proof.pdf", data=b"%PDF-1.7\n%%EOF\n")
    told = platforms.Fact(kind="brand", name="太行", day=DAY, source="tests", proof=file)
    fact = platforms.fact_tell(user=cast.dispatcher, platform_id=platform.pk, fact=told)
    found = {"leading_id": first.pk, "follower_id": follower.pk, "platform_id": platform.pk}
    return {**found, "fact_id": fact.pk, "what": "brand"}


def _register(county: County, cast: Cast) -> dict[str, Any]:
    """What the register has ids for: a name, a liaison, a merge, a measure of the county's own."""
    mine, double = county.subjects["shigang"], county.subjects["pancheng"]
    subjects_merge(user=cast.admin, keep_id=mine.pk, gone_id=double.pk)
    return {
        "region_id": county.township.pk,
        "other_id": county.subjects["zhengzhu"].pk,
        "alias_id": mine.aliases.latest("id").pk,
        "record_id": MergeRecord.objects.get().pk,
        "liaison_id": liaison_assign(
            user=cast.admin, subject_id=mine.pk, role="officer", who=Person(name="张三")
        ).pk,
        "measure_id": measure_add(
            user=cast.admin, code="output.walnut", name="核桃", unit="吨", kind="flow", definition="干核桃"
        ).pk,
    }


@pytest.fixture
def records(county: County, cast: Cast) -> dict[str, Any]:
    """One record of each kind in the county, by the name it has in addresses."""
    measures_load(user=None)
    statement, progress = _document(county, cast.dispatcher), _progress(county, cast.energy)
    return {
        "user_id": cast.energy.pk,
        "entry_id": audit.record(action="accounts.login", actor=cast.energy).pk,
        "view_id": view_save(
            user=cast.dispatcher, list_name="ledger-tasks", name="逾期", query="filter=overdue"
        ).pk,
        "bulk_id": BulkRun.objects.create(
            owner=cast.dispatcher, list_name="ledger-tasks", action="ledger.release", back="/ledger/", day=DAY
        ).pk,
        "run_id": import_check(
            user=cast.dispatcher,
            spec=spec_of("subjects"),
            data="名称,类别\n新厂,企业\n".encode(),
            filename="a.csv",
        ).pk,
        "job_id": Job.objects.create(kind="x", created_by=cast.dispatcher, state=JobState.DONE).pk,
        "subject_id": county.subjects["shigang"].pk,
        "document_id": statement.document_id,
        "statement_id": statement.pk,
        "task_id": progress.task_id,
        "progress_id": progress.pk,
        "file_id": progress.proofs.get().pk,
        "version_id": _version(county, cast.dispatcher).pk,
        "part_id": progress.indicator_id,
        "part": f"i{progress.indicator_id}",
        "token_id": token_make(
            user=cast.admin,
            system="市平台",
            region=county.region,
            scopes=["evidence.read"],
            until=clock.today(),
        )[0].pk,
        "outlook_id": _outlook(county, progress),
        "about": f"i{progress.indicator_id}",
        "milestone_id": step_task(county, cast).milestones.get().pk,
        "scenario_id": scenario_save(
            user=cast.dispatcher,
            name="停产",
            wishes=[Wish("stop", "shigang:output.coal.raw", first=24295, last=24296, left=0.0)],
            base_day=clock.today(),
        ).pk,
        "evidence_id": _figure(county, cast.energy).pk,
        "measure": "output.coal.raw",
        "series": "dispatch",
        "about_id": str(progress.task_id),
        "act": "note",
        **_item(county, cast),
        **_superior(county, cast),
        **_project(county, cast),
        **_register(county, cast),
        **_return(county, cast),
        **_entry(county, cast),
        **_chains(county, cast),
    }


def _address(route: Route, records: dict[str, Any]) -> str:
    given = {key: records.get(key, value) for key, value in route.arguments}
    if "part_id" in given:
        given["kind"] = "indicator"
    if "about_id" in given:
        given["kind"] = "ledger.task"
    return reverse(route.name, kwargs=given)


def test_every_record_of_an_address_has_one_here(records: dict[str, Any]) -> None:
    named = {key for route in RECORDS for key, _value in route.arguments if key.endswith("_id")}
    assert named - records.keys() == set()


def _answers(client: Client, address: str) -> list[int]:
    return [getattr(client, method)(address).status_code for method in ("get", "post")]


def test_a_neighbour_with_every_role_finds_nothing(
    county: County, cast: Cast, records: dict[str, Any], client_of: Callable[[User], Client]
) -> None:
    """And is answered as if the record had never been."""
    client = client_of(make_person("neighbour", "邻县全权", sorted(roles()), county.other))
    seen = []
    for route in RECORDS:
        here, nowhere = _answers(client, _address(route, records)), _answers(client, _address(route, {}))
        if here != nowhere or min(here) < 400:
            seen.append((route.name, here, nowhere))
    assert seen == []


def test_the_countys_own_people_do_find_them(
    county: County, cast: Cast, records: dict[str, Any], client_of: Callable[[User], Client]
) -> None:
    """Or the test above would prove nothing."""
    own = make_person(
        "own", "本县全权", sorted(roles()), county.region, department=county.departments["energy"]
    )
    Job.objects.update(created_by=own)
    BulkRun.objects.update(owner=own)
    ImportRun.objects.update(owner=own)
    client = client_of(own)
    lost = [route.name for route in RECORDS if client.get(_address(route, records)).status_code == 404]
    assert lost == []
