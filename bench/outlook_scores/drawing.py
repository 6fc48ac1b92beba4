"""A reliability picture of chances as SVG: each class with its interval, its size and its counts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import sqrt

from tiaodu.engine.outlook.scoring import Bin

SIDE, LEFT, TOP = 300, 52, 56
WIDTH, HEIGHT = LEFT + SIDE + 20, TOP + SIDE + 46


def drawn(bins: Sequence[Bin], *, title: str, note: str) -> str:
    """The mean chance told across, the part kept upwards with its 95 % interval; above each line
    stands of how many promises it is. ``note`` says how many there are in all.
    """
    most = max(each.promises for each in bins)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="11"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="13">{escape(title)}</text>',
        f'<text x="{LEFT}" y="33" fill="#555">{escape(note)}</text>',
    ]
    for quarter in range(5):
        share = quarter / 4
        x, y = across(share), up(share)
        parts += [
            f'<path d="M{LEFT} {y}H{LEFT + SIDE}" stroke="#e2e2e2"/>',
            f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{share:.0%}</text>',
            f'<text x="{x}" y="{TOP + SIDE + 16}" text-anchor="middle">{share:.0%}</text>',
        ]
    parts.append(f'<path d="M{across(0)} {up(0)}L{across(1)} {up(1)}" stroke="#888" stroke-dasharray="4 4"/>')
    for each in bins:
        x, radius = across(each.told), round(2.5 + 5 * sqrt(each.promises / most), 1)
        parts += [
            f'<path d="M{x} {up(each.low)}V{up(each.high)}" stroke="#1f5fa8" stroke-width="2"/>',
            f'<circle cx="{x}" cy="{up(each.kept)}" r="{radius}" fill="#1f5fa8"/>',
            f'<text x="{x}" y="{up(each.high) - 4}" text-anchor="middle" font-size="9">'
            f"{each.promises}</text>",
        ]
    parts.append(f'<text x="{LEFT + SIDE}" y="{HEIGHT - 12}" text-anchor="end">chance told</text>')
    parts.append(
        f'<text x="14" y="{TOP + SIDE / 2}" transform="rotate(-90 14 {TOP + SIDE / 2})" '
        'text-anchor="middle">part kept</text></svg>'
    )
    return "\n".join(parts) + "\n"


def across(share: float) -> float:
    """From a share to the right."""
    return round(LEFT + SIDE * share, 1)


def up(share: float) -> float:
    """From a share upwards."""
    return round(TOP + SIDE * (1 - share), 1)
