"""Lists of the register: who looks after whom, measures, probable duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.registry.measures import definition_in_language, first_words, name_in_language
from tiaodu.foundation.registry.models import DuplicatePair, Liaison, Measure
from tiaodu.foundation.registry.selectors import LookedAfter, MeasureRow, pair_reasons
from tiaodu.foundation.registry.selectors.liaisons import LOOKED_AFTER, Load


def _who(role: str, title: Any) -> Column:
    def who(row: LookedAfter) -> str:
        liaison = row.by_role.get(role)
        return f"{liaison.who} {liaison.post}".strip() if liaison else ""

    return Column(role, title, cell=who, sort=lambda row: who(row) or None, export=who)


class LiaisonList(ListPage):
    """Who looks after each subject today."""

    name = "registry-liaison"
    title = _("包联表")
    columns = (
        Column(
            "name",
            _("主体"),
            cell=lambda row: row.subject.name,
            sort=lambda row: row.subject.name,
            export=lambda row: row.subject.name,
            card="title",
            width="wide",
        ),
        Column(
            "kind",
            _("类别"),
            cell=lambda row: row.subject.get_kind_display(),
            sort=lambda row: row.subject.kind,
            export=lambda row: row.subject.get_kind_display(),
        ),
        _who(Liaison.Role.LEADER, _("包联领导")),
        _who(Liaison.Role.DEPARTMENT, _("包联单位")),
        _who(Liaison.Role.OFFICER, _("包联专员")),
        Column("since", _("自何时"), cell=lambda row: row.since, sort=lambda row: row.since),
    )
    chips = (
        Chip("with", _("已有包联"), lambda row: bool(row.liaisons)),
        Chip("no_officer", _("没有专员"), lambda row: row.officer is None, light="due"),
        Chip("no_leader", _("没有领导"), lambda row: row.leader is None),
    )
    search = Search(("subject.name", "subject.full_name", "names"))
    search_hint = _("搜索主体、人员、单位")
    default_sort = "name"
    export_permission = "subjects.read"
    imports = ("liaisons",)
    empty = Empty(
        _("还没有可包联的主体"),
        _("登记企业、矿山、项目、园区后，在这里确定由哪位领导、哪个单位、哪名专员包联。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[LookedAfter]) -> None:
        super().__init__(request, rows)
        kinds = [(kind.value, kind.label) for kind in LOOKED_AFTER]
        self.choices = (Choice("kind", _("类别"), kinds, lambda code: lambda row: row.subject.kind == code),)

    def row_url(self, record: LookedAfter) -> str:
        return reverse("registry:subject", args=[record.subject.pk])


class LoadList(ListPage):
    """How many subjects each leader, department and officer looks after."""

    name = "registry-load"
    title = _("包联负荷")
    columns = (
        Column("who", _("人员或单位"), sort=lambda row: row.who, card="title"),
        Column(
            "role", _("角色"), cell=lambda row: row.role_words, export=lambda row: row.role_words,
            sort=lambda row: row.role,
        ),
        Column("post", _("职务"), cell=lambda row: row.post or row.department, export=lambda row: row.post),
        Column("count", _("包联数"), numeric=True, sort=lambda row: row.count, width="narrow"),
        Column("subject_words", pgettext_lazy("menu", "主体")),
    )  # fmt: skip
    chips = tuple(
        Chip(role.value, role.label, lambda row, role=role: row.role == role)  # type: ignore[misc]
        for role in Liaison.Role
    )
    search = Search(("who", "post", "department", "subject_words"))
    search_hint = _("搜索人员、单位、主体")
    default_sort = "-count"
    export_permission = "subjects.read"
    empty = Empty(_("还没有人包联"), _("在主体的登记页上确定包联人员，或导入包联表。"))

    def row_url(self, record: Load) -> str:
        return f"{reverse('registry:liaison')}?{urlencode({'q': record.who})}"

    def row_light(self, record: Load) -> str:
        return ""


class MeasureList(ListPage):
    """What can be measured."""

    name = "registry-measures"
    title = _("指标口径")
    columns = (
        Column(
            "name",
            _("名称"),
            cell=lambda row: name_in_language(row.words),
            sort=lambda row: row.words.name,
            export=lambda row: name_in_language(row.words),
            card="title",
        ),
        Column("code", _("代码"), sort=lambda row: row.measure.code, export=lambda row: row.measure.code,
               cell=lambda row: row.measure.code),
        Column("unit", _("单位"), cell=lambda row: row.measure.unit, export=lambda row: row.measure.unit,
               width="narrow"),
        Column(
            "kind", _("性质"), cell=lambda row: row.measure.get_kind_display(),
            export=lambda row: row.measure.get_kind_display(), sort=lambda row: row.measure.kind,
        ),
        Column("definition", _("定义"), cell=lambda row: definition_in_language(row.words),
               export=lambda row: definition_in_language(row.words), width="wide"),
        Column("validity", _("有效期"), cell=lambda row: row.validity, export=lambda row: row.validity),
    )  # fmt: skip
    chips = (
        Chip("own", _("本县自定"), lambda row: bool(row.measure.region_id)),
        Chip("ended", _("已停用"), lambda row: not row.holds),
        *(
            Chip(kind.value, kind.label, lambda row, kind=kind: row.measure.kind == kind)  # type: ignore[misc]
            for kind in Measure.Kind
        ),
    )
    search = Search(("words.name", "words.name_en", "words.definition", "measure.code"))
    search_hint = _("搜索名称、代码、定义")
    default_sort = "code"
    export_permission = "subjects.read"
    sample_field = ""

    def __init__(self, request: HttpRequest, rows: Sequence[MeasureRow]) -> None:
        super().__init__(request, rows)
        words = [(word, name or word) for word, name in first_words().items()]
        self.choices = (
            Choice(
                "word", _("类"), words, lambda word: lambda row: row.measure.code.partition(".")[0] == word
            ),
        )

    def is_sample(self, record: MeasureRow) -> bool:
        return False

    def row_url(self, record: MeasureRow) -> str:
        return reverse("registry:measure", args=[record.measure.pk])

    def row_light(self, record: MeasureRow) -> str:
        return ""


class DuplicateList(ListPage):
    """Pairs that are probably the same."""

    name = "registry-duplicates"
    title = _("疑似重复")
    columns = (
        Column("pair", _("两条记录"), cell="registry/cells/pair.html", card="title", width="wide",
               export=lambda row: f"{row.one.name} / {row.other.name}", sort=("one__name", "other__name")),
        Column("kind", _("类别"), cell=lambda row: row.one.get_kind_display(),
               export=lambda row: row.one.get_kind_display(), sort=("one__kind",)),
        Column("reasons", _("为什么"), cell="registry/cells/reasons.html",
               export=lambda row: "；".join(pair_reasons(row)), width="wide"),
        Column("score", _("把握"), numeric=True, sort=("score",), width="narrow"),
    )  # fmt: skip
    chips = (
        Chip("sure", _("几乎肯定"), Q(score__gte=94)),
        Chip("maybe", _("可能"), Q(score__lt=94)),
    )
    search = Search(("one__name", "one__full_name", "other__name", "other__full_name"))
    search_hint = _("搜索名称")
    default_sort = "-score"
    export_permission = "subjects.edit"
    empty = Empty(
        _("这里列出可能是同一主体的两条记录"),
        _("登记簿里同一类别、名称或信用代码相同相近的两条记录会列在这里，由人决定合并还是分开。"),
    )

    def is_sample(self, record: DuplicatePair) -> bool:
        return record.one.sample or record.other.sample

    def has_samples(self) -> bool:
        rows = self.chosen_rows
        return any(rows.any_marked(f"{side}.sample", self.is_sample) for side in ("one", "other"))

    def row_url(self, record: DuplicatePair) -> str:
        return reverse("registry:pair", args=[record.one_id, record.other_id])

    def row_light(self, record: DuplicatePair) -> str:
        return ""
