"""What a duration rests on, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass

from tiaodu.engine.stages.durations import Duration
from tiaodu.engine.stages.learning.settings import Settings
from tiaodu.engine.stages.learning.taken import Taken, converted
from tiaodu.engine.stages.lengths import Length
from tiaodu.engine.stages.model import Range, Unit


@dataclass(frozen=True, slots=True)
class DurationReason:
    """``level``: who served it: kind, stage, all (records of the step's own kind, of its stage, of all
    steps), planned (a limit or promise and nothing learned), range (the template's), milestone, or unknown.
    ``kind``: statistics of the kind; ``served``: finished steps with a plan behind the level stage or all.
    """

    level: str
    unit: Unit
    kind: Taken | None
    served: int
    length: Length | None
    promised: float | None
    usual: Range | None
    duration: Duration | None
    settings: Settings

    def tell(self, language: str = "zh") -> str:
        """One sentence."""
        params = {
            "finished": self.served,
            "running": "",
            "planned": self._planned(language),
            "low": self.usual.low if self.usual else "",
            "high": self.usual.high if self.usual else "",
            "unit": self._word(self.unit.value, language),
        }
        if self.level == "kind" and self.kind:
            params |= {"finished": self.kind.finished, "own": self.kind.own, "reference": self.kind.reference}
            if self.kind.median is not None:
                params["median"] = _whole(self._days(self.kind.median, self.kind.unit))
            if self.kind.running:
                params["running"] = self._word("running", language).format(running=self.kind.running)
        bare = self.level == "kind" and not (self.kind and self.kind.finished)
        return self._word("kind_running" if bare else self.level, language).format(**params)

    def _days(self, days: float, unit: Unit) -> float:
        return converted(days, unit, self.unit, self.settings.working_part)

    def _planned(self, language: str) -> str:
        if self.length is None:
            return ""
        unit = self._word(self.length.unit.value, language)
        return self._word(self.length.origin, language).format(days=self.length.days, unit=unit)

    def _word(self, code: str, language: str) -> str:
        label = self.settings.words[code]
        return label.en if language == "en" else label.zh


def _whole(days: float) -> str:
    return f"{days:.0f}" if days >= 10 else f"{days:.1f}".removesuffix(".0")
