"""Time of closing a month for 3,000 firms on SQLite: reading, checks, sums, writing. To reach: 60 s.

    PYTHONPATH=src:. python bench/returns/closing.py [FIRMS]

A database of its own in memory; 28 months of the monthly return, generated.
"""

from __future__ import annotations

import os
import sys
import time
from decimal import Decimal

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tiaodu.config.settings_test"
django.setup()

from django.test.utils import setup_databases, setup_test_environment  # noqa: E402
from tests.cast import make_cast, make_county  # noqa: E402
from tests.engine.returns.generated import firms as generated  # noqa: E402
from tests.rooms.returns.months import MAY, TODAY, firm, span, tell  # noqa: E402

from tiaodu.foundation import clock  # noqa: E402
from tiaodu.rooms.returns.economy.services import closing_run  # noqa: E402


def main() -> None:
    """Fill a database, close May twice, say how long each took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    county = make_county()
    cast = make_cast(county)
    columns = generated(count)
    units = [firm(county.region, f"示例企业{n:04}", "coal" if n % 3 else "iron") for n in range(count)]
    place = {unit.pk: n for n, unit in enumerate(units)}
    months = span("2022-02", "2024-05")
    values = {
        measure: lambda unit, n, m=measure: Decimal(int(columns.figures[m, months[n]][place[unit.pk]]))
        for measure in {measure for measure, _period in columns.figures}
    }
    tell(cast.firm, units, months, values)
    for run in ("first", "again"):
        begun = time.perf_counter()
        with clock.as_of(TODAY):
            closing = closing_run(region=county.region, month=MAY, run=run)
        took = time.perf_counter() - begun
        print(f"{closing.firms} firms, {closing.flags.count()} flags, {run}: {took:.1f} s", flush=True)


if __name__ == "__main__":
    main()
