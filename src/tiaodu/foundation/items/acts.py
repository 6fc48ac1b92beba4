"""The acts on an item as buttons and forms: what each is called, what it asks, and what it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.engine.items.states import Verb
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.items import services
from tiaodu.foundation.items.forms import (
    ActForm,
    AskForm,
    AssignForm,
    ClaimForm,
    ExtendForm,
    HandOverForm,
    NoteForm,
    ReasonForm,
    ReleaseForm,
    ReopenForm,
    TextForm,
    WaitForm,
)
from tiaodu.foundation.items.models import Item


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``call`` is a service; it gets the fields of ``form`` by their names.

    ``button`` stands on the item's page, ``send`` under the form, ``done`` is said afterwards.
    """

    slug: str
    verb: Verb
    button: Any
    send: Any
    done: Any
    form: type[ActForm]
    call: Callable[..., Item]
    icon: str = ""
    help: Any = ""
    fixed: Mapping[str, Any] | None = None

    def carry_out(
        self, *, user: User, item_id: int, form: forms.Form, file: StoredFile | None = None
    ) -> Item:
        """Do it with what was filled in."""
        told = {name: value for name, value in form.cleaned_data.items() if name not in ("proof", "file")}
        if self.verb is Verb.NOTED:
            told.pop("version")
        if "proof" in form.fields:
            told["proof"] = file
        if "file" in form.fields:
            told["file"] = file
        return self.call(user=user, item_id=item_id, **told, **(self.fixed or {}))


