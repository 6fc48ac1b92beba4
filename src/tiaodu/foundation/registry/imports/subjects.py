"""Subjects from a table: registered, changed, given other names; each row by the services of one subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tiaodu.engine.registry.names import plain
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.parsers import CellError, Choice, ImportField, Many, Text
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, Values, Verdict, declare
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.codes import check_credit_code, check_industry_code
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind
from tiaodu.foundation.registry.sectors import sector_name, sectors
from tiaodu.foundation.registry.services import alias_add, subject_create, subject_edit

PLAIN = (
    "name",
    "full_name",
    "kind",
    "sector",
    "credit_code",
    "industry_code",
    "source",
)  # columns taken as they are


def _kinds() -> Sequence[tuple[Any, ...]]:
    words = {
        SubjectKind.FIRM: ("公司", "工厂"),
        SubjectKind.MINE: ("煤矿", "矿"),
        SubjectKind.DEPARTMENT: ("单位", "局", "机关"),
        SubjectKind.PARK: ("开发区",),
    }
    return [(kind.value, kind.label, *words.get(kind, ())) for kind in SubjectKind]


def _sectors() -> Sequence[tuple[Any, ...]]:
    return [(code, sector_name(code)) for code in sectors()]


def _check_code(text: str) -> str:
    try:
        validate_slug(text)
    except ValidationError:
        raise CellError(_("编号只能用字母、数字、“-”和“_”。")) from None
    return text


def region_of(user: User) -> Region:
    """The region an import goes into. Invalid for somebody who has none."""
    if user.region is None:
        raise Invalid(_("您还没有地区，不能导入。请系统管理员补上地区。"))
    return user.region


def _key(values: Values) -> Hashable | None:
    """What a row is about: its number, else its credit code, else its name with its kind."""
    for name in ("code", "credit_code"):
        if values.get(name):
            return name, values[name]
    return ("name", plain(values["name"]), values.get("kind")) if values.get("name") else None


class Register:
    """The subjects of a region, read once: by number, by credit code, by any name."""

    def __init__(self, region: Region) -> None:
        found = Subject.objects.filter(region=region).select_related("parent").prefetch_related("aliases")
        self.subjects = list(found)
        self.by_code = {s.code: s for s in self.subjects}
        self.by_credit_code = {
            s.credit_code: s for s in self.subjects if s.credit_code and not s.merged_into_id
        }
        self.by_alias = {text: s for s in self.subjects for text in self.aliases(s)}
        self.by_name: dict[str, dict[int, Subject]] = defaultdict(dict)
        for subject in self.subjects:
            if subject.merged_into_id is None and subject.active:
                for name in (subject.name, subject.full_name, *self.aliases(subject)):
                    self.by_name[plain(name)][subject.pk] = subject

    @staticmethod
    def aliases(subject: Subject) -> list[str]:
        return [alias.text for alias in subject.aliases.all()]

    def named(self, text: str, kind: str | None = None) -> list[Subject]:
        """The subjects of a name; those of a kind alone when it is told."""
        found = self.by_name.get(plain(text), {}) if plain(text) else {}
        return [s for s in found.values() if kind in (None, s.kind)]

    def one(self, text: str) -> Subject | None:
        """The one subject of a number or a name."""
        named = self.named(text)
        return self.by_code.get(text) or (named[0] if len(named) == 1 else None)


class _Check:
    """One dry run over the rows of a file."""

    def __init__(self, region: Region, rows: Sequence[StagedRow]) -> None:
        self.register = Register(region)
        self.in_file: dict[str, int] = {}
        for row in rows:
            for text in (row.values.get("code"), row.values.get("name"), row.values.get("full_name")):
                if text:
                    self.in_file.setdefault(plain(text), row.number)

    def verdict(self, row: StagedRow) -> Verdict:
        reasons: dict[str, str] = {}
        subject = self._subject(row.values, reasons)
        parent, after = self._parent(row, subject, reasons)
        self._other_names(row.values, subject, reasons)
        if subject is None:
            if not row.values.get("kind"):
                reasons.setdefault("kind", _("新登记的要写明类别：企业、矿山、项目等。"))
            return Verdict(reasons=reasons, after=after)
        before = {key: getattr(subject, key) for key in PLAIN}
        before |= {"code": subject.code, "aliases": self.register.aliases(subject), "parent": parent}
        return Verdict(subject.pk, subject.version, before, reasons, after)

    def _subject(self, values: Values, reasons: dict[str, str]) -> Subject | None:
        """The registered subject that a row is about; none when it is a new one."""
        by_code = self.register.by_code.get(values.get("code", ""))
        by_credit = self.register.by_credit_code.get(values.get("credit_code", ""))
        if by_code is not None and by_code.merged_into_id:
            reasons["code"] = _("这条记录已并入另一主体，请改用那一条。")
        elif by_code is not None and by_credit is not None and by_code.pk != by_credit.pk:
            reasons["credit_code"] = _("这个代码已登记在“%(subject)s”名下。") % {"subject": by_credit}
        found = by_code or by_credit
        if found is not None or values.get("code"):
            return found
        named = self.register.named(values.get("name", ""), values.get("kind"))
        if len(named) > 1:
            reasons["name"] = _("登记簿里有几个“%(name)s”，请填编号或信用代码。") % {
                "name": values.get("name")
            }
        return named[0] if len(named) == 1 else None

    def _parent(
        self, row: StagedRow, subject: Subject | None, reasons: dict[str, str]
    ) -> tuple[str, int | None]:
        """The present parent as it is to be compared, and the row of the file that stands above."""
        present = subject.parent if subject is not None else None
        text = row.values.get("parent")
        if not text:
            return str(present or ""), None
        registered = self.register.one(text)
        if registered is not None:
            return text if present == registered else str(present or ""), None
        above = self.in_file.get(plain(text))
        if above is None or above == row.number:
            named = _("有几个，请填编号") if self.register.named(text) else _("不在登记簿里，也不在这份表里")
            reasons["parent"] = _("上级“%(text)s”%(why)s。") % {"text": text, "why": named}
        return str(present or ""), above

    def _other_names(self, values: Values, subject: Subject | None, reasons: dict[str, str]) -> None:
        for text in values.get("aliases", ()):
            other = self.register.by_alias.get(text)
            if other is not None and (subject is None or other.pk != subject.pk):
                told = {"text": text, "subject": other}
                reasons["aliases"] = _("“%(text)s”已经是“%(subject)s”的别名。") % told


def _check(user: User, rows: Sequence[StagedRow]) -> list[Verdict]:
    check = _Check(region_of(user), rows)
    return [check.verdict(row) for row in rows]


def _commit(user: User, row: StagedRow) -> Subject:
    region, values = region_of(user), dict(row.values)
    aliases = values.pop("aliases", [])
    if "parent" in values:
        values["parent"] = _registered(region, values["parent"])
    if row.record_id is None:
        return subject_create(user=user, region=region, sample=user.sample, aliases=aliases, **values)
    changed = {key: values[key] for key in row.changed if key in values and key != "code"}
    subject = subject_edit(user=user, subject_id=row.record_id, version=row.record_version or 0, **changed)
    if "aliases" in row.changed:
        known = set(subject.aliases.values_list("text", flat=True))
        for text in aliases:
            if text not in known:
                alias_add(user=user, subject_id=subject.pk, text=text)
    return subject


def _registered(region: Region, text: str) -> Subject:
    """The subject a row names as its parent, now that the rows before it are done."""
    same = Q(code=text) | Q(name=text) | Q(full_name=text) | Q(aliases__text=text)
    found = list(Subject.objects.filter(same, region=region, merged_into=None).distinct()[:2])
    exact = [subject for subject in found if subject.code == text] or found
    if len(exact) != 1:
        raise Invalid(_("登记簿里没有上级“%(name)s”，或有几个同名。") % {"name": text})
    return exact[0]


SUBJECTS = declare(
    ImportSpec(
        name="subjects",
        title=pgettext_lazy("import", "主体"),
        permission="subjects.edit",
        back="ledger:subjects",
        help=gettext_lazy(
            "按编号、信用代码或名称找到已登记的主体就修改，找不到的新登记；别名只增加，不删除。"
        ),
        fields=(
            ImportField(
                "name",
                (
                    gettext_lazy("名称"),
                    "单位名称",
                    "企业名称",
                    "公司名称",
                    "项目名称",
                    "主体名称",
                    "简称",
                    "name",
                ),
                Text(120),
                required=True,
                help=gettext_lazy("平常怎么叫就怎么写，和登记簿里一样。"),
                example="石港煤业",
            ),
            ImportField(
                "kind",
                (gettext_lazy("类别"), "类型", "主体类别", "主体类型", "单位类型"),
                Choice(_kinds),
                help=gettext_lazy("新登记的必填。"),
                example="矿山",
            ),
            ImportField(
                "full_name",
                (gettext_lazy("全称"), "单位全称", "企业全称", "工商名称", "营业执照名称", "full name"),
                Text(200),
                help=gettext_lazy("营业执照上的名称。"),
                example="山西石港煤业有限责任公司",
            ),
            ImportField(
                "credit_code",
                (
                    gettext_lazy("统一社会信用代码"),
                    "信用代码",
                    "社会信用代码",
                    "统一代码",
                    "组织机构代码",
                    "credit code",
                ),
                Text(30, check_credit_code),
                help=gettext_lazy("18 位；这一列请设为文本格式，否则 Excel 会改动长数字。"),
            ),
            ImportField(
                "industry_code",
                (gettext_lazy("行业代码"), "国民经济行业代码", "行业小类", "industry code"),
                Text(20, check_industry_code),
                help=gettext_lazy("GB/T 4754-2017 的 2 至 4 位代码；请设为文本格式，否则开头的 0 会丢失。"),
            ),
            ImportField(
                "sector",
                (gettext_lazy("领域"), "行业领域", "所属领域", "产业"),
                Choice(_sectors),
                example="煤炭",
            ),
            ImportField(
                "parent",
                (gettext_lazy("上级"), "上级主体", "上级单位", "所属集团", "隶属", "所属单位"),
                Text(200),
                help=gettext_lazy("上级的名称或编号；也可以是这份表里的另一行。"),
            ),
            ImportField(
                "aliases",
                (gettext_lazy("别名"), "其他名称", "曾用名", "别称"),
                Many(200),
                help=gettext_lazy("几个用顿号隔开。文件里这样叫的，都会归到它名下。"),
                example="石港公司、石港煤矿",
            ),
            ImportField(
                "code",
                (gettext_lazy("编号"), "主体编号", "代码", "code"),
                Text(60, _check_code),
                help=gettext_lazy("登记簿里的编号；新登记的可以不填，由系统编。"),
                example="mine-3",
            ),
            ImportField("source", (gettext_lazy("来源"), "数据来源", "出处"), Text(300)),
        ),
        key=_key,
        check=_check,
        commit=_commit,
    )
)
