"""Opening an item: under an authority, on a basis, for a department, with a limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tiaodu.engine.items.clock import LONGEST, Facts, Term, Unit
from tiaodu.engine.items.states import State, Turn, Verb
from tiaodu.engine.items.vocabulary import ANY, Kind
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.items import rules, words
from tiaodu.foundation.items.about import About
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.selectors.bodies import may_issue
from tiaodu.foundation.items.services.asking import require_can_be_asked
from tiaodu.foundation.items.services.moving import clocked
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind


@dataclass(frozen=True, slots=True)
class Basis:
    """What an item rests on: a code of data/items/bases.yaml, its words, and its day."""

    kind: str
    text: str = ""
    day: date | None = None


@transaction.atomic
def item_open(
    *,
    user: User,
    kind: str,
    title: str,
    about: About | None,
    department: Subject,
    authority: Subject,
    basis: Basis | None,
    responsible: User | None = None,
    due: date | None = None,
    limit: str | None = None,
    days: int | None = None,
    text: str = "",
    subject: Subject | None = None,
    sector: str = "",
    released: bool = False,
    key: str = "",
) -> Item:
    """Open an item. Its time is a day (``due``), a limit by its code, or a number of working days; without
    any, the limit of its kind.

    Until somebody of ``department`` (``responsible``, when she is named) takes it, who opens it answers for
    it. ``about``, when given, was found for this person by :func:`tiaodu.foundation.items.about.find`. The
    same form sent twice (``key``) opens one item.
    """
    access.require(user, "items.issue")
    if key and (again := Item.objects.filter(opened_by=user, key=key).first()):
        return again
    found = rules.kinds().get(kind)
    if found is None:
        raise NotFound
    region = authority.region
    if not scope_of(user).covers(region) or not department.region.path.startswith(region.path):
        raise NotFound
    require_authority(user, found, authority)
    _check(found, title, basis, department)
    if responsible is not None:
        require_can_be_asked(responsible, department)
    term = term_of(region, found, due=due, limit=limit, days=days)
    subject = subject or (about.subject if about else None)
    item = _create(
        found,
        region,
        title=title.strip()[:300],
        subject=subject,
        sector=sector or (about.sector if about else "") or (subject.sector if subject else ""),
        authority=authority,
        opened_by=user,
        sample=user.sample or bool(about and about.sample) or bool(subject and subject.sample),
        key=key,
        **_of_about(about),
        **_of_basis(basis),
    )
    entry = ItemEntry.objects.create(
        **_standing(item, department, responsible, term),
        item=item,
        number=1,
        verb=Verb.OPENED,
        text=text.strip(),
        inside=False,
        by=user,
        by_department=user.department,
        happened_on=item.opened_on,
        known_on=item.opened_on,
        released=released and subject is not None,
    )
    item.last = entry
    item.save(update_fields=["last"])
    audit.record(
        action="items.opened",
        actor=user,
        obj=item,
        region_code=region.code,
        after={
            "number": words.number_words(item),
            "authority": authority,
            "basis": words.basis_words(item),
            "department": department,
            "receiver": responsible,
            "due": entry.due,
        },
    )
    return item


def require_authority(user: User, kind: Kind, authority: Subject) -> None:
    """Refuse unless a body of this sort may issue such items, and this person for it.

    A bureau may ask its peers but cannot order them; only the supervision office, the county offices and the
    task forces supervise.
    """
    if may_issue(user, kind, authority):
        return
    sort = rules.body_sort(authority)
    english = words.english()
    told = {"kind": kind.said(english=english), "authority": authority}
    if ANY not in kind.authorities and sort not in (*kind.authorities, *kind.on_behalf):
        told["bodies"] = rules.body_words(kind.authorities, english=english)
        raise NotAllowed(
            _("“%(authority)s”不能开%(kind)s：只有%(bodies)s可以。需要其他部门配合的，请用“提请”。") % told
        )
    raise NotAllowed(
        _("您不能以“%(authority)s”的名义开%(kind)s；请用您所在单位的名义，或由该单位开出。") % told
    )


def _check(kind: Kind, title: str, basis: Basis | None, department: Subject) -> None:
    if not title.strip():
        raise Invalid(_("请写明要办什么事。"))
    if department.kind != SubjectKind.DEPARTMENT or not department.active:
        raise Invalid(_("“%(name)s”不是在用的部门，不能承办。") % {"name": department})
    if basis is not None and basis.kind not in rules.bases():
        raise NotFound
    if basis is not None and basis.day is not None and basis.day > clock.today():
        raise Invalid(_("依据的日期在今天之后。"))
    if kind.basis and (basis is None or not basis.text.strip()):
        raise Invalid(
            _("%(kind)s必须写明依据：是谁的批示、哪次会议纪要、哪份文件或哪份督查通知。")
            % {"kind": kind.said(english=words.english())}
        )


def term_of(
    region: Region, kind: Kind, *, due: date | None = None, limit: str | None = None, days: int | None = None
) -> Term:
    """The term chosen: a day, a number of working days, a limit by code, or the limit of the kind."""
    if due is not None:
        if due < clock.today():
            raise Invalid(_("期限在今天之前。请另定一天。"))
        return Term(day=due, set_on=clock.today())
    if days is not None:
        if not 1 <= days <= LONGEST:
            raise Invalid(_("期限的天数应在 1 到 %(most)d 之间。") % {"most": LONGEST})
        return Term(days=days, unit=Unit.WORKING)
    found = rules.limits(region, clock.today()).get(limit or kind.limit)
    if found is None:
        raise Invalid(_("没有这种办理时限，请重新选择，或直接定一天。"))
    return Term(days=found.days, unit=found.unit)


def _of_about(about: About | None) -> dict[str, str]:
    if about is None:
        return {}
    return {"about_kind": about.kind, "about_id": about.id, "about_label": about.label[:300]}


def _of_basis(basis: Basis | None) -> dict[str, Any]:
    if basis is None:
        return {}
    return {"basis": basis.kind, "basis_text": basis.text.strip()[:300], "basis_day": basis.day}


def _create(kind: Kind, region: Region, **values: Any) -> Item:
    """The item under the next number of its kind and year."""
    today = clock.today()
    Region.objects.select_for_update().get(pk=region.pk)
    same = Item.objects.filter(region=region, kind=kind.code, year=today.year)
    last = same.aggregate(last=Max("number"))["last"] or 0
    return Item.objects.create(
        **values,
        region=region,
        kind=kind.code,
        year=today.year,
        number=last + 1,
        opened_on=today,
        state=State.OFFERED,
    )


def _standing(item: Item, department: Subject, responsible: User | None, term: Term) -> dict[str, Any]:
    """How an item stands that was just opened: somebody is asked, who opened it answers for it."""
    return {
        **clocked(Facts(item.opened_on, term), item),
        "state": State.OFFERED,
        "department": department,
        "responsible": item.opened_by,
        "receiver": responsible,
        "receiving": department,
        "offered_on": item.opened_on,
        "turn": Turn.OURS,
    }
