"""Many figures as one file, CSV or Parquet, made page by page: never more than a page is held in memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tiaodu.foundation.evidence.models import Evidence

# Name of each column and its type in Parquet.
COLUMNS = {
    "id": "BIGINT",
    "subject_id": "BIGINT",
    "subject_code": "VARCHAR",
    "subject": "VARCHAR",
    "subject_kind": "VARCHAR",
    "measure": "VARCHAR",
    "measure_name": "VARCHAR",
    "unit": "VARCHAR",
    "series": "VARCHAR",
    "period_start": "DATE",
    "period_end": "DATE",
    "value": "DECIMAL(24,6)",
    "revision": "INTEGER",
    "known_on": "DATE",
    "reporter": "VARCHAR",
    "reason": "VARCHAR",
    "sample": "BOOLEAN",
}
PAGE = 2000
CHUNK = 1 << 16


def _cells(row: Evidence) -> tuple[object, ...]:
    subject, measure = row.subject, row.measure
    return (
        row.pk,
        subject.pk,
        subject.code,
        subject.name,
        subject.kind,
        measure.code,
        measure.name,
        measure.unit,
        row.series,
        row.period_start,
        row.period_end,
        row.value,
        row.revision,
        row.known_on,
        row.department or row.reporter,
        row.reason,
        str(row.sample).lower(),
    )


def csv_parts(pages: Iterable[list[Evidence]]) -> Iterator[bytes]:
    """The figures as CSV in UTF-8, a page at a time; the first line names the columns."""
    head = io.StringIO()
    csv.writer(head).writerow(COLUMNS)
    yield head.getvalue().encode()
    for rows in pages:
        part = io.StringIO()
        csv.writer(part).writerows(map(_cells, rows))
        yield part.getvalue().encode()


def parquet_parts(pages: Iterable[list[Evidence]]) -> Iterator[bytes]:
    """The figures as Parquet with typed columns. It ends with what describes it, so it is made on the disk
    before the first part is given.
    """
    with tempfile.TemporaryDirectory(prefix="tiaodu-") as folder:
        told, made = Path(folder) / "figures.csv", Path(folder) / "figures.parquet"
        with told.open("wb") as file:
            file.writelines(csv_parts(pages))
        _convert(told, made, folder)
        with made.open("rb") as file:
            while part := file.read(CHUNK):
                yield part


def _convert(told: Path, made: Path, folder: str) -> None:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "256MB",
        "temp_directory": folder,
    }
    import duckdb  # noqa: PLC0415  a program that writes no Parquet does not load it

    with duckdb.connect(":memory:", config=settings) as engine:
        rows = engine.read_csv(
            str(told), header=True, sep=",", quotechar='"', escapechar='"', dtype=COLUMNS, auto_detect=False,
            columns=COLUMNS,
        )  # fmt: skip
        rows.write_parquet(str(made), compression="zstd")
