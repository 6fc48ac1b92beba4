"""Vocabulary files: their shape, a county's own folder, quick import."""

import subprocess
import sys
from pathlib import Path

import pytest

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.engine.reading import load_vocabulary
from tiaodu.engine.reading.lexicon import Lexicon
from tiaodu.engine.reading.vocabulary import PACKAGE_FOLDER, read_files
from tiaodu.engine.reading.vocabulary_shapes import MEASURE_CODES, SHAPES


def test_every_file_of_the_package_has_a_shape() -> None:
    assert {path.stem for path in PACKAGE_FOLDER.glob("*.yaml")} == set(SHAPES)
    assert set(read_files()) == set(SHAPES)


def test_it_is_read_once() -> None:
    assert load_vocabulary() is load_vocabulary()


def test_a_countys_file_replaces_the_packages(tmp_path: Path) -> None:
    own = (PACKAGE_FOLDER / "commitments.yaml").read_text(encoding="utf-8")
    (tmp_path / "commitments.yaml").write_text(own.replace("[力争,", "[力争, 拼抢,"), encoding="utf-8")
    assert load_vocabulary(tmp_path).commitments.words["拼抢"] == 2


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "commitments.yaml").write_text("code: x\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"commitments\.yaml, line 1"):
        read_files(tmp_path)


def test_fine_measures_start_with_a_code_of_the_closed_list() -> None:
    measures = load_vocabulary().measures
    assert {entry.measure for entry in measures} <= set(MEASURE_CODES)
    assert {entry.key for entry in measures if "." not in entry.key} == set(MEASURE_CODES)
    assert len({entry.key for entry in measures}) == len(measures)


def test_the_longest_word_is_found() -> None:
    lexicon = Lexicon({"年底": 1, "年底前": 2, "年": 3})
    assert [(token.word, token.value) for token in lexicon.find("年底前和年底")] == [
        ("年底前", 2),
        ("年底", 1),
    ]
    assert lexicon.ending("今年底") == "年底"


def test_importing_the_reader_loads_nothing_heavy() -> None:
    code = (
        "import sys, tiaodu.engine.reading;"
        "heavy = {'django', 'pandas', 'yaml', 'holidays', 'numpy', 'statsmodels'} & set(sys.modules);"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
