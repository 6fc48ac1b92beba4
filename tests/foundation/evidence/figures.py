"""Figures of the fixed cast: 石港煤业's raw coal, told by the energy bureau.

Of a firm or a mine only the unit itself tells (tests/rooms/returns/test_firewall.py): here they are all
facilities, so that whatever else holds for figures is seen with departments.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.cast import Cast, County
from tests.rooms.ledger.desk import PNG, coal_output

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import services
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.registry.models import UNIT_KINDS, Subject, SubjectKind

MARCH, APRIL = Period.parse("2024-01..2024-03"), Period.parse("2024-01..2024-04")
TOLD, LATER, NOW = date(2024, 4, 8), date(2024, 4, 20), date(2024, 5, 10)


def told_by_departments(county: County) -> County:
    """The same county with its firms and mines registered as facilities."""
    for subject in county.subjects.values():
        if subject.kind in UNIT_KINDS:
            subject.kind = SubjectKind.FACILITY
            subject.save()
    return county


def key(county: County, **values: Any) -> dict[str, Any]:
    """What the coal figure is asked for by."""
    found = {
        "subject_id": county.subjects["shigang"].pk,
        "measure_id": coal_output().pk,
        "series": Series.DISPATCH,
        "period": MARCH,
    }
    return found | values


def told(county: County, user: User, value: str = "123000", *, on: date = TOLD, **values: Any) -> Evidence:
    """石港煤业 brought out 123,000 tonnes from January to March, known on 8 April."""
    given = {
        "subject": county.subjects["shigang"],
        "measure": coal_output(),
        "series": Series.DISPATCH,
        "period": MARCH,
        "source_kind": "tests",
        "source_id": "1",
    } | values
    with clock.as_of(on):
        return services.evidence_record(user=user, value=Decimal(value), **given)


def corrected(
    user: User, found: Evidence, value: str = "121000", *, on: date = LATER, **values: Any
) -> Evidence:
    with clock.as_of(on):
        return services.evidence_correct(
            user=user, evidence_id=found.pk, value=Decimal(value), **{"reason": "过磅单重复", **values}
        )


def taken_back(user: User, found: Evidence, *, on: date = LATER) -> Evidence:
    with clock.as_of(on):
        return services.evidence_withdraw(user=user, evidence_id=found.pk, reason="报错了企业")


def a_file(cast: Cast) -> StoredFile:
    return file_store(user=cast.energy, name="过磅单.png", data=PNG)


def whole_county(county: County) -> Subject:
    """The county itself as a subject: what statistics speak of."""
    return Subject.objects.create(
        region=county.region, code="county", kind=SubjectKind.REGION, name="左权县", sample=True
    )


def doubled(county: County, code: str = "double") -> Subject:
    """The same works registered a second time."""
    return Subject.objects.create(
        region=county.region, code=code, kind=SubjectKind.FACILITY, name=f"石港矿{code}", sample=True
    )
