"""The tree of regions in a person's reach, with what is registered in each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.codes import kind_below
from tiaodu.foundation.registry.models import Region, SubjectKind
from tiaodu.foundation.registry.selectors.subjects import regions_visible_to, subjects_visible_to

FIRMS = (SubjectKind.FIRM, SubjectKind.MINE)


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region with its depth below the first one and what stands directly in it."""

    region: Region
    depth: int
    departments: int
    firms: int
    others: int
    below: int  # divisions directly below

    @property
    def kind(self) -> str:
        """镇, 乡, 街道 …, as the code says; empty above the township and where the name says it."""
        kind = kind_below(self.region.code)
        return "" if self.region.name.endswith(kind) else kind

    @property
    def is_empty(self) -> bool:
        return not (self.departments or self.firms or self.others or self.below)


def region_tree(user: User) -> list[RegionRow]:
    """The regions of the person's subtree in the order of the tree, in two queries."""
    regions = list(regions_visible_to(user).order_by("path"))
    rows = subjects_visible_to(user).filter(active=True).order_by()
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    for key, kind in rows.values_list("region_id", "kind"):
        kinds[key][kind] += 1
    below = Counter(region.parent_id for region in regions)
    depth = min((region.path.count("/") for region in regions), default=0)
    return [_row(region, depth, kinds[region.pk], below[region.pk]) for region in regions]


def _row(region: Region, depth: int, kinds: Counter[str], below: int) -> RegionRow:
    departments = kinds[SubjectKind.DEPARTMENT]
    firms = sum(kinds[kind] for kind in FIRMS)
    return RegionRow(
        region=region,
        depth=region.path.count("/") - depth,
        departments=departments,
        firms=firms,
        others=kinds.total() - departments - firms,
        below=below,
    )


def region_for(user: User, region_id: int) -> Region:
    """One region in reach; NotFound otherwise."""
    found = regions_visible_to(user).filter(pk=region_id).first()
    if found is None:
        raise NotFound
    return found
