"""How long suggestions of duplicates take in a register of N generated firms, and how many there are.

python bench/registry/speed.py [N]
"""

from __future__ import annotations

import random
import sys
import time
from importlib.resources import files
from pathlib import Path

from tiaodu.engine.registry.duplicates import Entry, duplicates, load_rules

CHARACTERS = (
    "鑫瑞宏远盛达华泰永兴恒源晋太行中天正大成万顺佳明阜生星荣福莱特国能益民康健安和顺利丰金龙玉山清河"
)
TRADES = ("商贸", "工贸", "科技", "建材", "运输", "物流", "煤业", "矿业", "食品", "农业", "机械", "能源", "")
PLACES = ("左权县", "左权", "晋中市", "晋中", "山西省", "山西")


def firms(count: int, doubled: float = 0.01) -> list[Entry]:
    """Firms by the order of real names; one in a hundred stands twice, in another writing."""
    dice = random.Random(20240501)
    entries: list[Entry] = []
    while len(entries) < count:
        own, trade = "".join(dice.choices(CHARACTERS, k=dice.choice((2, 2, 3, 4)))), dice.choice(TRADES)
        full = f"{dice.choice(PLACES)}{own}{trade}有限公司"
        entries.append(Entry(len(entries) + 1, "firm", (own + trade, full)))
        if dice.random() < doubled:
            entries.append(Entry(len(entries) + 1, "firm", (f"左权县{own}{trade}有限责任公司",)))
    return entries[:count]


def main() -> None:
    """Print the best of three runs."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    rules = load_rules(Path(str(files("tiaodu.data").joinpath("registry", "duplicates.yaml"))))
    entries = firms(count)
    best, pairs = float("inf"), []
    for _run in range(3):
        began = time.perf_counter()
        pairs = duplicates(entries, PLACES, rules)
        best = min(best, time.perf_counter() - began)
    print(f"{count} records: {len(pairs)} pairs in {best:.2f} s")


if __name__ == "__main__":
    main()
