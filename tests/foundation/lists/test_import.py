"""Importing subjects over HTTP: template, dry run, marked file, confirmation, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County, make_person
from tests.engine.intake.samples import plan_docx, xls_bytes
from tests.foundation.lists.tables import HEADING, ROWS, csv, large, upload, xlsx

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.lists.importing import reading, selectors, services
from tiaodu.foundation.lists.importing.spec import spec_of
from tiaodu.foundation.lists.models import ImportRow, ImportRun
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.services import subject_edit

Browser = Callable[[User], Client]
PAGE = "/lists/import/subjects/"


def checked(client: Client, data: bytes, name: str = "名录.xlsx") -> ImportRun:
    """The dry run of a file that can be taken."""
    answer = client.post(PAGE, upload(data, name))
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("id")


def refused(client: Client, data: bytes, name: str = "名录.xlsx") -> str:
    """What is said of a file that cannot; nothing of it is kept."""
    answer = client.post(PAGE, upload(data, name))
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()
    return str(answer.content.decode())


def verdicts(run: ImportRun) -> dict[int, str]:
    return dict(run.rows.values_list("number", "verdict"))


def page(client: Client, run: ImportRun, query: str = "") -> str:
    answer = client.get(f"/lists/imports/{run.pk}/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_dry_run_tells_what_each_row_would_do_and_does_nothing(
    cast: Cast, county: County, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    before = list(Subject.objects.order_by("pk").values())
    run = checked(client, xlsx())
    assert verdicts(run) == {
        3: "changed", 4: "new", 5: "unchanged", 6: "refused", 7: "new", 8: "refused",
    }  # fmt: skip
    whole = page(client, run)
    assert "共 6 行：新增 2，修改 1，无变化 1，有错 2。" in whole
    assert "<ins>+ 石港矿</ins>" in whole
    assert "没有用到的列：序号、备注。" in whole
    wrong = page(client, run, "?filter=refused")
    assert "“飞机”不在可选范围内" in wrong
    assert "没有的集团”不在登记簿里" in wrong
    assert "<b>名称</b>必须填写。" in wrong
    assert '<span class="cell-wrong">飞机</span>' in wrong
    assert "石港煤业" not in wrong
    assert list(Subject.objects.order_by("pk").values()) == before
    entry = AuditEntry.objects.get(action="lists.import_check")
    assert (entry.after["rows"], entry.after["refused"]) == (6, 2)


def test_what_is_confirmed_is_taken_in_by_the_services_of_one_subject(
    cast: Cast, county: County, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    run = checked(client, xlsx())
    assert "确认导入 3 行" in page(client, run)
    answer = client.post(f"/lists/imports/{run.pk}/confirm/", follow=True)
    done = answer.content.decode()
    assert "已导入 3 行，有错 2 行没有导入。" in done
    glass = Subject.objects.get(name="新立玻璃")
    assert (glass.kind, glass.full_name, glass.code) == ("firm", "左权新立玻璃有限公司", "firm-4")
    assert Subject.objects.get(name="新立玻璃一期").parent == glass, "registered before what stands under it"
    shigang = county.subjects["shigang"]
    assert set(shigang.aliases.values_list("text", flat=True)) == {"石港公司", "石港矿"}
    assert AuditEntry.objects.filter(action="registry.subject_create", actor=cast.dispatcher).count() == 2
    entry = AuditEntry.objects.get(action="lists.import_done")
    assert (entry.after["done"], entry.after["refused"]) == (3, 0)
    again = client.post(f"/lists/imports/{run.pk}/confirm/")
    assert again.status_code == 422, "twice is once"
    assert Subject.objects.filter(name__startswith="新立").count() == 2


def test_the_marked_file_comes_back_mended(cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    run = checked(client, xlsx())
    client.post(f"/lists/imports/{run.pk}/confirm/")
    answer = client.get(f"/lists/imports/{run.pk}/marked.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.active
    assert sheet is not None
    assert sheet["I2"].value == "错误说明"
    assert [bool(sheet.cell(row, 9).value) for row in range(3, 9)] == [False, False, False, True, False, True]
    assert "飞机" in sheet["C6"].comment.text  # type: ignore[union-attr]
    sheet["C6"], sheet["F6"], sheet["B8"] = "企业", "", "补名"
    buffer = io.BytesIO()
    book.save(buffer)
    second = checked(client, buffer.getvalue())
    assert verdicts(second) == {
        3: "unchanged", 4: "unchanged", 5: "unchanged", 6: "new", 7: "unchanged", 8: "new",
    }  # fmt: skip
    assert "错误说明" not in page(client, second), "our own column is none of theirs"
    assert AuditEntry.objects.filter(action="lists.import_marked").count() == 1


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (xlsx(), "名录.xlsx"),
        (xlsx(title=""), "名录.csv"),
        (csv(), "名录.csv"),
        (csv(encoding="utf-8-sig"), "名录.csv"),
        (csv(encoding="utf-16"), "名录.txt"),
        (
            xls_bytes("名录", [list(HEADING), *[["" if c is None else c if isinstance(c, str) else float(c)
                      for c in row] for row in ROWS]], []),
            "名录.xls",
        ),
    ],
)  # fmt: skip
def test_every_kind_of_file_says_the_same(data: bytes, name: str, cast: Cast, client_of: Browser) -> None:
    run = checked(client_of(cast.dispatcher), data, name)
    assert list(verdicts(run).values()) == ["changed", "new", "unchanged", "refused", "new", "refused"]
    assert client_of(cast.dispatcher).get(f"/lists/imports/{run.pk}/marked.xlsx").status_code == 200


def test_columns_in_any_order_merged_cells_and_rows_that_are_no_data(
    cast: Cast, county: County, client_of: Browser
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["左权县重点企业名录"], ["单位：家", None, "2024年6月"],
        ["上级", "企业名称（必填）", "类型", "信用代码"],
        ["鑫瑞公司", "鑫瑞二矿", "矿山", None], [None, "鑫瑞三矿", "mine", None], [],
        [None, "左权天然气", "公司", None], ["合计", 3], ["注：以上为示例。"], [None] * 4,
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A4:A5")
    hidden = book.create_sheet("底稿")
    hidden.append(["名称"])
    hidden.sheet_state = "hidden"
    book.create_sheet("说明").append(["怎么填"])
    buffer = io.BytesIO()
    book.save(buffer)
    client = client_of(cast.dispatcher)
    run = checked(client, buffer.getvalue())
    assert verdicts(run) == {4: "new", 5: "new", 7: "new"}
    assert [row.values["parent"] for row in run.rows.filter(number__lte=5)] == ["鑫瑞公司"] * 2
    told = page(client, run)
    assert "隐藏的工作表没有读：底稿。" in told
    assert "没有读：说明" in told
    assert "第 8、9 行" in told


def _pdf() -> bytes:
    return b"%PDF-1.7\n%%EOF\n"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"PK\x03\x04 broken", "名录.xlsx", "损坏"),
        (xlsx()[:-300], "名录.xlsx", "损坏"),
        (plan_docx(), "名录.xlsx", "不是可以导入的表格"),
        (_pdf(), "名录.pdf", "不是可以导入的表格"),
        (b"<html><body><table><tr><td>x</td></tr></table></body></html>", "名录.xls", "网页格式"),
        (xlsx([("a", "b")], heading=("甲", "乙")), "名录.xlsx", "缺少 名称 列"),
        (xlsx([("企业",)], heading=("类别",)), "名录.xlsx", "只认出了 类别"),
        (xlsx([]), "名录.xlsx", "没有数据行"),
        (xlsx(title="绝密★10年"), "名录.xlsx", "按保密规定"),
        (xlsx(), "【机密】名录.xlsx", "按保密规定"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words_and_not_kept(
    data: bytes, name: str, words: str, cast: Cast, client_of: Browser
) -> None:
    assert words in refused(client_of(cast.dispatcher), data, name)


def test_an_empty_upload_and_files_that_are_too_large(
    cast: Cast, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.dispatcher)
    assert client.post(PAGE, {}).status_code == 422
    assert "这个文件是空的" in refused(client, b"")
    limits = reading.limits()
    monkeypatch.setattr(reading, "limits", lambda: replace(limits, import_megabytes=0))
    assert "最大 0 MB" in refused(client, xlsx())
    monkeypatch.setattr(reading, "limits", lambda: replace(limits, import_rows=10))
    many = xlsx([(n, f"甲{n}", "企业", None, None, None, None, None) for n in range(100)])
    assert "一次最多导入 10 行" in refused(client, many)
    monkeypatch.setattr(reading, "limits", lambda: replace(limits, import_columns=3))
    assert "最多 3 列" in refused(client, xlsx())


def test_a_hidden_table_is_named_and_not_taken(cast: Cast, client_of: Browser) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx()))
    book.create_sheet("封面")
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    buffer = io.BytesIO()
    book.save(buffer)
    assert "隐藏的工作表“Sheet”" in refused(client_of(cast.dispatcher), buffer.getvalue())


def test_codes_are_checked_and_long_numbers_are_not_guessed(
    cast: Cast, county: County, client_of: Browser
) -> None:
    good = "91140722MA0GT6X62E"
    rows = [
        ("甲厂", "企业", "９１１４０７２２ma0gt6x62e", None),
        ("乙厂", "企业", "91140722MA0GT6X62X", None),
        ("丙厂", "企业", 911407220000000000, None),
        ("丁厂", "企业", None, "编号 1"),
    ]
    from stdnum.cn import uscc  # noqa: PLC0415  a code whose check character is right

    good = uscc.calc_check_digit("91140722MA0GT6X62") and (
        "91140722MA0GT6X62" + uscc.calc_check_digit("91140722MA0GT6X62")
    )
    rows[0] = ("甲厂", "企业", good.lower(), None)
    rows[1] = ("乙厂", "企业", good[:-1] + ("0" if good[-1] != "0" else "1"), None)
    run = checked(
        client_of(cast.dispatcher), xlsx(rows, heading=("名称", "类别", "统一社会信用代码（18位）", "编号"))
    )
    found = list(run.rows.order_by("number"))
    assert [row.verdict for row in found] == ["new", "refused", "refused", "refused"]
    assert found[0].values["credit_code"] == good
    assert "校验码不对" in found[1].message
    assert "长数字" in found[2].message
    assert "编号只能用" in found[3].message


def test_a_row_told_twice_is_noticed(cast: Cast, county: County, client_of: Browser) -> None:
    rows = [
        ("甲厂", "企业", None), ("甲 厂", "企业", None), ("石港煤业", "矿山", None),
        ("石港公司", "矿山", None),
        ("某矿", "矿山", "shigang"), ("乙厂", "企业", "丙厂"), ("丙厂", "企业", "乙厂"),
    ]  # fmt: skip
    run = checked(client_of(cast.dispatcher), xlsx(rows, heading=("名称", "类别", "编号"), title=""))
    told = {row.number: (row.verdict, row.message) for row in run.rows.all()}
    assert told[2][0] == "new"
    assert told[3] == ("refused", "与第 2 行重复。同一对象在一个文件里只能出现一次。")
    assert told[4][0] == "unchanged"
    assert "与第 4 行说的是同一条记录" in told[5][1]
    assert "与第 4 行说的是同一条记录" in told[6][1]


def test_rows_above_each_other_in_a_circle_are_refused(
    cast: Cast, county: County, client_of: Browser
) -> None:
    rows = [
        ("乙厂", "企业", "丙厂"),
        ("丙厂", "企业", "乙厂"),
        ("丁厂", "企业", "戊厂"),
        ("戊厂", "飞机", None),
    ]
    run = checked(client_of(cast.dispatcher), xlsx(rows, heading=("名称", "类别", "上级"), title=""))
    told = {row.number: row.message for row in run.rows.all()}
    assert "绕成了圈" in told[2]
    assert "绕成了圈" in told[3]
    assert told[4] == "它依靠的第 5 行有错，改好后一起导入。"


def test_what_changed_since_the_check_is_refused_and_told(
    cast: Cast, county: County, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    rows = [("石港煤业", "石港全称"), ("正珠煤业", "正珠全称")]
    run = checked(client, xlsx(rows, heading=("名称", "全称")))
    shigang = county.subjects["shigang"]
    subject_edit(user=cast.admin, subject_id=shigang.pk, version=shigang.version, full_name="管理员改的")
    told = client.post(f"/lists/imports/{run.pk}/confirm/", follow=True).content.decode()
    assert "已导入 1 行，有错 1 行没有导入。" in told
    assert "已被他人修改" in told
    assert Subject.objects.get(code="shigang").full_name == "管理员改的"
    assert Subject.objects.get(code="zhengzhu").full_name == "正珠全称"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/lists/imports/{run.pk}/marked.xlsx").content))
    assert "已被他人修改" in str(book.active["C3"].value)  # type: ignore[index]


def test_registered_meanwhile_by_somebody_else_is_not_registered_twice(
    cast: Cast, county: County, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    rows = [("新厂", "企业")]
    run = checked(client, xlsx(rows, heading=("名称", "类别")))
    Subject.objects.create(region=county.region, code="x", kind="firm", name="新厂")
    assert "登记簿里已有" in client.post(f"/lists/imports/{run.pk}/confirm/", follow=True).content.decode()
    assert Subject.objects.filter(name="新厂").count() == 1


def test_an_empty_cell_or_a_missing_column_clears_nothing(
    cast: Cast, county: County, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    run = checked(client, xlsx([("石港煤业", None, "")], heading=("名称", "全称", "别名")))
    assert list(verdicts(run).values()) == ["unchanged"]
    assert "没有要写入的内容" in page(client, run)


def test_given_up_nothing_is_written(cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    run = checked(client, xlsx())
    answer = client.post(f"/lists/imports/{run.pk}/discard/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert client.post(f"/lists/imports/{run.pk}/confirm/").status_code == 422
    assert "已经放弃" in page(client, run)
    assert not Subject.objects.filter(name="新立玻璃").exists()
    assert "名录.xlsx" in client.get(PAGE).content.decode(), "it stays among one's imports"


def test_who_may_not_finds_nothing(cast: Cast, county: County, client_of: Browser) -> None:
    run = checked(client_of(cast.dispatcher), xlsx())
    for user in (cast.leader, cast.energy, cast.firm):
        client = client_of(user)
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, upload(xlsx())).status_code == 404
        assert client.get(f"{PAGE}template.xlsx").status_code == 404
    other = client_of(make_person("second", "另一调度", ["dispatcher"], county.region))
    assert other.get(f"/lists/imports/{run.pk}/").status_code == 404
    assert other.post(f"/lists/imports/{run.pk}/confirm/").status_code == 404
    assert "导入" not in client_of(cast.leader).get("/ledger/subjects/").content.decode()
    assert f'href="{PAGE}"' in client_of(cast.dispatcher).get("/ledger/subjects/").content.decode()


def test_the_template_can_be_filled_and_taken(cast: Cast, county: County, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}template.xlsx").content))
    fill = book.worksheets[0]
    heads = [cell.value for cell in fill[1]]
    assert heads[:4] == ["名称*", "类别", "全称", "统一社会信用代码"]
    for place, value in enumerate(["模板厂", "企业", "模板厂有限公司"], 1):
        fill.cell(2, place).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    assert list(verdicts(checked(client, buffer.getvalue())).values()) == ["new"]


def test_english_headings_choices_and_words(cast: Cast, county: County, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    client.cookies["django_language"] = "en"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}template.xlsx").content))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert all(str(head).isascii() for head in heads)
    rows = [("Glass works", "Firm"), ("Mine x", "Aeroplane")]
    run = checked(client, xlsx(rows, heading=[str(head) for head in heads[:2]], title=""))
    assert list(verdicts(run).values()) == ["new", "refused"]
    assert "is not one of" in page(client, run)


def test_a_table_of_5000_rows_with_37_mistakes(cast: Cast, county: County, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    data = large()
    with CaptureQueriesContext(connection) as captured:
        run = checked(client, data)
    assert len(captured) < 120, "some for each 500 rows kept, none for a row"
    counts = selectors.counts_of(run)
    assert (counts.by_verdict["new"], counts.by_verdict["refused"]) == (4963, 37)
    assert "共 5000 行：新增 4963，修改 0，无变化 0，有错 37。" in page(client, run)
    answer = client.get(f"/lists/imports/{run.pk}/marked.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True).worksheets[0]
    marked = [row[8] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert sum(1 for reason in marked if reason) == 37


def test_queries_of_the_pages_do_not_grow_with_rows(cast: Cast, county: County, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    counted = []
    for rows in (5, 60, 200):
        table = xlsx([(n, f"厂{rows}-{n}", "企业", *[None] * 5) for n in range(rows)])
        run = checked(client, table)
        with CaptureQueriesContext(connection) as shown:
            page(client, run)
        counted.append(len(shown))
    assert counted[0] == counted[1] == counted[2]


def test_rows_of_a_run_are_kept_as_they_were_read(cast: Cast) -> None:
    run = services.import_check(
        user=cast.dispatcher, spec=spec_of("subjects"), data=xlsx(), filename="名录.xlsx"
    )
    row = ImportRow.objects.get(run=run, number=3)
    assert row.raw["aliases"] == "石港公司、石港矿"
    assert row.values["aliases"] == ["石港公司", "石港矿"]
    assert (run.sheet, run.heading_row, run.columns["name"]) == ("Sheet", 2, 1)
    assert run.file.name == "名录.xlsx"


def test_a_person_without_a_region_is_told(db: None) -> None:
    person = User.objects.create(username="nowhere", roles=["admin"])
    with pytest.raises(Exception, match="还没有地区"):
        services.import_check(user=person, spec=spec_of("subjects"), data=xlsx(), filename="a.xlsx")
