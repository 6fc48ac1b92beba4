"""The wall map on paper: every row once, nothing over the edge, letters that can be read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.projects.lettering import breadth, broken
from tiaodu.engine.projects.sheets import load_papers, sheets_of

PAPERS = load_papers()
GROUPS = st.lists(st.tuples(st.sampled_from(["", "东片区", "西片区"]), st.integers(1, 30)), max_size=4)


@given(GROUPS, st.sampled_from(sorted(PAPERS)))
def test_every_row_stands_on_one_sheet_within_its_edges(groups: list[tuple[str, int]], code: str) -> None:
    paper = PAPERS[code]
    sheets = sheets_of(groups, paper)
    lines = [line for sheet in sheets for line in sheet.lines]
    assert [line.row for line in lines if line.row is not None] == list(range(sum(n for _, n in groups)))
    for sheet in sheets:
        assert all(one.y + one.height <= other.y + 0.01 for one, other in pairwise(sheet.lines))
        assert all(line.y + line.height <= paper.bottom + 0.01 for line in sheet.lines)
        assert not sheet.lines or sheet.lines[-1].row is not None
        assert not sheet.lines or sheet.lines[0].row is None or sheet.lines[0].group == ""
        assert (sheet.number, sheet.total) == (sheets.index(sheet) + 1, len(sheets))
    heights = {line.height for line in lines if line.row is not None}
    assert all(paper.row_least <= height <= paper.row_most for height in heights)
    assert len(heights) <= 1


def test_a_wall_map_can_be_read_at_two_metres() -> None:
    """Two hundred times the height of a character is the distance it is read at."""
    assert min(PAPERS["a0"].word, PAPERS["a0"].name) * 200 >= 2000
    assert (PAPERS["a0"].width, PAPERS["a0"].height) == (1189, 841)
    assert (PAPERS["a4"].width, PAPERS["a4"].height) == (297, 210)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.code)
def test_two_lines_of_words_fit_a_row(paper: object) -> None:
    assert isinstance(paper, type(PAPERS["a4"]))
    assert paper.name + paper.word + 3 < paper.row_least
    assert paper.across > paper.width / 2


@given(st.text(alphabet="征地批复 abc,P5", max_size=40), st.integers(3, 20), st.integers(1, 3))
def test_broken_lines_fit_and_keep_the_words(text: str, width: int, lines: int) -> None:
    found = broken(text, width, lines)
    assert len(found) <= lines
    assert all(breadth(line) <= width for line in found)
    told = "".join("".join(found).split())
    whole = "".join(text.split())
    assert whole == told or (told.endswith("…") and whole.startswith(told[:-1]))
