"""What is said when something did not happen: what happened, that nothing was lost, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation.access import may
from tiaodu.foundation.middleware import origin
from tiaodu.foundation.refusal import Link, Refusal

TITLES = {
    400: gettext_lazy("这个请求没有看懂"),
    403: gettext_lazy("您没有这项权限"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("不能这样打开"),
    409: gettext_lazy("他人已先修改"),
    413: gettext_lazy("文件或文字太大"),
    422: gettext_lazy("还不能这样提交"),
    424: gettext_lazy("缺少已确认的参数，这项功能暂时停用"),
    429: gettext_lazy("请稍候再试"),
    500: gettext_lazy("系统出错了"),
}
ADVICE = {
    400: gettext_lazy("没有任何内容被改动。请返回上一页再试一次。"),
    403: gettext_lazy("没有任何内容被改动。如工作需要，请联系系统管理员开通。"),
    404: gettext_lazy("没有任何内容被改动。地址可能写错，或这条记录不在您的范围内。请从首页重新进入。"),
    405: gettext_lazy("没有任何内容被改动。请从页面上的按钮进入。"),
    409: gettext_lazy("您填写的内容还在上一页。请返回，对照表中的变化修改后再提交。"),
    413: gettext_lazy("没有任何内容被保存，您的原文件没有变化。请拆分后再上传，或只粘贴需要的部分。"),
    422: gettext_lazy("您填写的内容没有保存，也没有丢失。请返回上一页，按提示改正后再提交。"),
    424: gettext_lazy("没有任何内容被改动。参数补齐并确认后，这里自动恢复。"),
    429: gettext_lazy("没有任何内容丢失。请等几分钟再试；如忘记密码，请联系系统管理员。"),
    500: gettext_lazy(
        "已保存的内容没有丢失；正在填写的内容还在上一页。请返回再试，若仍出错，请把下面的编号告诉系统管理员。"
    ),
}


def page(
    request: HttpRequest,
    status: int,
    message: Any = "",
    details: Mapping[str, Any] | None = None,
    *,
    title: str = "",
    advice: str = "",
    link: Link | None = None,
) -> HttpResponse:
    """The error page in the product's look; for htmx, a notice placed at the top of the page that asked."""
    told = {
        "status": status,
        "title": title or TITLES.get(status, TITLES[400]),
        "message": message,
        "advice": advice or ADVICE.get(status, ADVICE[400]),
        "changes": changes(details or {}) if status == 409 else [],
        "request_id": origin().request_id,
        "link": link if link and may(getattr(request, "user", None), link.permission) else None,
    }
    if fills_a_slot(request):
        return HttpResponse(render_to_string("errors/_slot.html", {"error": told}, request), status=status)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(
            render_to_string("errors/_notice.html", {"error": told}, request), status=status
        )
        answer["HX-Retarget"] = "#notices"
        answer["HX-Reswap"] = "innerHTML show:#notices:top"
        return answer
    return HttpResponse(render_to_string("errors/error.html", {"error": told}, request), status=status)


def fills_a_slot(request: HttpRequest) -> bool:
    """Whether what was asked for is a part of a page that another room fills: its place says what happened,
    and the page goes on.
    """
    asked = request.method == "GET" and bool(request.headers.get("HX-Request"))
    return asked and request.headers.get("HX-Target", "").startswith("panel-")


def changes(details: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the table yours / theirs. A value: a pair, or {"yours", "theirs", "label"}."""
    rows = []
    for key, value in details.items():
        if isinstance(value, Mapping):
            row = {
                "label": value.get("label", key),
                "yours": value.get("yours"),
                "theirs": value.get("theirs"),
            }
        elif isinstance(value, (tuple, list)) and len(value) == 2:
            row = {"label": key, "yours": value[0], "theirs": value[1]}
        else:
            row = {"label": key, "yours": None, "theirs": value}
        rows.append(row)
    return rows


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a :class:`tiaodu.foundation.refusal.Refusal`."""
    return page(request, refusal.status, refusal.message, refusal.details, link=refusal.link)


def too_large(request: HttpRequest, _exception: Exception | None = None) -> HttpResponse:
    return page(request, 413)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session: another tab logged in or out."""
    return page(
        request,
        403,
        _("这个页面放得太久，或您在另一个窗口重新登录过，为安全起见没有提交。请返回上一页，刷新后再提交。"),
        title=_("页面已过期，请刷新"),
        advice=_("没有任何内容被改动。"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the database and without the person: neither may be there any more."""
    told = {
        "status": 500,
        "title": TITLES[500],
        "advice": ADVICE[500],
        "request_id": origin().request_id or getattr(request, "id", ""),
    }
    in_slot, htmx = fills_a_slot(request), bool(request.headers.get("HX-Request"))
    template = "errors/500.html" if not htmx else "errors/_slot.html" if in_slot else "errors/_notice.html"
    answer = HttpResponse(render_to_string(template, {"error": told, "request": request}), status=500)
    if htmx and not in_slot:
        answer["HX-Retarget"] = "#notices"
        answer["HX-Reswap"] = "innerHTML show:#notices:top"
    return answer
