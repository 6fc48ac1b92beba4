"""Twenty rules of a county's policies for firms, and firms to judge by them.

The firms are made up: no firm is meant. Amounts are whole yuan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tiaodu.engine.kernel.expression import Formulas, Name, define

NAMES = {
    "sector": Name("number", "", "行业大类"),
    "town": Name("number", "", "乡镇"),
    "private": Name("truth", "", "民营"),
    "high_tech": Name("truth", "", "高新技术企业"),
    "revenue": Name("number", "元", "营业收入"),
    "revenue_before": Name("number", "元", "上年营业收入"),
    "assets": Name("number", "元", "资产总额"),
    "employees": Name("number", "人", "从业人员"),
    "rd": Name("number", "元", "研发费用"),
    "tax": Name("number", "元", "税收"),
    "profit": Name("number", "元", "利润总额"),
    "years": Name("number", "年", "成立年数"),
    "patents": Name("number", "件", "发明专利"),
    "credit": Name("number", "", "信用分"),
    "energy": Name("number", "吨标准煤", "综合能耗"),
}
# By code: the condition, and the amount where it holds.
RULES = {
    "r01": ("revenue >= 2000万元 and revenue_before < 2000万元 and 6 <= sector <= 46", "10万元"),
    "r02": ("private and revenue >= 500万元 and revenue_before < 500万元", "3万元"),
    "r03": (
        "high_tech and rd / revenue >= 3%",
        "if_else(rd / revenue >= 6%, 30万元, if_else(rd / revenue >= 4%, 20万元, 10万元))",
    ),
    "r04": (
        "sector in (14, 26, 27, 29, 30, 38, 39, 40) and revenue >= revenue_before * 110%",
        "min((revenue - revenue_before) * 5‰, 50万元)",
    ),
    "r05": ("patents >= 1件 and employees <= 300人", "min(patents, 10件) * 5000元/件"),
    "r06": ("tax >= 100万元 and profit > 0", "min(tax * 5%, 100万元)"),
    "r07": ("r03 and credit >= 650", "min(rd * 20%, 200万元)"),
    "r08": (
        "private and credit >= 600 and years >= 2年 and employees < 1000人",
        "min(revenue * 10%, 500万元)",
    ),
    "r09": ("energy / max(revenue, 1万元) <= 0.15吨标准煤/万元 and revenue >= 2000万元", "5万元"),
    "r10": (
        "energy / max(revenue, 1万元) > 0.6吨标准煤/万元 and sector in (6, 8, 10, 25, 30, 31, 32, 44)",
        "energy * -12元/吨标准煤",
    ),
    "r11": ("years <= 3年 and revenue >= 100万元 and (high_tech or patents >= 3件)", "20万元"),
    "r12": ("town in (2, 5, 7) and employees >= 20人", "employees * 1000元/人"),
    "r13": ("assets >= 1亿元 and revenue >= revenue_before * 120%", "min(assets * 1‰, 300万元)"),
    "r14": ("r01 and employees >= 50人", "5万元 + employees * 200元/人"),
    "r15": ("(r04 or r13) and credit >= 550 and not r10", "min(profit * 10%, 100万元)"),
    "r16": (
        "profit / assets >= 5% and assets / max(revenue, 1元) < 2",
        "if_else(revenue >= 1亿元, 40万元, 15万元)",
    ),
    "r17": ("not private and tax >= 50万元", "tax * 1%"),
    "r18": ("13 <= sector <= 43 and rd >= 50万元 and not r10", "min(rd * 10%, 100万元)"),
    "r19": ("credit >= 800 and years >= 5年 and profit > 0", "min(profit * 2%, 20万元)"),
    "r20": (
        "(r05 or r11 or r18) and revenue < 4亿元 and employees < 1000人",
        "2万元 + min(rd * 5%, 30万元)",
    ),
}


def formulas() -> Formulas:
    """Each rule's condition (r01) and amount (a01: nothing where the condition does not hold)."""
    sources = {code: condition for code, (condition, _amount) in RULES.items()}
    amounts = {
        f"a{code[1:]}": f"if_else({code}, {amount}, 0)" for code, (_condition, amount) in RULES.items()
    }
    return define({**sources, **amounts}, names=NAMES)


def firms(count: int, *, gaps: bool) -> dict[str, np.ndarray[Any, Any]]:
    """Made-up firms; with ``gaps`` one figure in a hundred is unknown."""
    draw = np.random.default_rng(2024)
    revenue = np.round(draw.lognormal(15.2, 1.7, count))
    found: dict[str, np.ndarray[Any, Any]] = {
        "sector": draw.integers(6, 47, count).astype(np.float64),
        "town": draw.integers(1, 11, count).astype(np.float64),
        "private": draw.random(count) < 0.8,
        "high_tech": draw.random(count) < 0.06,
        "revenue": revenue,
        "revenue_before": np.round(revenue * draw.lognormal(-0.05, 0.35, count)),
        "assets": np.round(revenue * draw.lognormal(0.1, 0.6, count)),
        "employees": np.maximum(1.0, np.round(revenue / draw.lognormal(13, 0.5, count))),
        "rd": np.round(revenue * np.clip(draw.normal(0.02, 0.03, count), 0, 0.4)),
        "tax": np.round(revenue * draw.uniform(0.005, 0.09, count)),
        "profit": np.round(revenue * draw.normal(0.06, 0.1, count)),
        "years": np.floor(draw.exponential(7, count)),
        "patents": draw.poisson(0.6, count).astype(np.float64),
        "credit": np.floor(draw.uniform(300, 900, count)),
        "energy": np.round(revenue / 1e4 * draw.lognormal(-1.5, 0.9, count), 3),
    }
    if gaps:
        for column in found.values():
            if column.dtype == np.float64:
                column[draw.random(count) < 0.01] = np.nan
    return found
