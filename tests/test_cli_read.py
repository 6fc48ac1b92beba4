"""``tiaodu read``: formats, folders, refusals in the person's language, and no web part loaded."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

from tiaodu.__main__ import HELP, main
from tiaodu.cli import BAD_INPUT, language, read_command

PLAN = (
    "左权县2024年工业计划\n"
    "一、稳存量。力争全年煤炭产量完成500万吨，4月底完成石港煤业智能化综采工作面调试运行，推动盘城煤业尽快复产。\n"
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "计划.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "140")


def test_a_table_tells_who_what_how_much_and_by_when(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(plan), "--year", "2024"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("读出 ") and "节点 1" in lines[0]
    coal = next(line for line in lines if "500万吨" in line)
    assert coal.split()[1:4] == ["指标", "煤炭", "煤炭产量"] and "全年" in coal and "力争" in coal
    step = next(line for line in lines if "调试运行" in line and "节点" in line)
    assert "4月底" in step
    assert any(line.startswith("  ? ") and "尽快" in line for line in lines)


def test_columns_stand_below_each_other_for_wide_characters(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["read", str(plan), "--year", "2024"])
    lines = capsys.readouterr().out.splitlines()

    def column(line: str, word: str) -> int:
        return sum(2 if ord(c) > 0x2E7F else 1 for c in line[: line.index(word)])

    head = next(line for line in lines if "主体" in line)
    coal = next(line for line in lines if "500万吨" in line)
    assert column(coal, "500万吨") == column(head, "数值")
    assert column(coal, "全年") == column(head, "时限")


def test_jsonl_to_the_terminal_and_to_files_that_bear_the_names_of_the_plans(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(plan), "--year", "2024", "--format", "jsonl"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    coal = next(s for s in told if s["measure"] == "output")
    assert (coal["quote"], coal["value"], coal["unit"], coal["due"]) == ("500万吨", 5000000, "吨", "2024")
    assert PLAN[coal["start"] : coal["end"]] == "500万吨"
    second = tmp_path / "plans" / "b.txt"
    second.parent.mkdir()
    second.write_text(PLAN, encoding="gb18030")
    (second.parent / "notes.json").write_text("{}")
    target = tmp_path / "out"
    assert (
        main(
            [
                "read",
                str(plan),
                str(second.parent),
                "--year",
                "2024",
                "--format",
                "jsonl",
                "--output",
                str(target),
            ]
        )
        == 0
    )
    assert sorted(p.name for p in target.iterdir()) == ["b.jsonl", "计划.jsonl"]
    assert (target / "b.jsonl").read_bytes() == (target / "计划.jsonl").read_bytes()


def test_files_with_one_stem_do_not_overwrite_each_other(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "计划.html").write_text(f"<p>{PLAN}</p>", encoding="utf-8")
    target = tmp_path / "out"
    assert main(["read", str(tmp_path), "--format", "jsonl", "--output", str(target)]) == 0
    assert sorted(p.name for p in target.iterdir()) == ["计划.html.jsonl", "计划.txt.jsonl"]
    other = tmp_path / "乡镇"
    other.mkdir()
    (other / plan.name).write_text(PLAN, encoding="utf-8")
    both = [str(plan), str(other / plan.name), str(plan)]
    apart = tmp_path / "apart"
    assert main(["read", *both, "--format", "jsonl", "--output", str(apart)]) == 0
    first = f"{tmp_path.name}-计划.txt"
    assert {p.name for p in apart.iterdir()} == {
        f"{first}.jsonl",
        f"{first}(2).jsonl",
        "乡镇-计划.txt.jsonl",
    }


def test_the_breakdown_as_word_and_excel(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    for kind in ("docx", "xlsx"):
        arguments = ["read", str(plan), "--date", "2024-01-15", "--format", kind, "--output", str(target)]
        assert main(arguments) == 0
        first = (target / f"计划-任务分解表.{kind}").read_bytes()
        assert main([*arguments, "--force"]) == 0
        assert (target / f"计划-任务分解表.{kind}").read_bytes() == first
    assert "已写入" in capsys.readouterr().out
    words = docx.Document(str(target / "计划-任务分解表.docx"))
    assert words.paragraphs[0].text == "左权县2024年工业计划任务分解表"
    assert any("500万吨" in cell.text for row in words.tables[0].rows for cell in row.cells)
    assert openpyxl.load_workbook(target / "计划-任务分解表.xlsx").sheetnames[0] == "任务分解表"


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["没有.txt"], "找不到文件“没有.txt”", "There is no file “没有.txt”"),
        (["计划.txt", "--date", "2024-13-01"], "日期“2024-13-01”不对", "“2024-13-01” is not a date"),
        (["空.txt"], "文件“空.txt”是空的", "The file “空.txt” is empty"),
        (["空夹"], "文件夹“空夹”里没有可读的文件", "The folder “空夹” holds no readable file"),
        (["密.txt"], "带有密级标志“机密”", "bears the secrecy marking “机密”"),
        (["计划.txt", "--format", "jsonl", "--output", "空.txt/x"], "不能写入", "Cannot write to"),
    ],
)
def test_bad_input_gives_code_2_and_says_what_to_do(
    arguments: list[str],
    zh: str,
    en: str,
    plan: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(plan.parent)
    Path("空.txt").touch()
    Path("空夹").mkdir()
    Path("密.txt").write_text("机密★1年\n" + PLAN, encoding="utf-8")
    assert main(["read", *arguments]) == 2
    assert zh in capsys.readouterr().err
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert main(["read", *arguments]) == 2
    assert en in capsys.readouterr().err
    assert main(["read", *arguments, "--lang", "zh"]) == 2
    assert zh in capsys.readouterr().err


def test_one_bad_file_does_not_stop_the_others(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan.parent / "a.txt").touch()
    assert main(["read", str(plan.parent), "--year", "2024"]) == 2
    told = capsys.readouterr()
    assert "a.txt" in told.err and "500万吨" in told.out and "== 计划.txt" in told.out


def test_standard_input_is_read_as_bytes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PLAN.encode("gb18030"))))
    assert main(["read", "-", "--year", "2024", "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert "statements:" in told.out and "500万吨" in told.out
    assert "GB18030" in told.err


def test_the_web_part_is_not_loaded(plan: Path) -> None:
    program = (
        "import sys; from tiaodu.__main__ import main; main(sys.argv[1:]);"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'django','pandas','numpy','docx'}))"
    )
    environment = {"PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src"), "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-c", program, "read", str(plan)],
        capture_output=True,
        check=True,
        env=environment,
        timeout=60,
    )
    assert run.stdout.decode().splitlines()[-1] == "[]"


def test_help_names_every_command_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for asked in ([], ["--help"], ["-h"]):
        assert main(asked) == 0
        assert capsys.readouterr().out == HELP
    for command in ("read", "demo", "serve", "createadmin", "backup", "restore", "doctor", "worker"):
        assert f"\n  {command} " in HELP


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN", "LANG": "en_US"}, "zh"),
    ],
)
def test_the_language_of_messages_follows_the_environment(environment: dict[str, str], expected: str) -> None:
    assert language(environment) == expected


def test_a_file_that_is_there_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the plan itself nor what was written before, unless one insists."""
    plan = tmp_path / "计划-任务分解表.docx"
    document = docx.Document()
    document.add_paragraph("年底建成生产线16条。")
    document.save(str(plan))
    kept = plan.read_bytes()
    monkeypatch.chdir(tmp_path)
    assert read_command([plan.name, "--format", "docx"]) == 0
    assert plan.read_bytes() == kept
    assert read_command([plan.name, "--format", "docx"]) == BAD_INPUT
    assert "已经存在" in capsys.readouterr().err
    assert read_command([plan.name, "--format", "docx", "--force"]) == 0
    assert plan.read_bytes() == kept


def test_a_date_may_be_written_as_officials_write_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan = tmp_path / "计划.txt"
    plan.write_text("5月底建成生产线16条。", encoding="utf-8")
    assert read_command([str(plan), "--date", "2026/1/5", "--format", "jsonl"]) == 0
    assert "2026-05-31" in capsys.readouterr().out
    assert read_command([str(plan), "--date", "2026年1月5日", "--format", "jsonl"]) == 0
    assert "2026-05-31" in capsys.readouterr().out
    for year in ("0", "99999", "abc", "２０２６.5"):
        assert read_command([str(plan), "--year", year]) == BAD_INPUT
        assert f"年度“{year}”不对" in capsys.readouterr().err
