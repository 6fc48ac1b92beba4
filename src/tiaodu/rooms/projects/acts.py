"""Acts of the audit log in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, Any] = {
    "projects.project_create": _("登记项目"),
    "projects.project_edit": _("修改项目"),
    "projects.project_release": _("发布项目"),
    "projects.project_end": _("终止项目"),
    "projects.plan_set": _("定投资计划"),
    "projects.contract_set": _("定协议指标"),
    "projects.input_set": _("登记要素"),
    "projects.history_import": _("导入旧档案"),
    "projects.investment_report": _("报投资"),
    "projects.investment_export": _("导出投资"),
    "projects.repeat_decide": _("认定是否重复"),
    "projects.step_started": _("开始办理"),
    "projects.step_finished": _("办结"),
    "projects.step_waited": _("开始等待"),
    "projects.step_resumed": _("恢复办理"),
    "projects.step_skipped": _("不办"),
    "projects.step_answered": _("确定是否需要"),
    "projects.step_promised": _("承诺日期"),
    "projects.step_ranged": _("估计天数"),
    "projects.step_proven": _("补佐证"),
    "projects.step_corrected": _("更正"),
    "projects.project_migrate": _("换用模板"),
}
