"""Plans of the tests, and handing them in as a person does in the browser."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.documents import services
from tiaodu.rooms.documents.models import Document, Statement
from tiaodu.rooms.documents.selectors import statements_of

PLAN = """2024年全县工业工作要点
4月底完成石港煤业智能化综采工作面调试运行，10月份恢复正珠煤业回采面正常生产。
确保全年原煤产量达到500万吨。力争年底新增规上企业5户。
盘城煤业尽快复产。
"""
TWO_IN_ONE = "2024年工作安排\n加强安全监管和推进矿山修复。\n"


def handed_in(user: User, text: str = PLAN, **told: Any) -> Document:
    """A document of ``text``, public unless told otherwise."""
    return services.document_upload(user=user, text=text, **({"secrecy": "public"} | told))


def told(document: Document) -> list[Statement]:
    """The statements besides context, in the order of the text."""
    return list(statements_of(document).exclude(kind="context"))


def send(client: Client, *, name: str = "", data: bytes = b"", follow: bool = False, **fields: Any) -> Any:
    """Post the form of the page 试读 with a file, a text, or both."""
    posted: dict[str, Any] = {"secrecy": "public", "text": ""} | fields
    if name:
        posted["file"] = SimpleUploadedFile(name, data)
    return client.post(reverse("documents:try"), posted, follow=follow)


def words(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())
