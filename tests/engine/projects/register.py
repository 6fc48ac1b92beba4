"""A generated register of projects, with planted repeats."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import count
from pathlib import Path

from tiaodu.engine.projects.repeats.model import Candidate
from tiaodu.engine.projects.repeats.rules import load_rules

RULES = load_rules(Path(str(files("tiaodu.data").joinpath("projects", "repeats.yaml"))))
PLACES = ("左权县", "左权", "晋中市", "晋中", "山西省", "山西")
MARKS = "鑫瑞宏远盛达华泰永兴恒源晋太行中天正大成万顺佳明阜生星荣福莱特国能益民康健安和顺利丰金龙玉山清河"
TRADES = ("科技", "新材料", "能源", "建材", "食品", "机械", "乳胶", "矿业", "农业", "物流")
WORKS = (
    "光伏发电", "风电", "石英砂提纯", "丁腈手套", "核桃深加工", "中药材饮片", "装配式建筑构件", "铸造件",
    "玻璃制品", "煤矸石制砖", "饲料", "设施蔬菜", "商砼搅拌站", "耐火材料", "储能电站", "物流园",
    "标准厂房", "污水处理厂", "食用菌", "服装", "铁精粉选矿", "石灰窑", "洗煤厂", "数据中心",
)  # fmt: skip
SIZES = ("年产{n}万吨", "{n}0MW", "年产{n}000万只", "{n}条", "")


def register(size: int, repeated: int, seed: int = 20240501) -> tuple[list[Candidate], list[tuple[int, int]]]:
    """``size`` projects, and the keys of the pairs that were planted among them."""
    dice, keys = random.Random(seed), count(1)
    projects: list[Candidate] = []
    planted = []
    while len(projects) < size - repeated:
        projects.append(_project(next(keys), dice))
    for original in dice.sample(projects, repeated):
        again = _again(original, next(keys), dice)
        projects.append(again)
        planted.append((original.key, again.key))
    dice.shuffle(projects)
    return projects, planted


def _project(key: int, dice: random.Random) -> Candidate:
    own = "".join(dice.choices(MARKS, k=dice.choice((2, 2, 3)))) + dice.choice(TRADES)
    work = dice.choice(WORKS)
    size = dice.choice(SIZES).format(n=dice.randint(1, 30))
    whose = own if dice.random() < 0.5 else ""
    signed = date(2021, 1, 1) + timedelta(days=dice.randrange(1200))
    amount = dice.choice(
        ("0.3", "0.5", "0.8", "1", "1.2", "2", "3", "5", "10", f"{dice.randint(11, 999) / 100}")
    )
    return Candidate(
        key=key,
        name=f"{whose}{size}{work}项目",
        developer=100_000 + key if dice.random() < 0.8 else 900_000 + dice.randrange(200),
        developers=(f"{own}有限公司", f"左权县{own}有限公司"),
        park=dice.choice((None, None, 1, 2, 3)),
        township=dice.randrange(10, 20),
        place=f"{dice.choice(MARKS)}{dice.choice(MARKS)}村" if dice.random() < 0.6 else "",
        amount=Decimal(amount) * 10**8,
        land=Decimal(dice.randint(5, 400)) if dice.random() < 0.7 else None,
        content=f"建设{work}生产线及配套设施",
        signed_on=signed,
        begun_on=signed + timedelta(days=dice.randrange(60, 500)) if dice.random() < 0.6 else None,
    )


def _again(original: Candidate, key: int, dice: random.Random) -> Candidate:
    """The project under another name of its developer, a little later, for nearly the same money."""
    own = original.developers[0].removesuffix("有限公司")
    work = next(work for work in WORKS if work in original.content)
    return Candidate(
        key=key,
        name=f"{work}生产基地建设项目" if dice.random() < 0.5 else original.name.replace("项目", "产业园"),
        developer=200_000 + key,
        developers=(f"山西{own}有限责任公司",),
        park=original.park,
        township=original.township,
        place=original.place,
        amount=original.amount and original.amount * Decimal("1.005"),
        land=original.land,
        content=original.content,
        signed_on=(original.signed_on or date(2023, 1, 1)) + timedelta(days=200),
    )
