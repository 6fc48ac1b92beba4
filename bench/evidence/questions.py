"""What pages ask of the evidence, and in how many milliseconds it must be answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.test import Client
from measure import BOARD
from rows import measures, periods

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import selectors
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.registry.models import Subject, SubjectKind

Question = tuple[str, Callable[[], object], float]
PAST = date(2024, 7, 15)  # the figures to June are known, corrections of June are not yet
PAGE, OF_TODAY, OF_A_PAST_DAY, A_PAGE = 5.0, 60.0, 250.0, 200.0  # milliseconds


def questions(user: User) -> list[Question]:
    """Name, work, and milliseconds to be reached (0: told only)."""
    firms = list(Subject.objects.filter(kind=SubjectKind.FIRM).order_by("pk").values_list("pk", flat=True))
    codes = [measure.pk for measure in measures()]
    # Every other firm, so that a board never reads one stretch of the index.
    asked = {"subject_ids": firms[::2][:BOARD], "measure_ids": codes, "series": Series.DISPATCH}
    june = periods()[17]
    firm = firms[777]
    subject = Subject.objects.get(pk=firm)
    one = {"subject_id": firm, "measure_id": codes[3], "series": Series.DISPATCH}

    def firm_today() -> object:
        return list(selectors.newest_of(user, subject).figures())

    def firm_then() -> object:
        return list(selectors.newest_of(user, subject, PAST).figures())

    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def page(url: str) -> object:
        answer = browser.get(url)
        assert answer.status_code == 200
        return answer

    def full(board: selectors.Board) -> None:
        assert len(board) == BOARD * len(codes)

    def looked_at(board: selectors.Board) -> object:
        return [cell.value for cell in board.values()]

    return [
        ("page of one firm: its 20 newest figures", firm_today, PAGE),
        ("page of one firm: the 24 periods of one measure", lambda: selectors.history(**one), PAGE),
        (
            "board 1,000 × 20 through Latest, newest figures",
            lambda: full(selectors.board(**asked)),
            OF_TODAY,
        ),
        (
            "  and every cell looked at",
            lambda: looked_at(selectors.board(**asked)),
            0,
        ),
        (
            "board 1,000 × 20 through Latest, one month",
            lambda: full(selectors.board(**asked, period=june)),
            OF_TODAY,
        ),
        (
            "board 1,000 × 20 as of a past day, newest figures",
            lambda: full(selectors.board(**asked, day=PAST)),
            OF_A_PAST_DAY,
        ),
        (
            "board 1,000 × 20 as of a past day, one month",
            lambda: full(selectors.board(**asked, period=june, day=PAST)),
            OF_A_PAST_DAY,
        ),
        ("whole page over HTTP: the list of 40,000 newest figures", lambda: page("/evidence/"), A_PAGE),
        ("whole page over HTTP: one firm", lambda: page(f"/evidence/subject/{firm}/"), A_PAGE),
        ("whole page over HTTP: list searched", lambda: page("/evidence/?q=0777"), A_PAGE),
    ]
