"""The register of platform firms. Facts with source and proof, written once; no figure is entered here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.rooms.returns.platforms.models import PlatformFact, PlatformFirm
from tiaodu.rooms.returns.platforms.selectors import may_tell, platform_for
from tiaodu.rooms.returns.platforms.tables import offered_in

MAY = "returns.relations"
Kind = PlatformFact.Kind


@dataclass(frozen=True)
class Fact:
    """What is told of a platform firm: see :class:`PlatformFact`."""

    kind: str
    day: date
    source: str
    code: str = ""
    name: str = ""
    number: str = ""
    authority: str = ""
    until: date | None = None
    gone: bool = False
    proof: StoredFile | None = None


@transaction.atomic
def platform_add(*, user: User, subject: Subject, source: str) -> PlatformFirm:
    """Take a firm of the register in. NotFound outside the person's region, Invalid where it is in."""
    access.require(user, MAY)
    if not scope_of(user).covers(subject.region):
        raise NotFound
    locked = Subject.objects.select_for_update(no_key=True, of=("self",)).select_related("region")
    kept = locked.get(pk=subject.pk)
    if kept.kind != SubjectKind.FIRM or kept.merged_into_id is not None:
        raise Invalid(_("“%(subject)s”不是在用的企业，不能登记。") % {"subject": kept})
    if PlatformFirm.objects.filter(subject=kept).exists():
        raise Invalid(_("“%(subject)s”已经登记为平台企业。") % {"subject": kept})
    if not source.strip():
        raise Invalid(_("请写明依据。"))
    made = PlatformFirm.objects.create(
        region=kept.region,
        subject=kept,
        source=source.strip()[:300],
        known_on=clock.today(),
        by=user,
        sample=kept.sample or user.sample,
    )
    after = {"subject": kept.name, "reason": made.source}
    audit.record(action="returns.platform_add", actor=user, obj=made, after=after)
    return made


@transaction.atomic
def fact_tell(*, user: User, platform_id: int, fact: Fact) -> PlatformFact:
    """Tell a fact of a platform firm: who keeps the register, or the firm itself its brands and licences.

    Nothing is overwritten: the newest fact holds. NotAllowed where a firm tells its own tax state.
    """
    platform = platform_for(user, platform_id)
    if not may_tell(user, platform, fact.kind):
        raise NotAllowed(_("品牌、许可由工信局或企业自己登记，纳税状态由工信局按税务局提供的登记。"))
    PlatformFirm.objects.select_for_update(no_key=True).get(pk=platform.pk)
    _check(platform, fact)
    licence = fact.kind == Kind.LICENCE
    made = PlatformFact.objects.create(
        platform=platform,
        kind=fact.kind,
        code="" if fact.kind == Kind.BRAND else fact.code,
        name=fact.name.strip() if fact.kind == Kind.BRAND else "",
        number=fact.number.strip() if licence else "",
        authority=fact.authority.strip() if licence else "",
        until=fact.until if licence else None,
        gone=fact.gone,
        day=fact.day,
        source=fact.source.strip()[:300],
        proof=fact.proof,
        known_on=clock.today(),
        by=user,
    )
    after = {"kind": made.kind, "what": made.name or made.code, "valid_to": made.until, "day": made.day}
    audit.record(action="returns.platform_fact", actor=user, obj=platform, after=after)
    return made


def _check(platform: PlatformFirm, fact: Fact) -> None:
    """Invalid for what is not whole or cannot be."""
    if fact.kind not in Kind.values:
        raise Invalid(_("请选择类别。"))
    if not fact.source.strip():
        raise Invalid(_("请写明来源：哪份证照，或哪个部门哪天提供。"))
    if fact.day > clock.today():
        raise Invalid(_("日期在今天之后：发生了再登记。"))
    if fact.kind == Kind.BRAND and not fact.name.strip():
        raise Invalid(_("请写品牌名称。"))
    if fact.kind != Kind.BRAND and (fact.kind, fact.code) not in offered_in(platform.region):
        raise Invalid(_("请从清单里选一种。"))
    if fact.kind == Kind.LICENCE and not (fact.number.strip() and fact.authority.strip()):
        raise Invalid(_("许可要写证号和发证机关。"))
    if fact.kind == Kind.LICENCE and not fact.gone and fact.until is not None and fact.until < fact.day:
        raise Invalid(_("有效期不能早于登记的日期；已失效的请勾选“已失效”。"))
