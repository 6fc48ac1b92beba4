"""``tiaodu createadmin``"""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation.accounts.services import admin_create
from tiaodu.foundation.operations.speaking import SpeakingCommand
from tiaodu.foundation.registry.services import region_line_load

PASSWORD = "TIAODU_ADMIN_PASSWORD"  # noqa: S105  the name of a variable


class Command(SpeakingCommand):
    help = "新建系统管理员，必要时登记所在地区。Create a system administrator and register the region."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--region", help="行政区划代码 region code (GB/T 2260)")
        parser.add_argument("--region-name", help="地区名称，国标中有时可省 name, if the standard has none")
        parser.add_argument("--username", help="用户名 user name")
        parser.add_argument("--name", help="姓名 display name")
        parser.add_argument(
            "--password-stdin", action="store_true", help=f"从标准输入读口令，也可用 {PASSWORD}"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        code = options["region"] or self._ask(_("行政区划代码（6 位，如 140722）："))
        username = options["username"] or self._ask(_("用户名："))
        name = options["name"] or ("" if options["username"] else self._ask(_("姓名："), needed=False))
        password = self._password(from_stdin=options["password_stdin"])
        with transaction.atomic():  # a password that is refused leaves no region behind
            region = region_line_load(user=None, code=code, name=options["region_name"] or "")
            created = admin_create(
                username=username, display_name=name or username, password=password, region=region
            )
        self.stdout.write(
            _("已建立系统管理员 %(username)s（%(region)s）。现在可以运行 serve 并登录。")
            % {"username": created.username, "region": region.name}
        )

    def _ask(self, question: str, *, needed: bool = True) -> str:
        self.stdout.write(question, ending="")
        self.stdout.flush()
        try:
            answer = input().strip()
        except EOFError:
            answer = ""
        if needed and not answer:
            raise CommandError(_("没有输入，什么也没有改变。可以用参数给出，见 --help。"))
        return answer

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        if given := os.environ.get(PASSWORD):
            return given
        if not sys.stdin.isatty():
            raise CommandError(
                _("没有口令。请在终端里运行，或用 --password-stdin，或设 %(name)s。") % {"name": PASSWORD}
            )
        password = getpass.getpass(_("口令（至少 10 位）："))
        if password != getpass.getpass(_("再输一次：")):
            raise CommandError(_("两次输入的口令不一样，什么也没有改变。"))
        return password
