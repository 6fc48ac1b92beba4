"""A leading firm with its followers and a platform firm of the demo: generated, all 示例."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.returns import services
from tiaodu.rooms.returns.leading.services import follower_add, leading_add
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.platforms.models import PlatformFact
from tiaodu.rooms.returns.platforms.services import Fact, fact_tell, platform_add
from tiaodu.web.demo import county

LEADING, PLATFORM = "leading_quarterly", "platform_quarterly"
MEASURES = {
    LEADING: ("other.purchases", "other.purchases.local"),
    PLATFORM: ("other.platform.volume", "enterprise_count.platform"),
}


def load_chains(people: Mapping[str, User], say: county.Say) -> None:
    """Record relations and facts, and let the leading firms report what they bought."""
    data = county.read("chains")
    region = Region.objects.get(code=county.COUNTY)
    subjects = {s.code: s for s in Subject.objects.filter(region=region).select_related("region")}
    with clock.as_of(data["from"]):
        _relations(data, people["dispatcher"], subjects)
        _list(data, people["dispatcher"], subjects)
    for form, told in ((LEADING, data["purchases"]), (PLATFORM, data["platforms"])):
        for row in told:
            _report(form, row, people[row["user"]], region, subjects[row["subject"]], data["from"])
    _platforms(data, people, subjects)
    say(f"链主企业 leading firms: {len(data['leading'])}")


def _relations(data: Mapping[str, Any], dispatcher: User, subjects: Mapping[str, Subject]) -> None:
    held = {"user": dispatcher, "since": data["from"], "source": data["source_words"]}
    for row in data["leading"]:
        made = leading_add(subject=subjects[row["subject"]], chain=row["chain"], **held)
        for each in row["followers"]:
            told = {**each, "subject": subjects[each["subject"]]}
            follower_add(leading_id=made.pk, **told, **held)


def _list(data: Mapping[str, Any], dispatcher: User, subjects: Mapping[str, Subject]) -> None:
    for form, told in ((LEADING, data["purchases"]), (PLATFORM, data["platforms"])):
        for row in told:
            services.listing_add(
                user=dispatcher,
                form=form,
                subject=subjects[row["subject"]],
                since=data["from"],
                reason="示例名录",
                sample=True,
            )


def _report(
    form: str, row: Mapping[str, Any], user: User, region: Region, subject: Subject, first: date
) -> None:
    calendar = WorkingCalendar()
    for end, values in row["quarters"].items():
        day = calendar.add_working_days(end, 6)
        with clock.as_of(day):
            services.returns_open(region=region, day=day, first=first, types=[form])
            found = Return.objects.get(type=form, subject=subject, period_end=end)
            typed = dict(zip(MEASURES[form], map(str, values), strict=True))
            services.return_submit(user=user, return_id=found.pk, version=found.version, typed=typed)


def _platforms(data: Mapping[str, Any], people: Mapping[str, User], subjects: Mapping[str, Subject]) -> None:
    """The desk registers a platform firm and tells of its taxes; the firm tells the rest itself."""
    for row in data["platforms"]:
        with clock.as_of(data["from"]):
            made = platform_add(
                user=people["dispatcher"], subject=subjects[row["subject"]], source=data["source_words"]
            )
        for told in row["facts"]:
            with clock.as_of(told["day"]):
                fact = Fact(source=data["source_words"], **told)
                teller = people["dispatcher" if told["kind"] == PlatformFact.Kind.TAX else row["user"]]
                fact_tell(user=teller, platform_id=made.pk, fact=fact)
