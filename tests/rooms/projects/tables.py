"""Tables of projects as offices send them: titles above, merged cells, dates as text, sums, mistakes."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import xlsxwriter

HEADING = (
    "序号", "项目编号", "项目名称", "项目代码", "项目类型", "建设性质", "建设单位", "所在乡镇", "建设地点",
    "主要建设内容", "总投资", "年度计划投资", "用地面积（亩）", "签约时间", "计划开工时间", "计划竣工时间",
    "计划投产时间", "包联领导", "备注",
)  # fmt: skip
CODE, NAME, PLATFORM, KIND, DEVELOPER, TOWNSHIP = 1, 2, 3, 4, 6, 7
TOTAL, PLANNED, LAND, SIGNED, START, FINISH = 10, 11, 12, 13, 14, 15
FIRST = 4  # row of the first project, as the spreadsheet counts
WORKS = ("石英砂提纯", "丁腈手套", "核桃深加工", "铸造件", "玻璃制品", "饲料", "光伏发电", "耐火材料")
Row = list[Any]
Spoil = Callable[[Row], None]


def _set(place: int, value: object) -> Spoil:
    def spoil(row: Row) -> None:
        row[place] = value

    return spoil


# What is wrong, in which field the reason stands, and how to make a good row so.
MISTAKES: Sequence[tuple[str, str, Spoil]] = (
    ("投资额不能是负数", "total", _set(TOTAL, -3200)),
    ("大于总投资", "planned", _set(PLANNED, 90_000_000)),
    ("像是单位写错了", "total", _set(TOTAL, "3.2")),
    ("不是数字", "total", _set(TOTAL, "三千万左右")),
    ("不能小于 0", "land_mu", _set(LAND, -20)),
    ("签约日在今天之后", "signed_on", _set(SIGNED, date(2027, 3, 1))),
    ("不是日期", "signed_on", _set(SIGNED, "去年冬天")),
    ("早于签约日", "start", _set(START, "2019年5月")),
    ("早于开工计划日", "completion", _set(FINISH, date(2020, 1, 1))),
    ("不在登记簿里", "developer", _set(DEVELOPER, "没有登记过的公司")),
    ("没有乡镇", "township", _set(TOWNSHIP, "不存在镇")),
    ("不在可选范围内", "kind", _set(KIND, "飞机制造")),
    ("新登记的要写明类型", "kind", _set(KIND, None)),
    ("必须填写", "name", _set(NAME, None)),
    ("应为24位", "platform_code", _set(PLATFORM, "2412-14072-04-01-1")),
    ("重复", "", _set(CODE, "P-00001")),
    ("重复", "name", _set(NAME, "左权县石英砂提纯项目0001号")),
)


def register_rows(
    count: int, wrong: int, developers: Sequence[str], today: date, seed: int = 1
) -> tuple[list[Row], dict[int, tuple[str, str]]]:
    """``count`` projects of which ``wrong`` have a mistake: the rows, and words and field by row number."""
    dice = random.Random(seed)
    rows = [_row(number, dice, developers, today) for number in range(1, count + 1)]
    spoiled: dict[int, tuple[str, str]] = {}
    for place, index in enumerate(sorted(dice.sample(range(10, count), wrong))):
        words, field, spoil = MISTAKES[place % len(MISTAKES)]
        spoil(rows[index])
        spoiled[FIRST + index] = (words, field)
    return rows, spoiled


def _row(number: int, dice: random.Random, developers: Sequence[str], today: date) -> Row:
    work = WORKS[number % len(WORKS)] if number > 1 else WORKS[0]
    signed = today - timedelta(days=dice.randrange(30, 900))
    start = today + timedelta(days=dice.randrange(20, 200))
    finish = start + timedelta(days=dice.randrange(200, 500))
    total = dice.randrange(1000, 90_000)
    kind = "光伏" if work == "光伏发电" else "制造业"
    return [
        number,
        f"P-{number:05d}",
        f"左权县{work}项目{number:04d}号",
        f"24{number % 12 + 1:02d}-140722-04-01-{number:06d}" if number % 3 else None,
        kind,
        "新建" if number % 5 else "技改",
        developers[(number // 3) % len(developers)],
        "辽阳镇" if number % 2 else None,
        f"第{number % 40}村",
        f"建设{work}生产线{number % 9 + 1}条",
        total if number % 7 else f"{total / 10_000:.4f}亿元",
        total // 4,
        dice.randrange(5, 300),
        _written(signed, number),
        f"{start.year}年{start.month}月" if number % 2 else start,
        _written(finish, number + 1),
        finish + timedelta(days=60),
        "王县长" if number % 4 else None,
        "",
    ]


def _written(day: date, number: int) -> object:
    """A day as one of many hands writes it."""
    ways = (day, day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y.%m.%d}", f"{day:%Y%m%d}")
    return ways[number % len(ways)]


def workbook(rows: Sequence[Row], heading: Sequence[str] = HEADING, merge: int | None = DEVELOPER) -> bytes:
    """The rows as an office's workbook; runs of equal cells of the column ``merge`` are merged."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("项目表")
    sheet.merge_range(0, 0, 0, len(heading) - 1, "左权县重点工业项目表")
    sheet.write(1, len(heading) - 1, "单位：万元")
    sheet.write_row(2, 0, heading)
    for index, row in enumerate(rows):
        sheet.write_row(FIRST - 1 + index, 0, row)
    if merge is not None:
        _merge(sheet, rows, merge)
    sheet.write_row(FIRST - 1 + len(rows), 0, ["合计", f"{len(rows)}个"])
    book.close()
    return buffer.getvalue()


def _merge(sheet: Any, rows: Sequence[Row], column: int) -> None:
    begin = 0
    for index in range(1, len(rows) + 1):
        if index < len(rows) and rows[index][column] == rows[begin][column]:
            continue
        if index - begin > 1:
            sheet.merge_range(FIRST - 1 + begin, column, FIRST - 2 + index, column, rows[begin][column])
        begin = index


def developer_names(count: int) -> list[str]:
    """Names of firms that a test registers."""
    marks = "鑫瑞宏远盛达华泰永兴恒源晋太行中天"
    return [f"左权{marks[n % 17]}{marks[n * 7 % 17]}{n:03d}有限公司" for n in range(count)]
