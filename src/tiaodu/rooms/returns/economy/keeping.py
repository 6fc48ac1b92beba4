"""Flags, peers and sums as plain values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.board import Board, Stat
from tiaodu.engine.returns.checks import Figure, Flag, Peer, PeerKey, Severity, Words


def flag_kept(flag: Flag, zone: str) -> dict[str, Any]:
    """The words, the hint and the figures of a flag; where the firm stands."""
    return {
        "zone": zone,
        "words": [flag.words.zh, flag.words.en],
        "hint": [flag.hint.zh, flag.hint.en] if flag.hint else None,
        "figures": [
            [each.name, None if each.value is None else str(each.value), each.unit] for each in flag.figures
        ],
    }


def flag_read(told: Mapping[str, Any], *, rule: str, severity: str, measure: str, period: Period) -> Flag:
    """The flag that was kept."""
    figures = (
        Figure(name, None if value is None else Decimal(value), unit) for name, value, unit in told["figures"]
    )
    return Flag(
        rule=rule,
        severity=Severity(severity),
        measure=measure,
        period=period,
        words=Words(*told["words"]),
        figures=tuple(figures),
        hint=Words(*told["hint"]) if told["hint"] else None,
    )


Peers = Mapping[str, Mapping[PeerKey, Peer]]  # by trade


def peers_kept(peers: Peers) -> dict[str, list[list[Any]]]:
    """What is usual in each trade."""
    return {
        trade: [[*key, each.median, each.spread, each.count] for key, each in told.items()]
        for trade, told in peers.items()
    }


def peers_read(kept: Mapping[str, Any], trade: str) -> dict[PeerKey, Peer]:
    """What is usual in one trade; nothing where it has no peers."""
    return {
        (kind, measure, against): Peer(median, spread, count)
        for kind, measure, against, median, spread, count in kept.get(trade, [])
    }


Boards = Mapping[str, Board]  # by code of the measure


def boards_kept(boards: Boards) -> dict[str, Any]:
    """The months of every cell."""
    return {
        measure: {
            "flows": board.flows,
            "cells": [
                [row, column, [stat.kept() for stat in months]]
                for (row, column), months in board.cells.items()
            ],
        }
        for measure, board in boards.items()
    }


def boards_read(kept: Mapping[str, Any]) -> Boards:
    """The boards that were kept."""
    return {
        measure: Board(
            {(row, column): [Stat.read(stat) for stat in months] for row, column, months in told["cells"]},
            flows=told["flows"],
        )
        for measure, told in kept.items()
    }
