"""Writes of private estimates. The log has the act and the promise, never who, from where, nor the figure."""

from __future__ import annotations

from datetime import timedelta
from math import isfinite

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.outlook.rounds import load_rules
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.middleware import from_nowhere
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task
from tiaodu.rooms.outlook.estimates.own import Own, own_of
from tiaodu.rooms.outlook.estimates.promises import PERMISSION, Promise, promise_for
from tiaodu.rooms.outlook.estimates.secrecy import pseudonym_of
from tiaodu.rooms.outlook.models import Estimate


@transaction.atomic
def estimate_give(*, user: User, about: str, value: float, version: str | None = None) -> None:
    """Tell what one thinks will come: of a figure in base units, of a step as a day number. It takes the
    place of one's earlier one, which stays. Invalid for what cannot be meant; Stale when one has told
    meanwhile, or when the promise was changed since ``version``.
    """
    own = _open(user, about)
    value = _checked(own.promise, value)
    current, day = own.current, clock.today()
    if current is not None and (current.day, current.value) == (day, value):
        return  # sent twice
    _fresh(own, version)
    _keep(user, own, value)
    _record("outlook.estimate_give", own.promise)


@transaction.atomic
def estimate_withdraw(*, user: User, about: str, version: str | None = None) -> None:
    """Take one's estimate back: from now on it is in nothing that is shown. Invalid where there is none."""
    own = _open(user, about)
    _fresh(own, version)
    if own.current is None:
        raise Invalid(_("您没有在用的估计，不用撤回。"))
    _keep(user, own, None)
    _record("outlook.estimate_withdraw", own.promise)


def _open(user: User, about: str) -> Own:
    """What she told before, with the task locked: nobody tells twice at once."""
    access.require(user, PERMISSION)
    promise = promise_for(user, about)
    Task.objects.select_for_update().filter(pk=promise.task.pk).first()
    if promise.closed:
        raise Invalid(promise.closed)
    return own_of(user, promise)


def _checked(promise: Promise, value: float) -> float:
    if not isfinite(value):
        raise Invalid(_("请填一个数。"))
    return _day(value) if promise.is_day else _figure(promise, float(value))


def _day(value: float) -> float:
    rules, today = load_rules(), clock.today()
    if value < today.toordinal():
        raise Invalid(_("估计的日子已经过去了，请填今天或以后的日子。"))
    if value > (today + timedelta(days=366 * rules.years)).toordinal():
        raise Invalid(_("日子太远，最多估计到 %(years)s 年以后。") % {"years": rules.years})
    return float(int(value))


def _figure(promise: Promise, value: float) -> float:
    if value < 0 and promise.asked.unit not in load_rules().below_zero:
        raise Invalid(_("这个数不会小于零，请再看一眼。"))
    # By the promise alone: a bound that followed the outlook would tell of it to who does not see it.
    if abs(value) > load_rules().times * max(abs(promise.target or 0.0), 1.0):
        raise Invalid(
            _("这个数比承诺大出太多，请看看单位：这里填的是%(unit)s。") % {"unit": promise.scale[1]}
        )
    return value


def _fresh(own: Own, version: str | None) -> None:
    if version is None or version == own.version:
        return
    number, due, target = ([*version.split(" "), "", "", ""])[:3]
    told = own.promise
    now = {
        "estimates": (number, str(len(own.told))),
        "due": (due, str(told.due)),
        "promised": (target, repr(told.target)),
    }
    stale = Stale({name: {"yours": a, "theirs": b} for name, (a, b) in now.items() if a != b})
    stale.message = _("您打开以后又说过一次，或承诺改了。请对照现在的再看一眼，然后再记下。")
    raise stale


def _keep(user: User, own: Own, value: float | None) -> None:
    promise, day = own.promise, clock.today()
    if sum(each.day == day for each in own.told) >= load_rules().a_day:
        raise Invalid(_("今天改了太多次，明天再说。"))
    assert promise.due is not None  # noqa: S101  closed without one
    Estimate.objects.create(
        task=promise.task,
        indicator=promise.part if isinstance(promise.part, Indicator) else None,
        milestone=promise.part if isinstance(promise.part, Milestone) else None,
        who=pseudonym_of(user),
        day=day,
        number=_next(user, promise),
        value=value,
        due=promise.due,
        target=promise.target,
        comparator=promise.asked.comparator,
        outlook=promise.outlook,
    )


def _next(user: User, promise: Promise) -> int:
    """One more than the last, whatever day she looks at: another day may have been shown."""
    part = {"milestone" if promise.is_day else "indicator": promise.part}
    return Estimate.objects.filter(who=pseudonym_of(user), **part).count() + 1


def _record(action: str, promise: Promise) -> None:
    """The log's entry: that somebody told something of this promise. With the doer, the request or the
    address a reader of the log could lay it beside the pooled figure of the day after.
    """
    with from_nowhere():
        audit.record(
            action=action,
            actor=None,
            after={"promise": promise.name},
            region_code=promise.task.region.code,
        )
