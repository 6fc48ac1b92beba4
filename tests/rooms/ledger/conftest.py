"""The plan of the demo county and the briefing it restates, handed in and read as people would."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.cast import make_person

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.documents import services as documents
from tiaodu.rooms.documents.models import Document, Secrecy
from tiaodu.web.demo import county as demo

PLAN_DAY = date(2024, 3, 1)
GOLD = Path(os.environ.get("TIAODU_GOLD", Path(__file__).parents[4] / "shared" / "gold"))

HandIn = Callable[..., Document]


@pytest.fixture
def zuoquan(db: None) -> Region:
    """The demo county with its departments and subjects."""
    return demo.load_register(lambda _words: None)


@pytest.fixture
def dispatcher(zuoquan: Region) -> User:
    """A dispatcher of its bureau of industry."""
    bureau = Subject.objects.get(region=zuoquan, code="industry")
    return make_person("dispatcher", "李调度", ["dispatcher"], zuoquan, department=bureau)


@pytest.fixture
def hand_in(dispatcher: User) -> HandIn:
    """Hands a text in and has it read."""

    def uploaded(text: str, title: str = "2024年工业经济工作方案", day: date = PLAN_DAY) -> Document:
        with clock.as_of(day):
            return documents.document_upload(
                user=dispatcher,
                title=title,
                secrecy=Secrecy.PUBLIC,
                document_date=day,
                plan_year=2024,
                filename=f"{title}.txt",
                data=text.encode(),
            )

    return uploaded


@pytest.fixture
def plan_text() -> str:
    """The demo county's plan."""
    return (demo.folder() / "plan.txt").read_text(encoding="utf-8")


@pytest.fixture
def briefing_text() -> str:
    """The county's briefing of 2024, which tells the same promises in other words."""
    path = GOLD / "passages" / "seed.txt"
    if not path.exists():
        pytest.skip("the labelled passages are not beside the checkout (TIAODU_GOLD)")
    return path.read_text(encoding="utf-8")
