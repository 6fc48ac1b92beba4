"""A reliability picture as SVG: how often the total came out below what was told with a probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

SIZE, EDGE, TOP = 360, 48, 30
COLOURS = ("#1f5fa8", "#b3541e", "#3f7d3a")
DASHES = ("", "6 3", "2 3")


def reliability(lines: Mapping[str, Sequence[tuple[float, float]]], *, title: str) -> str:
    """Lines of (told, observed) between 0 and 1 on a square with its diagonal."""
    inner = SIZE - EDGE - 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE + TOP}" role="img" '
        f'font-family="sans-serif" font-size="11"><title>{escape(title)}</title>',
        f'<rect width="{SIZE}" height="{SIZE + TOP}" fill="#fff"/>',
        f'<text x="{EDGE}" y="18" font-size="13">{escape(title)}</text>',
    ]

    def place(told: float, seen: float) -> str:
        return f"{EDGE + told * inner:.1f},{TOP + (1 - seen) * inner:.1f}"

    for tenth in range(0, 11, 2):
        at = tenth / 10
        x, y = place(at, 0).split(",")
        _, height = place(0, at).split(",")
        parts.append(f'<text x="{x}" y="{float(y) + 16}" text-anchor="middle">{at:.0%}</text>')
        parts.append(f'<text x="{EDGE - 6}" y="{float(height) + 4}" text-anchor="end">{at:.0%}</text>')
        parts.append(f'<polyline points="{place(0, at)} {place(1, at)}" stroke="#ddd" fill="none"/>')
    parts.append(f'<polyline points="{place(0, 0)} {place(1, 1)}" stroke="#888" fill="none"/>')
    for number, (name, points) in enumerate(lines.items()):
        line = " ".join(place(*point) for point in points)
        style = f'stroke="{COLOURS[number]}" stroke-dasharray="{DASHES[number]}"'
        parts.append(f'<polyline points="{line}" {style} stroke-width="2" fill="none"/>')
        y = TOP + 14 + 16 * number
        parts.append(f'<polyline points="{EDGE + 8},{y} {EDGE + 34},{y}" {style} stroke-width="2"/>')
        parts.append(f'<text x="{EDGE + 40}" y="{y + 4}">{escape(name)}</text>')
    parts.append(f'<text x="{SIZE / 2}" y="{SIZE + TOP - 6}" text-anchor="middle">told</text>')
    parts.append(
        f'<text x="12" y="{SIZE / 2 + TOP}" transform="rotate(-90 12 {SIZE / 2 + TOP})">came</text></svg>'
    )
    return "\n".join(parts) + "\n"
