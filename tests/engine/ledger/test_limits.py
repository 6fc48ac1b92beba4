"""The time limit behind a measure counts in the breakdown and in the check-up as it does in the ledger."""

from __future__ import annotations

from datetime import date

from tests.engine.ledger.plans import PlanText, day

from tiaodu.engine.ledger.breakdown import breakdown
from tiaodu.engine.ledger.checkup import checkup
from tiaodu.engine.reading.model import Kind, Question, Reading

ASKED = (Question("when"),)


def test_a_limit_behind_a_measure_dates_what_has_no_date() -> None:
    plan = PlanText(
        "建立规上企业培育库。（牵头单位：县工信局；完成时限：2024年8月底）\n"
        "6月底前建成展厅，新增展位20个。（牵头单位：县文旅局；完成时限：2024年12月底）\n"
        "定期开展巡查。（牵头单位：县应急局；完成时限：长期坚持）"
    )
    plan.add(Kind.DUTY, "建立规上企业培育库", questions=ASKED)
    plan.add(Kind.MILESTONE, "6月底前", "展厅", action="建成", due=day("2024-06-30"))
    plan.target("20个", "展厅", "facility_count", "20", "个", questions=ASKED)
    plan.add(Kind.DUTY, "定期开展巡查", questions=ASKED)
    rows = breakdown(plan.statements, text=plan.text, plan_year=2024)
    assert [row.due_last for row in rows] == [date(2024, 8, 31), date(2024, 12, 31), None]
    assert [row.due_first for row in rows] == [date(2024, 8, 31), date(2024, 6, 30), None]
    assert (rows[2].due_words, rows[2].ongoing) == ("长期坚持", True)
    assert rows[1].indicators[0].due is not None
    assert [row.questions for row in rows] == [(), (), ()]
    found = checkup(Reading(tuple(plan.statements), ()), rows, plan_year=2024)
    months = {month.month: [item.task for item in month.items] for month in found.months if month.items}
    assert (months, found.dated, found.undated) == ({6: [2], 8: [1], 12: [2]}, 2, ())


def test_slogans_make_no_row_of_their_own() -> None:
    plan = PlanText("坚持项目为王理念，建立重点项目库，培育工业经济新增量。整合形成铁矿企业，实现拳头发力。")
    for clause in (
        "坚持项目为王理念",
        "建立重点项目库",
        "培育工业经济新增量",
        "整合形成铁矿企业",
        "实现拳头发力",
    ):
        plan.add(Kind.DUTY, clause)
    rows = breakdown(plan.statements, text=plan.text, plan_year=2024)
    assert [row.statements for row in rows] == [(0, 1, 2), (3, 4)]
