"""Two records that are one subject become one, and are parted again where it was a mistake."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry.merging import move_back, move_references, tell_followers
from tiaodu.foundation.registry.models import UNIT_KINDS, Alias, DuplicateDecision, MergeRecord, Subject
from tiaodu.foundation.registry.services.naming import alias_put
from tiaodu.foundation.registry.services.subjects import is_below

MAY = "subjects.edit"
MAY_UNDO = "subjects.unmerge"
FILLED = ("full_name", "sector", "credit_code", "industry_code")  # taken over where the kept record has none


@transaction.atomic
def subjects_merge(*, user: User, keep_id: int, gone_id: int, reason: str = "") -> Subject:
    """Two records become one: ``keep`` gets the names of ``gone`` and all that refers to it.

    Rows that are written once keep their reference; ``gone`` stays for them, out of use and marked
    ``merged_into``. What was moved and what had to go stands in a :class:`MergeRecord`, by which
    :func:`subjects_unmerge` can undo it.
    """
    keep, gone = _both_locked(user, keep_id, gone_id, MAY)
    if keep.pk == gone.pk or keep.region_id != gone.region_id or keep.merged_into_id or gone.merged_into_id:
        raise Invalid(_("只能合并同一地区的两个不同、未被合并过的主体。"))
    if (keep.kind in UNIT_KINDS) != (gone.kind in UNIT_KINDS):
        raise Invalid(
            _("“%(keep)s”与“%(gone)s”一个是企业或矿山，一个不是，不能合并：企业的数只由企业自己报。")
            % {"keep": keep, "gone": gone}
        )
    if is_below(keep, gone) or is_below(gone, keep):
        raise Invalid(
            _("“%(keep)s”与“%(gone)s”是上下级，不是同一主体，不能合并。") % {"keep": keep, "gone": gone}
        )
    if keep.credit_code and gone.credit_code and keep.credit_code != gone.credit_code:
        raise Invalid(
            _("两条记录的统一社会信用代码不同（%(keep)s、%(gone)s），是两个单位。如有一个录错，请先改正。")
            % {"keep": keep.credit_code, "gone": gone.credit_code}
        )
    done, was_active = move_references(gone, keep), gone.active
    gone.active, gone.merged_into, gone.version = False, keep, gone.version + 1
    gone.save(update_fields=["active", "merged_into", "version"])
    filled = _filled(keep, gone)
    record = MergeRecord.objects.create(
        keep=keep,
        gone=gone,
        reason=reason.strip(),
        moved=done.moved,
        removed=done.removed,
        kept=done.kept,
        names=_names_given(keep, gone),
        filled=filled,
        was_active=was_active,
        by=user,
        known_on=clock.today(),
    )
    tell_followers(gone, keep)
    audit.record(
        action="registry.subjects_merge",
        actor=user,
        obj=keep,
        before={"gone": str(gone)},
        after={"moved": done.counts, "removed": len(done.removed), "reason": record.reason},
    )
    return keep


@transaction.atomic
def subjects_unmerge(*, user: User, record_id: int, reason: str) -> MergeRecord:
    """Part two records again that were merged by mistake, as far as nobody changed the rows since.

    Rows that were moved and still name the kept record name the other one again, rows that had to go return.
    What could not go back stands in ``removed`` of the record that is given. Invalid without a reason, when
    it was undone already, or when the kept record was itself merged since.
    """
    access.require(user, MAY_UNDO)
    record = MergeRecord.objects.filter(pk=record_id, undoes=None).first()
    if record is None:
        raise NotFound
    keep, gone = _both_locked(user, record.keep_id, record.gone_id, MAY_UNDO)
    if not reason.strip():
        raise Invalid(_("请写明为什么撤销合并。"))
    if gone.merged_into_id != keep.pk or MergeRecord.objects.filter(undoes=record).exists():
        raise Invalid(_("这次合并已经撤销。"))
    if keep.merged_into_id:
        raise Invalid(
            _("“%(keep)s”后来又并入了“%(into)s”，请先撤销那一次。") % {"keep": keep, "into": keep.merged_into}
        )
    gone.active, gone.merged_into, gone.version = record.was_active, None, gone.version + 1
    _emptied(keep, record.filled)
    _refuse_taken(gone)
    gone.save(update_fields=["active", "merged_into", "version"])
    done = move_back(record.moved, record.removed, gone, keep)
    Alias.objects.filter(subject=keep, text__in=record.names).delete()
    undoing = MergeRecord.objects.create(
        keep=keep,
        gone=gone,
        undoes=record,
        reason=reason.strip(),
        moved=done.moved,
        removed=done.removed,
        names=record.names,
        by=user,
        known_on=clock.today(),
    )
    tell_followers(gone, keep, undone=True)
    audit.record(
        action="registry.subjects_unmerge",
        actor=user,
        obj=keep,
        before={"gone": str(gone)},
        after={"moved": done.counts, "removed": len(done.removed), "reason": undoing.reason},
    )
    return undoing


@transaction.atomic
def duplicate_dismiss(*, user: User, one_id: int, other_id: int, reason: str = "") -> DuplicateDecision:
    """Say that two subjects are not the same: the pair is not suggested again."""
    return _decide(user, one_id, other_id, different=True, reason=reason)


@transaction.atomic
def duplicate_ask_again(*, user: User, one_id: int, other_id: int, reason: str = "") -> DuplicateDecision:
    """Take back that two subjects are not the same: the pair is suggested again."""
    return _decide(user, one_id, other_id, different=False, reason=reason)


def _decide(user: User, one_id: int, other_id: int, *, different: bool, reason: str) -> DuplicateDecision:
    one, other = _both_locked(user, min(one_id, other_id), max(one_id, other_id), MAY)
    if one.pk == other.pk or one.region_id != other.region_id:
        raise Invalid(_("请选择同一地区的两个不同主体。"))
    decision = DuplicateDecision.objects.create(
        one=one, other=other, different=different, reason=reason.strip(), by=user, known_on=clock.today()
    )
    for subject, neighbour in ((one, other), (other, one)):
        audit.record(
            action="registry.duplicate_dismiss" if different else "registry.duplicate_ask_again",
            actor=user,
            obj=subject,
            after={"other": str(neighbour), "reason": decision.reason},
        )
    return decision


def _both_locked(user: User, first_id: int, second_id: int, permission: str) -> tuple[Subject, Subject]:
    """Both rows, locked in the order of their keys, so that two merges never wait for each other."""
    access.require(user, permission)
    rows = Subject.objects.select_for_update(no_key=True).filter(pk__in={first_id, second_id}).order_by("pk")
    found, scope = {subject.pk: subject for subject in rows}, scope_of(user)
    for key in (first_id, second_id):
        if key not in found or not scope.covers(found[key].region):
            raise NotFound
    return found[first_id], found[second_id]


def _filled(keep: Subject, gone: Subject) -> dict[str, str]:
    """What the kept record lacked and gets from the other."""
    filled = {name: getattr(gone, name) for name in FILLED if getattr(gone, name) and not getattr(keep, name)}
    for name, value in filled.items():
        setattr(keep, name, value)
    keep.version += 1
    keep.save(update_fields=[*filled, "version"])
    return filled


def _emptied(keep: Subject, filled: Mapping[str, str]) -> None:
    """Takes it back, where nobody wrote something else since."""
    still = [name for name, value in filled.items() if getattr(keep, name) == value]
    for name in still:
        setattr(keep, name, "")
    keep.version += 1
    keep.save(update_fields=[*still, "version"])


def _names_given(keep: Subject, gone: Subject) -> list[str]:
    """The names of ``gone`` that ``keep`` now bears as other names."""
    new = [name for name in (gone.name, gone.full_name) if name and name not in (keep.name, keep.full_name)]
    known = set(Alias.objects.filter(subject=keep, text__in=new).values_list("text", flat=True))
    given = [name for name in dict.fromkeys(new) if name not in known]
    for name in given:
        alias_put(keep, name)
    return given


def _refuse_taken(gone: Subject) -> None:
    """Invalid when another record has taken the credit code since."""
    others = Subject.objects.filter(region=gone.region, merged_into=None).exclude(pk=gone.pk)
    taken = others.filter(credit_code=gone.credit_code).first() if gone.credit_code else None
    if taken is not None:
        raise Invalid(
            _("统一社会信用代码 %(code)s 现在登记在“%(subject)s”名下，请先改正再撤销。")
            % {"code": gone.credit_code, "subject": taken}
        )
