"""The command ``tiaodu``: ``read`` runs without the web part, the rest are Django management commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

HELP = """\
用法 Usage: tiaodu COMMAND [...]

  read         读一份计划，列出任务、指标和节点，可导出任务分解表
               Read a plan into tasks, figures and steps; write the task breakdown
  demo         装入示例县并启动
               Load the sample county and start
  serve        启动网站
               Start the web site
  worker       运行后台任务
               Run background jobs
  nightly      运行当天的每日作业
               Run what is run once a day
  outlook      研判某一天的各项承诺
               Reckon the outlooks of a day
  createadmin  建立管理员账号
               Create the administrator's account
  backup       备份数据
               Back up the data
  restore      恢复备份
               Restore a backup
  rebuild_evidence
               由实绩重建看板用的最新值
               Rebuild the newest figures of boards
  doctor       检查安装是否完好
               Check the installation

每个命令加 --help 查看用法。 Add --help to any command for its use.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(HELP)
        return 0
    if arguments[0] == "read":
        return _read(arguments[1:])
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiaodu.config.settings")
    execute_from_command_line(["tiaodu", *arguments])
    return 0


def _read(arguments: Sequence[str]) -> int:
    from tiaodu.cli import read_command  # noqa: PLC0415

    try:
        return read_command(arguments)
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
