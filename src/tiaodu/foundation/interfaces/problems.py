"""What the interface says when it does not do what it was asked: RFC 9457 (problem+json), in the language of
the caller's Accept-Language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation.middleware import origin
from tiaodu.foundation.refusal import Refusal, Stale

TYPE = "application/problem+json"
_TITLES = {
    400: gettext_lazy("请求没有看懂"),
    401: gettext_lazy("没有有效的令牌"),
    403: gettext_lazy("没有这项权限"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("这个地址不支持这种方法"),
    409: gettext_lazy("他人已先修改"),
    413: gettext_lazy("内容太大"),
    422: gettext_lazy("提交的内容不合要求"),
    424: gettext_lazy("缺少已确认的参数"),
    429: gettext_lazy("调用太频繁"),
    500: gettext_lazy("系统出错了"),
}
# Of every operation, for its OpenAPI description.
REFUSALS = {
    400: "The request could not be read",
    401: "No valid token",
    403: "The token does not allow this",
    404: "Not there, or not within the token's reach",
    409: "Somebody else was first; see changes",
    413: "Too large",
    422: "Parameters or body are not as they should be; see errors",
    424: "A parameter of the county has not been confirmed yet",
    429: "Too many calls in this minute; see Retry-After",
}
SCHEMA = {
    "title": "Problem",
    "description": "RFC 9457. `errors` names wrong places, `changes` what somebody else changed.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "changes": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"place": {"type": "string"}, "wrong": {"type": "string"}},
            },
        },
    },
}
# What a checked value may be wrong in, by the beginning of the checker's code.
_WRONG = (
    ("missing", gettext_lazy("缺少这一项。")),
    ("extra_forbidden", gettext_lazy("没有这一项。")),
    ("int", gettext_lazy("须是整数。")),
    ("decimal", gettext_lazy("须是数，最多六位小数。")),
    ("date", gettext_lazy("须是日期，写作 2024-03-31。")),
    ("literal_error", gettext_lazy("不是可选的值。")),
    ("enum", gettext_lazy("不是可选的值。")),
    ("greater_than", gettext_lazy("太小。")),
    ("less_than", gettext_lazy("太大。")),
    ("string_too_long", gettext_lazy("太长。")),
    ("string", gettext_lazy("须是文字。")),
    ("dict", gettext_lazy("须是一组名称和值。")),
    ("json", gettext_lazy("不是正确的 JSON。")),
)


def problem(
    status: int,
    detail: Any = "",
    *,
    code: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """An answer with type, title, status, detail and the number of the request, and what ``more`` adds."""
    told = {
        "type": f"urn:tiaodu:problem:{code or status}",
        "title": str(_TITLES.get(status, _TITLES[400])),
        "status": status,
        "detail": str(detail),
        "instance": f"urn:uuid:{origin().request_id}" if origin().request_id else "",
        **more,
    }
    plain = {key: value for key, value in told.items() if value not in ("", None)}
    body = json.dumps(plain, ensure_ascii=False, cls=DjangoJSONEncoder)
    return HttpResponse(body, status=status, content_type=TYPE, headers=dict(headers or {}))


def refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal of a service or selector. What somebody else changed meanwhile stands under
    ``changes``, what is wrong where under ``errors``.
    """
    if isinstance(refusal, Stale):
        changes = {key: _plain(value) for key, value in refusal.details.items()}
        return problem(refusal.status, refusal.message, code=refusal.code, changes=changes)
    errors = [{"place": key, "wrong": str(value)} for key, value in refusal.details.items()]
    return problem(refusal.status, refusal.message, code=refusal.code, errors=errors or None)


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool, dict, list, type(None))) else str(value)


def wrong(errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """The answer to parameters or a body that cannot be taken as they are: each place with what is wrong."""
    told = [
        {"place": ".".join(str(part) for part in error["loc"]), "wrong": _wrong_words(str(error["type"]))}
        for error in errors
    ]
    return problem(422, _("有 %(count)s 处不合要求。") % {"count": len(told)}, code="invalid", errors=told)


def _wrong_words(code: str) -> str:
    return str(next((said for begin, said in _WRONG if code.startswith(begin)), _("不合要求。")))
