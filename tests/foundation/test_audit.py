"""The audit log: complete, read only, and held by the database itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from tests.architecture.tree import PACKAGE
from tests.cast import Cast, County

from tiaodu.engine.items.states import Verb
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.appendonly import AppendOnly, AppendOnlyError
from tiaodu.foundation.audit import services
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.audit.selectors import history_of
from tiaodu.foundation.audit.words import action_words, field_words, value_rows
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.rooms.ledger.models import Event
from tiaodu.rooms.projects.models import StageEvent
from tiaodu.rooms.returns.models import ReturnEntry

ClientOf = Callable[[User], Client]


@pytest.fixture
def entry(county: County, cast: Cast) -> AuditEntry:
    subject = county.subjects["shigang"]
    return services.record(
        action="registry.subject_edit",
        actor=cast.dispatcher,
        obj=subject,
        before={"name": "甲"},
        after={"name": "乙"},
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET actor_name = 'x'",
        "DELETE FROM audit_auditentry",
        "UPDATE files_storedfile SET name = 'x'",
        "DELETE FROM files_storedfile",
    ],
)
def test_the_database_refuses_to_rewrite(entry: AuditEntry, cast: Cast, statement: str) -> None:
    file_store(user=cast.energy, name="a.txt", data=b"plan")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).actor_name == "李调度"
    assert StoredFile.objects.get().name == "a.txt"


def test_a_row_is_not_rewritten_by_putting_another_in_its_place(entry: AuditEntry) -> None:
    """The ways round a plain UPDATE that each database knows."""
    columns = [field.column for field in AuditEntry._meta.concrete_fields]
    values = ", ".join("'x'" if column == "actor_name" else column for column in columns)
    copied = f"INTO audit_auditentry ({', '.join(columns)}) SELECT {values} FROM audit_auditentry"
    upsert = f"INSERT {copied} WHERE true ON CONFLICT (id) DO UPDATE SET actor_name = 'x'"
    statements = [upsert]
    if connection.vendor == "sqlite":
        statements += [f"INSERT OR REPLACE {copied}", f"REPLACE {copied}"]
    for statement in statements:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).actor_name == "李调度"


def _append_only() -> list[type[AppendOnly]]:
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


@pytest.mark.django_db
@pytest.mark.parametrize("model", _append_only(), ids=lambda model: model._meta.label_lower)
def test_every_append_only_table_is_held_by_the_database(model: type[AppendOnly]) -> None:
    table = model._meta.db_table
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(found[connection.vendor], [table])
        triggers = {name for (name,) in cursor.fetchall()}
    assert {f"{table}_no_update", f"{table}_no_delete"} <= triggers


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no TRUNCATE")
@pytest.mark.parametrize("model", _append_only(), ids=lambda model: model._meta.label_lower)
def test_no_append_only_table_is_emptied_as_a_whole(model: type[AppendOnly]) -> None:
    """Row triggers do not see it: an empty table must refuse too."""
    table = model._meta.db_table
    with (
        pytest.raises(DatabaseError, match=f"{table} is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no TRUNCATE")
def test_nor_by_way_of_what_it_refers_to(entry: AuditEntry) -> None:
    with (
        pytest.raises(DatabaseError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else what the test wrote stands in the way
        cursor.execute("TRUNCATE registry_region CASCADE")
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_the_program_refuses_to_rewrite(entry: AuditEntry) -> None:
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="x"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


def test_the_page_of_an_act_shows_before_and_after(
    entry: AuditEntry, cast: Cast, client_of: ClientOf
) -> None:
    page = client_of(cast.admin).get(reverse("audit:entry", args=[entry.pk])).content.decode()
    assert "修改主体" in page
    assert "名称" in page
    assert "甲" in page
    assert "乙" in page


def test_the_log_filters_by_person_action_object_and_day(
    entry: AuditEntry, county: County, cast: Cast, client_of: ClientOf
) -> None:
    services.record(action="accounts.login", actor=cast.energy, obj=cast.energy)
    client = client_of(cast.admin)
    today = entry.recorded_at.astimezone().date()

    def shown(**filters: str) -> tuple[bool, bool]:
        page = client.get(
            reverse("audit:list"), filters, headers={"HX-Target": "list-audit"}
        ).content.decode()
        rows = page.partition("<tbody")[2]
        return "石港煤业" in rows, "孙能源" in rows

    assert shown() == (True, True)
    assert shown(person=str(cast.energy.pk)) == (False, True)
    assert shown(action="registry.subject_edit") == (True, False)
    assert shown(object="registry.subject") == (True, False)
    assert shown(q="石港") == (True, False)
    assert shown(day="2001-01-01") == (False, False)
    assert shown(day="nonsense") == (True, True)
    assert shown(day=f"{today:%Y-%m-%d}") == (True, True)


def test_the_log_of_one_record_is_one_click_away(entry: AuditEntry, cast: Cast, client_of: ClientOf) -> None:
    services.record(action="accounts.login", actor=cast.energy, obj=cast.energy)
    client = client_of(cast.admin)
    record = f"registry.subject:{entry.object_id}"
    assert f"?record={record}" in client.get(reverse("audit:entry", args=[entry.pk])).content.decode()
    answer = client.get(reverse("audit:list"), {"record": record})
    assert [row.record for row in answer.context["list"].rows] == [entry]
    assert "只看“石港煤业”的记录" in answer.content.decode()
    nowhere = client.get(reverse("audit:list"), {"record": "registry.subject:0"}).content.decode()
    assert "没有关于它的记录" in nowhere
    everything = client.get(reverse("audit:list"), {"record": "nonsense"})
    assert len(everything.context["list"].rows) == 2


def test_nothing_is_sent_to_the_log_from_outside(entry: AuditEntry, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    for method in ("post", "put", "patch", "delete"):
        for address in (reverse("audit:list"), reverse("audit:entry", args=[entry.pk])):
            assert getattr(client, method)(address).status_code == 405


def test_another_countys_acts_are_not_shown(
    entry: AuditEntry, county: County, cast: Cast, client_of: ClientOf
) -> None:
    other = services.record(action="accounts.login", actor=cast.outsider, obj=cast.outsider)
    client = client_of(cast.admin)
    assert "蒋邻县" not in client.get(reverse("audit:list")).content.decode()
    assert client.get(reverse("audit:entry", args=[other.pk])).status_code == 404


def test_taking_the_log_away_is_itself_in_the_log(entry: AuditEntry, cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.admin).get(reverse("audit:list"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    assert "石港煤业" in {cell.value for row in sheet.iter_rows() for cell in row}
    latest = AuditEntry.objects.latest("id")
    assert (latest.action, latest.actor, latest.after["list"]) == ("lists.export", cast.admin, "audit")


def test_the_history_of_a_record_is_its_own(entry: AuditEntry, county: County, cast: Cast) -> None:
    services.record(action="registry.subject_edit", actor=cast.dispatcher, obj=county.subjects["huaneng"])
    assert list(history_of(county.subjects["shigang"])) == [entry]


def _pieces(node: ast.expr, names: dict[str, set[str]]) -> set[str]:
    """What an expression for an action can say: a constant, or an f-string over closed sets of words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _pieces(node.body, names) | _pieces(node.orelse, names)
    if isinstance(node, ast.JoinedStr):
        (start, _ending) = node.values
        assert isinstance(start, ast.Constant)
        return {str(start.value) + word for word in names[str(start.value)]}
    return set()


