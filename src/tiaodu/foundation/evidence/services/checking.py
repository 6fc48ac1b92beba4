"""Who may tell which figure, and whether what is told can be one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import sources
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.scope import own_units, subjects_in_reach
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry.models import UNIT_KINDS, Subject, SubjectKind

STATISTICAL_KINDS = frozenset({SubjectKind.REGION, SubjectKind.INDUSTRY})
UNIT_SERIES = frozenset({Series.STATISTICAL, Series.DISPATCH, Series.PAYMENT, Series.METER})
_PLACES = 6
_DIGITS = 15  # SQLite keeps no more of a number; no real figure has more


def behind_firewall(subject: Subject, series: str) -> bool:
    """Whether only the unit itself tells and changes such a figure."""
    return subject.kind in UNIT_KINDS and series in UNIT_SERIES


def check_may_report(
    user: User, subject: Subject, series: str, source_kind: str, own: Collection[int] | None = None
) -> None:
    """A unit's figures are told by the unit itself, statistics of regions and industries by the statistics
    bureau, what a document says by the act that takes the document in, everything else by who reports.

    ``own``: :func:`own_units` of the person, where the caller has them already.
    """
    if series not in Series.values:
        raise Invalid(_("没有“%(series)s”这种数据口径。") % {"series": series})
    if behind_firewall(subject, series):
        if subject.pk not in (own_units(user) if own is None else own):
            raise NotAllowed(
                _(
                    "“%(subject)s”的数只由它自己填报和更正，其他人不能填写、修改或代报。"
                    "可以提醒、询问，或写明原因退回。"
                )
                % {"subject": subject}
            )
        return
    if series == Series.DOCUMENT:
        if not sources.writes_documents(source_kind):
            raise NotAllowed(_("文件所载的数只能由接受文件条目产生，不能手工填报。"))
        access.require(user, "evidence.document")
    elif series == Series.STATISTICAL:
        if not access.may(user, "evidence.statistics"):
            raise NotAllowed(_("统计数只由统计局录入，其他人不能填写、修改或代报。"))
    else:
        access.require(user, "evidence.report")


def check_reach(user: User, subject: Subject) -> None:
    """NotFound when the subject lies outside the person's reach."""
    if not subjects_in_reach(user).filter(pk=subject.pk).exists():
        raise NotFound


def check_subject(subject: Subject, series: str, source_kind: str = "") -> None:
    """No single firm's, mine's or project's figure is statistical, except a unit's own answer to a survey."""
    if series == Series.STATISTICAL and subject.kind not in STATISTICAL_KINDS:
        if subject.kind in UNIT_KINDS and sources.is_survey(source_kind):
            return
        raise Invalid(
            _(
                "统计数只录入地区和行业的，“%(subject)s”是%(kind)s。单个企业、矿山、项目的统计资料不得用于调度。"
            )
            % {"subject": subject, "kind": subject.get_kind_display()}
        )


def checked_value(value: Decimal) -> Decimal:
    """The value as it is kept: six places, fifteen digits."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Invalid(_("数值不是一个数。"))
    plain = value.normalize()
    _sign, digits, exponent = plain.as_tuple()
    if not isinstance(exponent, int) or -exponent > _PLACES:
        raise Invalid(_("数值最多六位小数。"))
    if len(digits) + max(exponent, 0) > _DIGITS:
        raise Invalid(_("数值太长，最多十五位数字。请检查单位。"))
    return plain if exponent <= 0 else plain.quantize(Decimal(1))


def checked_day(known_on: date | None, file: StoredFile | None, period: Period) -> date:
    """The day a figure is known from: today, or an earlier one that a file proves."""
    today = clock.today()
    if today > clock.real_today():
        raise Invalid(_("页面停在一个还没有到的日子，不能填报。请回到今天再报；您填写的内容没有保存。"))
    day = known_on or today
    if day > today:
        raise Invalid(_("“报送日”在今天之后；请改为今天或更早。"))
    if day < today and file is None:
        raise Invalid(_("补录过去报送的数，须附当时的文件。请上传后再提交。"))
    if period.end > day:
        raise Invalid(
            _("这个数说的时期（到 %(end)s）在 %(day)s 还没有结束；只报已经发生的。")
            % {"end": period.end.isoformat(), "day": day.isoformat()}
        )
    return day


def checked_reason(reason: str) -> str:
    """A reason is asked for whenever a figure changes."""
    reason = reason.strip()
    if not reason:
        raise Invalid(_("请写明原因：为什么更正或撤回。"))
    if len(reason) > _LONGEST_REASON:
        raise Invalid(_("原因太长，最多 %(count)s 字。") % {"count": _LONGEST_REASON})
    return reason


_LONGEST_REASON = 300


def check_may_correct(user: User, evidence: Evidence) -> None:
    """Only who reported a figure changes it: the department, the person where there is none, and of what
    somebody saw himself the person alone. Of a unit's figure the unit, whoever of it told it.
    """
    if not is_reporter(user, evidence):
        raise NotAllowed(
            _("只有报送的单位可以更正或撤回自己报的数。如有疑问，请退回并写明原因，由报送单位更正。")
        )


def is_reporter(user: User, evidence: Evidence) -> bool:
    """Whether a figure is the person's or her department's own."""
    if behind_firewall(evidence.subject, evidence.series):
        return evidence.subject_id in own_units(user)
    if evidence.series == Series.DOCUMENT:
        return True  # it is the document's; the act that takes documents in has its own permission
    if evidence.series == Series.OBSERVATION or evidence.department_id is None:
        return evidence.reporter_id == user.pk
    if user.department_id is None:
        return False
    related = families()
    return related.kept(user.department_id) == related.kept(evidence.department_id)
