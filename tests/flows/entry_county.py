"""The demo county in the autumn of 2024 with ten glove makers that come into the statistics in one round.

Their revenue comes in by monthly returns, the round by a table two people agreed on. Nine hand in all their
papers and are listed; the tenth lacks one. Everything is 示例.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.hashers import make_password
from tests.cast import Cast, County
from tests.rooms.returns.entry import desk

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.models import EntryUnit
from tiaodu.web.demo.county import COUNTY, password

FIRMS = 10
LATE = "entry_late"  # the account of the tenth
MISSING = "pledge"


def _account(region: Region, name: str, username: str) -> User:
    made = User(username=username, display_name=name, region=region, roles=["firm"], sample=True)
    made.password = make_password(password())
    made.save()
    return made


def main() -> None:
    """Ten firms, fifteen months of returns, the first round of the year as it went."""
    region = Region.objects.get(code=COUNTY)
    people = {user.username: user for user in User.objects.all()}
    agent, late = _account(region, "示例·代办员", "entry_agent"), _account(region, "示例·手套十厂", LATE)
    cast = Cast(**{**dict.fromkeys(Cast.__annotations__, people["leader"]), "firm": agent})
    cast.dispatcher, cast.statistics = people["dispatcher"], people["statistics"]
    cast.supervision = people["supervision"]
    county = County(region, region, region, region, region)
    desk.supply_batches(county, cast)
    units = [desk.unit(county, cast, f"示例手套{n}厂", ownership="private") for n in range(1, FIRMS + 1)]
    agent.subjects.set([unit.subject for unit in units[:-1]])
    late.subjects.set([units[-1].subject])
    for number, unit in enumerate(units):
        desk.tell(cast, unit, desk.year(150 + 4 * number, 12, 2023))
        desk.tell(cast, unit, desk.year(224 + 3 * number))
    with clock.as_of(desk.IN_TIME):
        for unit in units:
            desk.step(cast.dispatcher, unit, "expect")
        for unit in units[:-1]:
            desk.hand_in_all(agent, unit)
            desk.into_the_list(cast, unit, "2024-N1")
        desk.hand_in_all(late, units[-1], but=(MISSING,))
    with clock.as_of(desk.AFTER):
        services.outlooks_keep(region=region, day=date(2024, 11, 11))
    assert EntryUnit.objects.count() == FIRMS
