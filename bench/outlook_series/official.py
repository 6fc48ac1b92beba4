"""The official monthly series: cumulative output of products by province, as the statistics bureau tells
it.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

Series = dict[str, dict[tuple[int, int], float]]
FILES = (
    "monthly_industry_stats",
    "provincial_outputs_and_thermal_capacity",
    "power_generation_by_province_and_source",
    "Output_of_electricity_intensive_products_by_province",
)
NATIONAL_CORE = {
    f"Output: {name}: YTD" for name in ("Raw Coal", "Coke", "Generating Capacity", "Plain Glass")
}
ROUNDING = 0.98  # a cumulative figure that falls by less was rounded or slightly revised
FIRST, LAST = 2, 12
KINDS = ("Thermal Power", "Hydro Power", "Wind Power", "Nuclear", "Solar:", "Power Consumption")


def read_all(folder: Path) -> Series:
    """Every cumulative series by name; a name that comes twice is kept from where it came first."""
    found: Series = {}
    for file in FILES:
        with (folder / f"{file}.csv").open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
        names = next(row for row in rows if row[0] == "Name")
        dated = [row for row in rows if re.fullmatch(r"(19|20)\d\d-\d\d", row[0])]
        for column, title in enumerate(names):
            name = title.replace("China: ", "").strip()
            if "YTD" in title and name not in found:
                found[name] = _column(dated, column)
    return found


def _column(rows: list[list[str]], column: int) -> dict[tuple[int, int], float]:
    values: dict[tuple[int, int], float] = {}
    for row in rows:
        text = row[column].replace(",", "").strip() if column < len(row) else ""
        if re.fullmatch(r"\d+(\.\d*)?(e[+-]?\d+)?", text, re.IGNORECASE) and float(text) > 0:
            year, month = map(int, row[0].split("-"))
            values[year, month] = float(text)
    return values


def whole(series: dict[tuple[int, int], float], year: int) -> bool:
    """Whether the year has every month from February on and never falls by more than a revision."""
    if not all((year, month) in series for month in range(FIRST, LAST + 1)):
        return False
    return all(
        series[year, month] >= series[year, month - 1] * ROUNDING for month in range(FIRST + 1, LAST + 1)
    )


def judged(series: dict[tuple[int, int], float], year: int) -> bool:
    """Whether a forecast of ``year`` can be judged: it and the two years before are whole."""
    return all(whole(series, year - back) for back in range(3))


def core(name: str) -> bool:
    """Shanxi's series and the national ones of coal, coke, power and glass."""
    return "Shanxi" in name or name in NATIONAL_CORE


def kind(name: str) -> str:
    """The product or source, without the province."""
    for each in KINDS:
        if each in name:
            return each
    return re.sub(r"^[A-Z][A-Za-z ]+: Output: ", "Output: ", name.removesuffix(": YTD"))
