"""Pairs of the register that are probably one subject: searched for, shown, and decided by a person."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from tests.cast import Cast, County
from tests.foundation.test_merging import subject

from tiaodu.foundation import clock
from tiaodu.foundation.jobs.registry import handler_of
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry import selectors, services
from tiaodu.foundation.registry.models import Alias, DuplicatePair, DuplicateSearch, Subject
from tiaodu.foundation.registry.selectors.duplicates import Searched


def test_probable_doubles_are_suggested_until_decided(county: County, cast: Cast) -> None:
    Subject.objects.filter(code="huaneng-coal-power").delete()
    double = subject(county, "左权县盘城煤矿", kind="mine")
    assert not selectors.suggestions(cast.dispatcher).exists(), "nobody has searched yet"
    assert services.duplicates_find(region=county.region) == 1
    (found,) = selectors.suggestions(cast.dispatcher)
    assert {found.one, found.other} == {county.subjects["pancheng"], double}
    assert found.score >= 90
    assert "盘城" in selectors.pair_reasons(found)[0]
    services.duplicate_dismiss(
        user=cast.dispatcher, one_id=double.pk, other_id=county.subjects["pancheng"].pk, reason="两座矿"
    )
    assert not selectors.suggestions(cast.dispatcher).exists()
    (decision,) = selectors.decisions_visible_to(cast.admin)
    assert (decision.by, decision.reason) == (cast.dispatcher, "两座矿")
    services.duplicate_ask_again(user=cast.admin, one_id=decision.one_id, other_id=decision.other_id)
    assert selectors.suggestions(cast.dispatcher).count() == 1
    assert selectors.decisions_visible_to(cast.admin) == []
    services.subjects_merge(user=cast.dispatcher, keep_id=county.subjects["pancheng"].pk, gone_id=double.pk)
    assert not selectors.suggestions(cast.dispatcher).exists()


def test_a_search_says_its_day_and_whether_the_register_changed_since(county: County, cast: Cast) -> None:
    assert selectors.searched(cast.dispatcher) == Searched(None, changed=True)
    with clock.as_of(date(2024, 7, 1)):
        services.duplicates_find(region=county.region)
    assert selectors.searched(cast.dispatcher) == Searched(date(2024, 7, 1), changed=False)
    found = DuplicatePair.objects.count()
    subject(county, "左权县盘城煤矿", kind="mine")
    assert selectors.searched(cast.dispatcher).changed
    with clock.as_of(date(2024, 7, 2)):
        assert services.duplicates_find(region=county.region) == found + 1
    assert selectors.searched(cast.dispatcher) == Searched(date(2024, 7, 2), changed=False)
    Alias.objects.create(region=county.region, subject=county.subjects["pancheng"], text="盘城")
    assert selectors.searched(cast.dispatcher).changed
    assert DuplicateSearch.objects.count() == 1, "a search takes the place of the one before"


def test_the_night_searches_every_region_and_a_person_her_own(county: County, cast: Cast) -> None:
    for number in (1, 2):
        Subject.objects.create(region=county.other, code=f"f{number}", kind="firm", name="和顺某厂")
    subject(county, "左权县盘城煤矿", kind="mine")
    run = JobRun(uuid4(), 1, cast.dispatcher, lambda *_told: None)
    handler_of("registry.duplicates_find")(run)
    assert [s.region for s in DuplicateSearch.objects.all()] == [county.region]
    handler_of("registry.duplicates")(JobRun(uuid4(), 1, None, lambda *_told: None), day="2024-07-01")
    assert {s.region for s in DuplicateSearch.objects.all()} == {county.region, county.other}
    seen = {pair.one.region for pair in selectors.suggestions(cast.dispatcher)}
    assert seen == {county.region}, "another region's pairs are not hers"
    with pytest.raises(NotAllowed):
        services.duplicates_search(user=cast.leader)


def test_decisions_are_for_those_who_keep_the_register(county: County, cast: Cast) -> None:
    one, other = county.subjects["pancheng"].pk, county.subjects["zhengzhu"].pk
    with pytest.raises(NotAllowed):
        services.duplicate_dismiss(user=cast.leader, one_id=one, other_id=other)
    with pytest.raises(NotFound):
        services.duplicate_dismiss(user=cast.outsider, one_id=one, other_id=other)
    with pytest.raises(Invalid):
        services.duplicate_dismiss(user=cast.admin, one_id=one, other_id=one)
    assert not selectors.suggestions(cast.outsider).exists()
