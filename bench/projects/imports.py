"""How long a register of N projects takes to come in from Excel: the dry run, and the rows confirmed.

    python bench/projects/imports.py [N] [ROWS CONFIRMED]

A database of its own in a temporary folder; one in 135 rows has a mistake.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do something and print how long it took."""
    began = time.perf_counter()
    found = work()
    print(f"{what}: {time.perf_counter() - began:.2f} s")
    return found


def measure(count: int, confirmed: int) -> None:
    """Fill this process's database and import into it."""
    import django  # noqa: PLC0415  the settings are known only now

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from tests.cast import make_cast, make_county  # noqa: PLC0415
    from tests.rooms.projects.tables import developer_names, register_rows, workbook  # noqa: PLC0415

    from tiaodu.foundation import clock  # noqa: PLC0415
    from tiaodu.foundation.lists.importing import reading, services, staging  # noqa: PLC0415
    from tiaodu.foundation.lists.importing.spec import StagedRow, spec_of  # noqa: PLC0415
    from tiaodu.foundation.registry.models import Subject, SubjectKind  # noqa: PLC0415

    county = make_county()
    user, names = make_cast(county).dispatcher, developer_names(100)
    Subject.objects.bulk_create(
        Subject(region=county.region, code=f"builder-{n}", kind=SubjectKind.FIRM, name=name)
        for n, name in enumerate(names)
    )
    rows, _spoiled = register_rows(count, count // 135, names, clock.today())
    data, spec = workbook(rows), spec_of("projects")
    read = timed(f"reading {count} rows", lambda: reading.read_file(spec, data, "x.xlsx").rows)
    judged = timed("telling what each would do", lambda: staging.judge(spec, user, read))
    timed(
        "the whole dry run, kept",
        lambda: services.import_check(user=user, spec=spec, data=data, filename="x.xlsx"),
    )
    good = [one for one in judged if one.verdict == "new"][:confirmed]

    def take() -> None:
        for one in good:
            row = StagedRow(one.row.number, one.row.values, resolved=one.found.resolved)
            spec.commit(user, row)

    timed(f"taking in {len(good)} rows", take)


def main() -> None:
    """Measure in a folder that goes away."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    confirmed = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TIAODU_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "tiaodu.config.settings"
        measure(count, confirmed)


if __name__ == "__main__":
    main()
