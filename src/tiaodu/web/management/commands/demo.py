"""``tiaodu demo``: sets the demo county up in an empty installation and serves it."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tiaodu.foundation.tables.heads import asked_once
from tiaodu.web.demo import chains, county, entry, estimates, orders, outlook, progress, projects, returns


class Command(BaseCommand):
    """Loads once, serves every time."""

    help = "装入示例县并启动服务。Load the demo county and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            default=county.FIRST_DAY,
            help="演示按哪一天显示，如 2024-07-01",
        )
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="只装入，不启动服务")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if county.is_loaded():
            self._say("示例县已经装好。The demo county is there already.")
        elif county.is_other_county():
            raise CommandError(
                f"{settings.DATA} 里已有一个县的真实数据，示例县不与它混放。"
                "请用 TIAODU_DATA 指定一个空文件夹。"
                "This folder holds a real county; set TIAODU_DATA to an empty folder for the demo."
            )
        else:
            self._load()
        self._tell_logins()
        if not options["no_serve"]:
            self._serve(options)

    @asked_once()
    @transaction.atomic
    def _load(self) -> None:
        """All or nothing: a load that is cut short leaves an empty database."""
        self._say("装入示例县 左权县 2024（约两三分钟）。Loading the demo county (two or three minutes).")
        county.load_register(self._step)
        people = county.load_people(self._step)
        county.load_liaisons(people, self._step)
        document = county.read_plan(people, self._step)
        left_out = progress.load_year(people, document, self._step)
        projects.load_projects(people, self._step)
        orders.load_orders(people, document, self._step)
        returns.load_returns(people, self._step)
        chains.load_chains(people, self._step)
        entry.load_entry(people, self._step)
        outlook.load_outlook(people, self._step)
        estimates.load_estimates(people, self._step)
        if left_out:
            self._step(f"没有对应任务、未生成进展的条目 entries without a task: {', '.join(left_out)}")

    def _tell_logins(self) -> None:
        known = county.password()
        self._say("\n示例账号（密码相同）Demo log-ins (one password for all):")
        self._say(f"  密码 password: {known}")
        for row in county.rows("people"):
            roles = ", ".join(row["roles"])
            self._say(f"  {row['username']:<16} {roles:<12} {row['name']}")

    def _serve(self, options: dict[str, Any]) -> None:
        os.environ["TIAODU_DEMO"] = "1"
        os.environ["TIAODU_TODAY"] = options["today"].isoformat()
        settings.TIAODU_DEMO, settings.TIAODU_TODAY = True, options["today"]
        self._say(f"\n打开 open: http://{options['host']}:{options['port']}/\n停止 stop: Ctrl+C\n")
        call_command("serve", host=options["host"], port=options["port"])

    def _step(self, text: str) -> None:
        self._say(f"  · {text}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
