"""The interface for other systems: /api/v1/. What is not declared here does not exist."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from tiaodu.foundation.access import TOKEN, access
from tiaodu.foundation.evidence.api import router as evidence
from tiaodu.foundation.interfaces import problems
from tiaodu.foundation.interfaces.authentication import (
    ANY_SCOPE,
    Bearer,
    NoToken,
    TooMany,
    needs,
    scope_of_operation,
)
from tiaodu.foundation.interfaces.reference import chapters
from tiaodu.foundation.refusal import NotFound, Refusal
from tiaodu.rooms.returns.api import router as returns

log = logging.getLogger("tiaodu.api")
NOWHERE = "nowhere"  # a scope that no token has: what declares nothing is closed


class Interface(NinjaAPI):
    """The operations of the interface; each is named as its function."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Interface(
    title="Tiaodu 调度",
    version="1",
    description="Figures and returns of a county for other systems. Every call bears a token: "
    "`Authorization: Bearer td_…`. Errors are problem+json (RFC 9457) in the language of `Accept-Language`.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=Bearer(NOWHERE),
)


class Me(Schema):
    """The token that came in: for whom, what it may do, until when."""

    system: str
    region: str
    firm: str | None
    scopes: list[str]
    use: str
    until: date
    per_minute: int


@api.get("/me", response=Me, tags=["token"], summary="This token", **needs(ANY_SCOPE, "这个令牌"))
def me(request: HttpRequest) -> Me:
    """What this token may do."""
    token = request.auth  # type: ignore[attr-defined]
    return Me(
        system=token.system,
        region=token.region.code,
        firm=str(token.firm) if token.firm else None,
        scopes=token.scopes,
        use=token.use,
        until=token.until,
        per_minute=token.per_minute,
    )


api.add_router("", evidence)
api.add_router("", returns)


@api.exception_handler(NoToken)
def _nobody(request: HttpRequest, refusal: NoToken) -> HttpResponse:
    answer = problems.refused(request, refusal)
    answer["WWW-Authenticate"] = 'Bearer realm="tiaodu"'
    return answer


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, refusal: TooMany) -> HttpResponse:
    answer = problems.refused(request, refusal)
    answer["Retry-After"] = str(refusal.wait)
    return answer


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problems.refused(request, refusal)


@api.exception_handler(ValidationError)
def _wrong(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.wrong(error.errors)


@api.exception_handler(HttpError)
def _not_read(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.problem(error.status_code, _("请求体须是正确的 JSON，编码 UTF-8。"), code="unreadable")


@api.exception_handler(RequestDataTooBig)
def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problems.problem(413)


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problems.refused(request, NotFound())


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s", request.method, request.path, exc_info=error)
    return problems.problem(500, _("请把请求编号告诉系统管理员。"))


def _missing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address that is not there: told only to who has a token."""
    try:
        request.auth = Bearer(ANY_SCOPE)(request)  # type: ignore[attr-defined]
        raise NotFound(_("没有这个地址：%(path)s。可用的地址见接口说明。") % {"path": rest[:200]})
    except Refusal as refusal:
        return api.on_exception(request, refusal)


def _answering(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the interface: in the caller's language, without cookies, never kept by a cache."""

    @csrf_exempt
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        told = view(request, *args, **kwargs)
        if told.status_code == 405:
            allowed = told["Allow"]
            told = problems.problem(405, headers={"Allow": allowed})
        told["Cache-Control"] = "no-store"
        return told

    answer.access = TOKEN  # type: ignore[attr-defined]
    return answer


def operations() -> Iterator[tuple[str, Operation]]:
    """Every operation with its path."""
    for prefix, router in api._routers:
        for where, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{prefix}{where}", operation


def urls() -> list[URLPattern]:
    """The addresses of the interface. An operation that declares no scope stops the program here."""
    bare = [where for where, operation in operations() if scope_of_operation(operation) in (None, NOWHERE)]
    if bare:
        raise RuntimeError(f"operations without a scope: {bare}")
    found = [
        path(str(entry.pattern), _answering(entry.callback), name=entry.name)
        for entry in api.urls[0]
        if isinstance(entry, URLPattern) and entry.name != "api-root"
    ]
    return [*found, path("<path:rest>", _answering(_missing), name="missing")]


def schema() -> dict[str, Any]:
    """The interface as OpenAPI 3.1, with what every operation may answer when it refuses."""
    found: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    found["components"]["schemas"]["Problem"] = problems.SCHEMA
    told = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in found["paths"].values():
        for operation in methods.values():
            for status, words in problems.REFUSALS.items():
                operation["responses"].setdefault(status, {"description": words, "content": told})
    return found


@access("interfaces.open")
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the interface as OpenAPI, for programs."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@access("interfaces.open")
@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """The description of the interface for people."""
    context = {"chapters": chapters(schema()), "host": request.build_absolute_uri("/").rstrip("/")}
    return render(request, "interfaces/reference.html", context)
