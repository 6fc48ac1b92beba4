"""The base of every command: it speaks Chinese, or English when asked, and says refusals plainly."""

from __future__ import annotations

import os
from typing import Any, Literal

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from tiaodu.foundation.operations.environment import MISTAKE
from tiaodu.foundation.refusal import Refusal

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def spoken(asked: str | None) -> str:
    """The language asked for, else English where the terminal is English, else Chinese."""
    if asked:
        return LANGUAGES[asked]
    terminal = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return LANGUAGES["en" if terminal.startswith("en") else "zh"]


class SpeakingCommand(BaseCommand):
    """A command whose words are in the language of who runs it."""

    # A backup must be possible when pages are broken; ``serve`` looks at them.
    requires_system_checks: list[str] | tuple[str, ...] | Literal["__all__"] = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--lang", choices=sorted(LANGUAGES), help="语言 language: zh, en")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(spoken(options.get("lang"))):
            try:
                return super().execute(*args, **options)
            except Refusal as refusal:
                raise CommandError(str(refusal.message)) from None
            except DatabaseError as error:
                raise CommandError(_of_the_database(error), returncode=MISTAKE) from None
            except OSError as error:
                raise CommandError(_of_the_disk(error), returncode=MISTAKE) from None


def _of_the_database(error: DatabaseError) -> str:
    told = (str(error).strip() or type(error).__name__).splitlines()[0]
    return _("数据库不能使用：%(error)s。请运行 doctor 查看原因；如已损坏，请用 restore 恢复备份。") % {
        "error": told
    }


def _of_the_disk(error: OSError) -> str:
    return _("不能读写 %(path)s：%(error)s。请检查路径、权限和磁盘空间。") % {
        "path": error.filename or "",
        "error": error.strerror or str(error),
    }
