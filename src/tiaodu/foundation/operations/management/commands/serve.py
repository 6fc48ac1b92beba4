"""``tiaodu serve``"""

from __future__ import annotations

import errno
import socket
from typing import Any, Literal

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext as _

from tiaodu.foundation.operations.environment import MISTAKE
from tiaodu.foundation.operations.guard import in_use
from tiaodu.foundation.operations.server import Companion, Server
from tiaodu.foundation.operations.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = "启动：升级数据库、收集静态文件、网页服务和后台作业。Serve the pages and work on jobs."

    requires_system_checks: Literal["__all__"] = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址 address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="端口 port (8000)")
        parser.add_argument("--workers", type=int, default=2, help="网页进程数 processes (2)")
        parser.add_argument("--threads", type=int, default=4, help="每个进程的线程数 threads each (4)")
        parser.add_argument("--no-worker", action="store_true", help="不带后台作业进程 without a worker")

    def handle(self, *_args: Any, host: str, port: int, workers: int, threads: int, **options: Any) -> None:
        _check_free(host, port)
        with in_use():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            connections.close_all()
            where = f"[{host}]" if ":" in host else host
            self.stdout.write(
                _("调度已启动：http://%(where)s:%(port)s/ （Ctrl+C 停止）") % {"where": where, "port": port}
            )
            self.stdout.flush()
            companion = None if options["no_worker"] else Companion()
            Server(bind=f"{where}:{port}", workers=workers, threads=threads, companion=companion).run()


def _check_free(host: str, port: int) -> None:
    """Refusal when nothing can be served there: better now than after the database was brought up to date."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port, *address[2:]))
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            told = _("端口 %(port)s 已被占用，可能调度已在运行。请先停止它，或用 --port 换一个端口。")
        else:
            told = _("不能在 %(host)s:%(port)s 上监听：%(error)s。请用 --host 和 --port 换一处。")
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(told % {"host": host, "port": port, "error": reason}, returncode=MISTAKE) from None
