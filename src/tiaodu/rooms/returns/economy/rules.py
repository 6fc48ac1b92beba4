"""What a region checks returns by: its rules, and what the last closing found usual among a unit's peers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tiaodu.engine.returns.checks import Peer, PeerKey, Rule, rules_of
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.economy.keeping import peers_read
from tiaodu.rooms.returns.economy.models import Closing


def rules_in(region: Region | None, day: date | None = None) -> tuple[Rule, ...]:
    """The checks that hold in a region. Blocked where none do."""
    return rules_of(table("returns.checks", region=region, day=day).rows)


def trade_of(subject: Subject) -> str:
    """The trade a unit has its peers in: the division of GB/T 4754, else its field of work."""
    return subject.industry_code[:2] or subject.sector


def peers_for(subject: Subject) -> Mapping[PeerKey, Peer]:
    """What the newest closing found usual in a unit's trade: levels and relations, which last.

    How all moved in that month says nothing of another, so it is left out. One query.
    """
    closings = Closing.objects.filter(region=subject.region, known_on__lte=clock.today())
    kept = closings.order_by("-period_end", "-number").values_list("peers", flat=True).first() or {}
    told = peers_read(kept, trade_of(subject))
    return {key: peer for key, peer in told.items() if key[0] != "change"}