ACTS = {
    act.slug: act
    for act in (
        Act(
            "take",
            Verb.TAKEN,
            pgettext_lazy("act", "签收"),
            pgettext_lazy("act", "签收，由我负责"),
            _("已签收，从现在起由您负责。"),
            TextForm,
            services.item_take,
            "check",
            _("签收后您是这件事的首问责任人，负责到底；要移交须对方确认。"),
        ),
        Act(
            "take-over",
            Verb.TAKEN_OVER,
            pgettext_lazy("act", "接手"),
            pgettext_lazy("act", "接手，由我负责"),
            _("已接手，从现在起由您负责。"),
            TextForm,
            services.item_take_over,
            "check",
            _("确认接手后，责任从原承办人转到您。"),
        ),
        Act(
            "strike-off",
            Verb.STRUCK_OFF,
            pgettext_lazy("act", "核实销号"),
            pgettext_lazy("act", "核实无误，销号"),
            _("已销号。"),
            TextForm,
            services.item_strike_off,
            "checks",
            _("销号前请看佐证；不足的请退回补充。"),
        ),
        Act(
            "assign",
            Verb.ASSIGNED,
            pgettext_lazy("act", "改派"),
            pgettext_lazy("act", "改派并请其签收"),
            _("已改派，等对方签收。"),
            AssignForm,
            services.item_assign,
            "arrow-right",
            _("对方签收之前，仍由现在的责任人负责。"),
        ),
        Act(
            "extend",
            Verb.EXTENDED,
            pgettext_lazy("act", "延期"),
            pgettext_lazy("act", "同意延期"),
            _("期限已改，原来的期限保留在记录里。"),
            ExtendForm,
            services.item_extend,
            "calendar-event",
        ),
        Act(
            "claim",
            Verb.CLAIMED,
            pgettext_lazy("act", "报完成"),
            pgettext_lazy("act", "报完成，送核实"),
            _("已报完成，等另一个单位的人核实。"),
            ClaimForm,
            services.item_claim,
            "check",
            _("核实期间不计时；退回的话，从第二天起继续计时。"),
        ),
        Act(
            "resume",
            Verb.RESUMED,
            pgettext_lazy("act", "恢复办理"),
            pgettext_lazy("act", "恢复办理"),
            _("已恢复，从下一天起继续计时。"),
            TextForm,
            services.item_resume,
            "refresh",
            _("等的已经等到。恢复的当天不计时。"),
        ),
        Act(
            "wait",
            Verb.WAITED,
            pgettext_lazy("act", "等待"),
            pgettext_lazy("act", "开始等待"),
            _("已记下等待的原因。"),
            WaitForm,
            services.item_wait,
            "player-pause",
            _("只有清单里的原因可以等待；标“计时暂停”的才停表。企业能看到原因和轮到谁。"),
        ),
        Act(
            "note",
            Verb.NOTED,
            pgettext_lazy("act", "写说明"),
            pgettext_lazy("act", "写入记录"),
            _("已写入记录。"),
            NoteForm,
            services.item_note,
            "message-plus",
        ),
        Act(
            "hand-over",
            Verb.HANDED_OVER,
            pgettext_lazy("act", "移交"),
            pgettext_lazy("act", "提出移交"),
            _("已请对方确认；确认之前仍由您负责。"),
            HandOverForm,
            services.item_hand_over,
            "arrow-right",
            _("对方确认接手之前，仍由您负责。不在岗的人不能接手。"),
        ),
        Act(
            "decline",
            Verb.DECLINED,
            pgettext_lazy("act", "退回"),
            pgettext_lazy("act", "退回交办方"),
            _("已退回，由交办方改派。"),
            ReasonForm,
            services.item_decline,
            "",
            _("不属于您或您的单位办的，写明理由退回；由交办方另行指定。"),
        ),
        Act(
            "keep",
            Verb.KEPT,
            pgettext_lazy("act", "不移交"),
            pgettext_lazy("act", "由原承办人继续办"),
            _("由原承办人继续负责。"),
            ReasonForm,
            services.item_keep,
        ),
        Act(
            "send-back",
            Verb.SENT_BACK,
            pgettext_lazy("act", "退回补充"),
            pgettext_lazy("act", "退回补充"),
            _("已退回，由承办单位补充。"),
            ReasonForm,
            services.item_send_back,
            "",
            _("写明缺什么、怎样补。"),
        ),
        Act(
            "ask-extension",
            Verb.EXTENSION_ASKED,
            pgettext_lazy("act", "申请延期"),
            pgettext_lazy("act", "申请延期"),
            _("已申请，由交办方决定。"),
            AskForm,
            services.item_ask_extension,
            "",
            _("到期之前申请，由交办方决定；同意之前期限不变。"),
        ),
        Act(
            "refuse-extension",
            Verb.EXTENSION_REFUSED,
            pgettext_lazy("act", "不同意延期"),
            pgettext_lazy("act", "不同意延期"),
            _("已答复，期限不变。"),
            ReasonForm,
            services.item_refuse_extension,
        ),
        Act(
            "reopen",
            Verb.REOPENED,
            pgettext_lazy("act", "重新打开"),
            pgettext_lazy("act", "重新打开"),
            _("已重新打开，重新计时。"),
            ReopenForm,
            services.item_reopen,
            "refresh",
        ),
        Act(
            "release",
            Verb.RELEASED,
            pgettext_lazy("act", "对企业公开"),
            pgettext_lazy("act", "让企业看到"),
            _("企业现在能看到期限、轮到谁和等待原因。"),
            ReleaseForm,
            services.item_release,
            "",
            _("企业只看到期限、轮到谁和等待的原因，看不到内部说明和领导批示。"),
            {"released": True},
        ),
        Act(
            "unrelease",
            Verb.UNRELEASED,
            pgettext_lazy("act", "收回公开"),
            pgettext_lazy("act", "收回公开"),
            _("企业现在看不到这件事。"),
            ReleaseForm,
            services.item_release,
            "",
            "",
            {"released": False},
        ),
        Act(
            "withdraw",
            Verb.WITHDRAWN,
            pgettext_lazy("act", "作废"),
            pgettext_lazy("act", "作废这件事"),
            _("已作废，记录保留。"),
            ReasonForm,
            services.item_withdraw,
            "",
            _("开错了才作废；办完的请走报完成、销号。"),
        ),
    )
}
