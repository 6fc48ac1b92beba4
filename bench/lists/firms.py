"""A county's register of firms as an office would hand it in, with mistakes spread over it."""

from __future__ import annotations

import io

import xlsxwriter
from stdnum.cn import uscc

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind

HEADING = ("序号", "单位名称", "类别", "全称", "统一社会信用代码", "行业代码", "上级单位", "别名")
PARENTS = 20  # groups that are registered already and have firms below them


def dispatcher() -> User:
    """A county with a dispatcher and the groups."""
    region = Region.objects.create(code="140722", name="左权县", level="county", path="140722/")
    Subject.objects.bulk_create(
        Subject(region=region, code=f"group-{n}", kind=SubjectKind.FIRM, name=f"示例集团{n:02d}", sample=True)
        for n in range(PARENTS)
    )
    return User.objects.create(
        username="dispatcher", display_name="调度员", roles=["dispatcher"], region=region
    )


def credit_code(number: int) -> str:
    """A code of the region with a right last character."""
    code = f"91140722MA{number:07d}"
    return f"{code}{uscc.calc_check_digit(code)}"


def row(number: int) -> list[str]:
    """A firm with all it may be told of."""
    parent = f"示例集团{number % PARENTS:02d}" if number % 5 == 0 else ""
    name = f"示例企业{number:05d}"
    full = f"左权县{name}有限公司"
    return [str(number), name, "企业", full, credit_code(number), "2915", parent, f"企业{number:05d}号"]


def spoiled(cells: list[str], kind: int) -> list[str]:
    """The same with one of four mistakes: kind, credit code, parent, no name."""
    changes = ((2, "飞机"), (4, cells[4][:-1] + "?"), (6, "没有的集团"), (1, ""))
    column, text = changes[kind % len(changes)]
    return [*cells[:column], text, *cells[column + 1 :]]


def table(rows: int, bad: int) -> bytes:
    """A workbook of so many firms, so many of them wrong."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名录")
        sheet.write_row(0, 0, HEADING)
        step = rows // bad if bad else rows + 1
        wrong = {step * n: n for n in range(bad)}
        for number in range(rows):
            cells = row(number)
            sheet.write_row(number + 1, 0, spoiled(cells, wrong[number]) if number in wrong else cells)
    return buffer.getvalue()
