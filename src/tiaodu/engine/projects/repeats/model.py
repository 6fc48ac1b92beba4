"""What is compared, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Fact = str | Decimal | date | None


class Likeness(StrEnum):
    """Why two projects may be one."""

    DEVELOPER_SAME = "developer_same"
    DEVELOPER_ALIKE = "developer_alike"
    PLACE_PARK = "place_park"
    PLACE_TOWNSHIP = "place_township"
    PLACE_TEXT = "place_text"
    AMOUNT_EQUAL = "amount_equal"
    AMOUNT_ROUND = "amount_round"
    AMOUNT_NEAR = "amount_near"
    NAME = "name"
    NAME_USUAL = "name_usual"
    PRODUCTS = "products"
    SCALE = "scale"
    LAND = "land"
    SIGNED_CLOSE = "signed_close"


class Doubt(StrEnum):
    """What speaks against it."""

    PRODUCTS = "doubt_products"
    SCALE = "doubt_scale"
    AMOUNT = "doubt_amount"
    DEVELOPER = "doubt_developer"
    ENDED = "doubt_ended"


class Aside(StrEnum):
    """Why two projects that are alike are two all the same."""

    PHASES = "phases"  # 一期 and 二期 of one plant
    NUMBERED = "numbered"  # 一号 and 二号, 东区 and 西区
    DECLARED = "declared"  # the later one is openly an expansion or a renewal of the earlier


class Looks(StrEnum):
    """What the pair looks like."""

    SIGNED_TWICE = "signed_twice"
    BEGUN_TWICE = "begun_twice"
    OLD_PLANT = "old_plant"  # one was in production before the other was signed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project as it is compared.

    ``developer`` is the key of its developer after merges, ``developers`` all names the developer goes by.
    ``amount`` is the total investment in 元. ``again``: it is declared an expansion, renewal or resumption.
    """

    key: int
    name: str
    developer: int | None = None
    developers: tuple[str, ...] = ()
    park: int | None = None
    township: int | None = None
    place: str = ""
    amount: Decimal | None = None
    land: Decimal | None = None  # 亩
    content: str = ""
    signed_on: date | None = None
    begun_on: date | None = None
    produced_on: date | None = None
    ended_on: date | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One likeness or doubt: what of either project it rests on, its points (a doubt's are taken away)."""

    rule: Likeness | Doubt
    one: Fact
    other: Fact
    points: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """Why the two are not counted as one, and the words of either name that say so."""

    why: Aside
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two projects, the smaller key first, with a score of 0 to 100, the strongest reason first."""

    one: int
    other: int
    score: int
    looks: Looks
    reasons: tuple[Reason, ...]
    doubts: tuple[Reason, ...]
    aside: SetAside | None
