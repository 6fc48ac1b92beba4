"""Data files are refused with file, line and what is accepted."""

from pathlib import Path

import pytest

from tiaodu.engine.kernel.datafile import (
    Choice,
    DataFileError,
    Day,
    Flag,
    Integer,
    ListOf,
    MappingOf,
    Number,
    Record,
    Text,
    load_datafile,
    parse_datafile,
    with_head,
)

ROWS = with_head({"rows": ListOf(Record({"word": Text(), "strength": Integer(1, 5)}, {"soft": Flag()}))})
HEAD = "code: a.b\nvalid_from: 2024-01-01\nsource: x\nconfidence: practice\n"


def test_a_good_file_gives_plain_values(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(HEAD + "rows:\n- {word: 确保, strength: 5, soft: false}\n", encoding="utf-8")
    assert load_datafile(path, ROWS)["rows"] == [{"word": "确保", "strength": 5, "soft": False}]


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("rows:\n- {word: 确保, strength: 9}\n", 6, "accepted: 1 to 5"),
        ("rows:\n- {word: 确保}\n", 6, "no strength"),
        ("rows:\n- {word: 确保, strength: 5, hard: 1}\n", 6, "the field hard"),
        ("rows:\n- {word: '', strength: 5}\n", 6, "not empty"),
        ("rows: []\n", 5, "at least one"),
        ("rows: 3\n", 5, "a list"),
        ("rows:\n- {word: 确保, strength: 5, soft: maybe}\n", 6, "true or false"),
        ("rows:\n- [1\n", 7, "YAML"),
    ],
)
def test_a_bad_file_names_line_and_what_is_accepted(body: str, line: int, words: str) -> None:
    with pytest.raises(DataFileError) as caught:
        parse_datafile(HEAD + body, ROWS, name="words.yaml")
    assert caught.value.line == line
    assert "words.yaml" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "content", "words"),
    [
        (Choice(("a", "b")), "c", "one of a, b"),
        (Day(), "2024-02-30", "a day like"),
        (Number(), "many", "a number"),
        (Number(), "inf", "finite"),
        (MappingOf(Text()), "{a: 1, a: 2}", "each key once"),
        (Text(r"[a-z]+"), "A1", "like"),
        (Record({"a": Text()}), "[1]", "named fields"),
        (Text(), "", "not empty"),
    ],
)
def test_each_shape_says_what_it_accepts(shape: Text, content: str, words: str) -> None:
    with pytest.raises(DataFileError, match=words):
        parse_datafile(content, shape, name="x.yaml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataFileError, match="UTF-8"):
        load_datafile(path, Text())
