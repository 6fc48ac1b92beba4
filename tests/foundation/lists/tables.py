"""Tables of subjects as people hand them in, for the tests of the import."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

HEADING = ("序号", "单位名称", "类别", "全称", "领域", "上级单位", "别名", "备注")
# What the fixed register has: 石港煤业 (alias 石港公司) and 正珠煤业.
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "石港煤业", "矿山", None, "煤炭", None, "石港公司、石港矿", "别名多一个"),
    (2, "新立玻璃", "企业", "左权新立玻璃有限公司", None, None, None, None),
    (3, "正珠煤业", "矿山", "山西正珠煤业有限公司", "煤炭", None, None, "一样的"),
    (4, "某某", "飞机", None, None, "没有的集团", None, None),
    (5, "新立玻璃一期", "项目", None, None, "新立玻璃", None, None),
    (6, None, "企业", None, None, None, None, "没有名称"),
)


def xlsx(
    rows: Sequence[Sequence[Any]] = ROWS, heading: Sequence[str] = HEADING, title: str = "名录"
) -> bytes:
    """A workbook with a title over the heading."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heading))
    sheet.append(list(heading))
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv(
    rows: Sequence[Sequence[Any]] = ROWS, heading: Sequence[str] = HEADING, encoding: str = "gbk"
) -> bytes:
    """The same as delimited text."""
    lines = [heading, *rows]
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in lines).encode(
        encoding
    )


def upload(data: bytes, name: str = "名录.xlsx") -> dict[str, Any]:
    """A file as a browser sends it."""
    return {"file": SimpleUploadedFile(name, data)}


def large(rows: int = 5000, bad: int = 37) -> bytes:
    """Firms without end, some of a kind there is not."""
    step = rows // bad
    return xlsx(
        [
            (
                n,
                f"测试企业{n:05}",
                "飞机" if n % step == 7 and n // step < bad else "企业",
                None,
                None,
                None,
                None,
                "x",
            )
            for n in range(rows)
        ]
    )
