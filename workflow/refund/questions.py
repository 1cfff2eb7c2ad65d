"""What the tax office asked of a claim, and what was answered: of what was told, in the order of the days, not of arrival."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """A question or an answer: its day, who told of it, in what words, and when it was recorded (UTC)."""

    on: date
    by: str
    text: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the day until which it is to be answered, and its answer where there is one."""

    asked: Said
    due_on: date
    answer: Said | None


def questions(moves: Iterable[Mapping[str, Any]]) -> list[Question]:
    """The questions among a claim's moves, the first one first.

    An answer is to all that was asked until its day and not answered before, in whichever order the two were told.
    """
    told = list(moves)
    answers = sorted((move for move in told if move["answered"]), key=lambda move: (move["on"], move["recorded_at"]))
    asked = sorted((move for move in told if _asks(move)), key=lambda move: (move["on"], move["recorded_at"]))
    return [
        Question(_said(one), one["due_on"], next((_said(answer) for answer in answers if answer["on"] >= one["on"]), None))
        for one in asked
    ]


def _asks(move: Mapping[str, Any]) -> bool:
    return move["due_on"] is not None and not move["answered"]


def _said(move: Mapping[str, Any]) -> Said:
    return Said(move["on"], move["source"], move["note"], move["recorded_at"])