def _emitted() -> set[str]:
    """Every action that the program writes into the log."""
    closed = {
        "ledger.task_": set(Event.Verb.values),
        "projects.step_": set(StageEvent.Verb.values),
        "items.": {verb.value for verb in Verb},
        "returns.": set(ReturnEntry.Verb.values),
        "tables.version_": {"confirm", "reject", "withdraw"},
        "documents.statement_": {"edit", "merge", "split", "reject", "reopen", "accept", "withdraw"},
    }
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "action":
                found |= _pieces(node.value, closed)
            if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["action"]:
                found |= _pieces(node.value, closed)
    return {action for action in found if re.fullmatch(r"[a-z]+\.[a-z_]+", action)}


def test_every_action_that_is_written_has_words() -> None:
    emitted = _emitted()
    assert {"ledger.task_struck_off", "accounts.user_deactivate", "registry.alias_add"} <= emitted
    assert sorted(action for action in emitted if action_words(action) == action) == []


def _noted() -> set[str]:
    """Every field that a call of ``record`` names, in the call itself or in a mapping it is handed."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        functions = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for function in (node for node in functions if isinstance(node, ast.FunctionDef)):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            told = [
                keyword.value
                for call in calls
                if getattr(call.func, "attr", "") == "record"
                for keyword in call.keywords
                if keyword.arg in ("before", "after")
            ]
            handed = {name.id for value in told for name in ast.walk(value) if isinstance(name, ast.Name)}
            told += [
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign) and {getattr(t, "id", "") for t in node.targets} & handed
            ]
            mappings = (part for value in told for part in ast.walk(value) if isinstance(part, ast.Dict))
            keys = (key for mapping in mappings for key in mapping.keys)
            found |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    return found


def test_every_field_that_is_noted_has_words() -> None:
    noted = _noted()
    assert {"failures_dropped", "valid_from", "proof"} <= noted
    nameless = {name for name in noted if field_words("", name) == name}
    assert nameless == set(), "say them in data/access/actions.yaml"


def test_a_field_is_called_as_its_table_calls_it() -> None:
    assert field_words("registry.subject", "credit_code") == "统一社会信用代码"
    assert field_words("registry.liaison", "valid_from") == "开始日期"
    assert field_words("items.item", "waiting_reason") == "等待原因"
    assert field_words("items.item", "nothing_known") == "nothing_known"


def test_acts_upon_statements_are_told_in_words() -> None:
    verbs = {
        node.value.value
        for path in PACKAGE.rglob("rooms/*/services/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "verb" and isinstance(node.value, ast.Constant)
    }
    assert "accept" in verbs
    said = {verb: action_words(f"documents.statement_{verb}") for verb in verbs}
    assert [verb for verb, words in said.items() if words.startswith("documents.")] == []


def test_what_changed_of_a_person_is_told_in_words() -> None:
    before = {"roles": ["department"], "language": "en", "active": True}
    after = {"roles": ["department", "liaison"], "language": "zh-hans", "active": False}
    rows = value_rows("accounts.user", before, after)
    assert [(row["before"], row["after"]) for row in rows] == [
        ("责任部门", "责任部门、包联干部"),
        ("英语", "中文"),
        ("是", "否"),
    ]
    assert rows[2]["field"] == "启用"
