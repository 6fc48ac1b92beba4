"""Items of the fixed cast: the bodies that may issue, an order of the supervision office, and its way."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import Cast, County, make_person

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.items import services
from tiaodu.foundation.items.models import Item
from tiaodu.foundation.items.services import Basis
from tiaodu.foundation.registry.models import Subject, SubjectKind

OPENED = date(2024, 4, 15)
DAY_AFTER_CLAIM = date(2024, 4, 28)
NOTE = Basis("leader_note", "王县长4月15日批示：请能源局4月底前拿出方案", date(2024, 4, 15))
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def body(county: County, code: str, name: str, full_name: str = "") -> Subject:
    """A further department of the county."""
    return Subject.objects.create(
        region=county.region, code=code, kind=SubjectKind.DEPARTMENT, name=name, full_name=full_name
    )


def government(county: County) -> Subject:
    """The county government, in whose name others may issue."""
    found = Subject.objects.filter(region=county.region, code="county-government").first()
    return found or body(county, "county-government", "县政府", "左权县人民政府")


def officer(county: County, username: str, name: str, department: str, **fields: Any) -> User:
    """A further officer of a department of the cast."""
    return make_person(
        username, name, ["department"], county.region, department=county.departments[department], **fields
    )


def opened(county: County, cast: Cast, day: date = OPENED, **values: Any) -> Item:
    """An order of the supervision office to the energy bureau, due on 30 April 2024."""
    told: dict[str, Any] = {
        "user": cast.supervision,
        "kind": "order",
        "title": "制定正珠煤业复产方案",
        "about": None,
        "department": county.departments["energy"],
        "authority": county.departments["supervision"],
        "basis": NOTE,
        "due": date(2024, 4, 30) if day <= date(2024, 4, 30) else None,
    } | values
    with clock.as_of(day):
        return services.item_open(**told)


def taken(county: County, cast: Cast, day: date = OPENED, **values: Any) -> Item:
    """The same, taken by the energy bureau's officer on the same day."""
    item = opened(county, cast, day, **values)
    with clock.as_of(day):
        return services.item_take(user=cast.energy, item_id=item.pk, version=item.version)


def claimed(county: County, cast: Cast, day: date = date(2024, 4, 26)) -> Item:
    """The same, claimed as done with proof."""
    item = taken(county, cast)
    with clock.as_of(day):
        return services.item_claim(
            user=cast.energy,
            item_id=item.pk,
            version=item.version,
            text="方案已报县政府",
            proof=a_proof(cast.energy),
        )


def a_proof(user: User, name: str = "方案.png") -> StoredFile:
    """A picture handed in by somebody."""
    return file_store(user=user, name=name, data=PNG)
