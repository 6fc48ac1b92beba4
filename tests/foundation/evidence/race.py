"""Two people at the same moment. Run as a program, on a database file of its own: SQLite's tests live in
memory, where there is only one writer to begin with.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

if __name__ == "__main__":
    django.setup()

from django.core.management import call_command
from django.db import connection
from tests.cast import Cast, County, make_cast, make_county
from tests.foundation.evidence.figures import (
    APRIL,
    LATER,
    MARCH,
    NOW,
    corrected,
    doubled,
    told,
    told_by_departments,
)
from tests.rooms.ledger.desk import coal_output

from tiaodu.foundation import clock
from tiaodu.foundation.evidence import selectors
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry import services as registry


def at_once(*acts: Callable[[], Evidence]) -> tuple[list[Evidence], list[Refusal]]:
    """Do all acts at the same moment: what was written, and what was refused."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Evidence]) -> Evidence | Refusal:
        try:
            together.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        ends = list(pool.map(run, acts))
    return (
        [end for end in ends if isinstance(end, Evidence)],
        [end for end in ends if isinstance(end, Refusal)],
    )


def one_of_two_first_figures(county: County, cast: Cast) -> None:
    """The other is told what the first wrote."""
    written, refused = at_once(
        lambda: told(county, cast.energy, "100"), lambda: told(county, cast.industry, "200")
    )
    assert (len(written), [end.code for end in refused]) == (1, ["invalid"])
    assert f"报为 {written[0].value}吨" in str(refused[0].message)
    assert Evidence.objects.count() == 1


def one_of_two_corrections(county: County, cast: Cast) -> None:
    first = told(county, cast.industry, "1", period=APRIL, on=NOW)
    written, refused = at_once(
        lambda: corrected(cast.industry, first, "300", on=NOW),
        lambda: corrected(cast.dispatcher, first, "400", on=NOW),
    )
    assert (len(written), [end.code for end in refused]) == (1, ["stale"])
    assert refused[0].details["value"]["now"] == f"{written[0].value}吨"
    assert Evidence.objects.filter(period_end=APRIL.end).count() == 2


def equal_figures_are_one(county: County, cast: Cast) -> None:
    glove = county.subjects["glove"]
    written, refused = at_once(
        lambda: told(county, cast.energy, "5", subject=glove),
        lambda: told(county, cast.industry, "5", subject=glove),
    )
    assert (len({end.pk for end in written}), refused) == (1, [])


def two_periods_leave_one_newest(county: County, cast: Cast) -> None:
    mine = county.subjects["pancheng"]
    written, refused = at_once(
        lambda: told(county, cast.energy, "5", subject=mine, period=APRIL, on=NOW),
        lambda: told(county, cast.energy, "4", subject=mine, period=MARCH, on=NOW),
    )
    assert (len(written), refused) == (2, [])
    assert list(Latest.objects.filter(subject=mine, current=True).values_list("value", flat=True)) == [5]


def a_figure_and_a_merge(county: County, cast: Cast) -> None:
    """Whichever comes first, the figure is the kept subject's."""
    keep, gone = county.subjects["zhengzhu"], doubled(county)

    def merge() -> Evidence:
        registry.subjects_merge(user=cast.dispatcher, keep_id=keep.pk, gone_id=gone.pk)
        return Evidence()

    written, refused = at_once(merge, lambda: told(county, cast.energy, "6", subject=gone, on=LATER))
    assert (len(written), refused) == (2, [])
    pointed = Latest.objects.filter(subject__in=[keep, gone]).values_list("subject", "value")
    assert list(pointed) == [(keep.pk, 6)]


COURSES = (
    one_of_two_first_figures,
    one_of_two_corrections,
    equal_figures_are_one,
    two_periods_leave_one_newest,
    a_figure_and_a_merge,
)


def run_all() -> None:
    """Every course in one county; what is left must be whole."""
    county = told_by_departments(make_county())
    cast = make_cast(county)
    coal_output()
    for course in COURSES:
        course(county, cast)
        assert selectors.pointers_are_true()
    with clock.as_of(NOW):
        assert Evidence.objects.count() == Latest.objects.count() + 1  # one was corrected


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    run_all()
    sys.stdout.write("whole\n")
