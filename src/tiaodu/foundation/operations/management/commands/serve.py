"""``tiaodu serve``"""

from __future__ import annotations

from typing import Any, Literal

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import connections
from django.utils.translation import gettext as _

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
