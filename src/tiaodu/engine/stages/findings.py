"""Whether a record can be true: every finding has a code worded in data/stages/words.yaml.

An error cannot be true as it is written, or must not be; a warning asks for a word of explanation.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tiaodu.engine.stages.graph import followers, reached
from tiaodu.engine.stages.model import Step, Template
from tiaodu.engine.stages.state import NetworkState, StepState, network_of

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """``step`` is the step it is about; ``params`` fill its text."""

    code: str
    step: str
    severity: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Case:
    """What the rules look at."""

    template: Template
    state: NetworkState
    today: date
    needs: Mapping[str, tuple[str, ...]]
    after_signing: frozenset[str]
    signed: date | None


def check_state(template: Template, state: NetworkState, *, today: date) -> tuple[Finding, ...]:
    """All findings of a record on ``today``, in the order of the template's steps.

    >>> from tiaodu.engine.stages.template import package_templates
    >>> late = NetworkState({"G02": StepState(date(2024, 3, 1), date(2024, 5, 1), proven=True),
    ...                      "G03": StepState(date(2024, 4, 1), date(2024, 4, 1), proven=True)})
    >>> found = check_state(package_templates()["generic"], late, today=date(2024, 6, 1))
    >>> [(f.code, f.step) for f in found if f.severity == ERROR]  # doctest: +NORMALIZE_WHITESPACE
    [('finished_before_prerequisite', 'G02'), ('finished_before_prerequisite', 'G03'),
    ('started_before_gate', 'G03')]
    """
    case = _case(template, state, today)
    found = [
        Finding("unknown_step", code, ERROR, {"step": code})
        for code in state.steps
        if code not in template.by_code
    ]
    for step in template.steps:
        for rule in _RULES:
            found.extend(rule(step, state.of(step.code), case))
    found.extend(_choices(case))
    return tuple(found)


def _case(template: Template, state: NetworkState, today: date) -> _Case:
    signing = [step.code for step in template.steps if step.stage == "signing"]
    days = [state.of(code).finished for code in signing]
    signed = state.signed or min((day for day in days if day), default=None)
    after = reached(signing, followers(template.prerequisites)).difference(signing)
    network = network_of(template, state)
    return _Case(template, state, today, network.needs, after, signed)


def _finding(code: str, step: Step, severity: str = ERROR, **params: object) -> Finding:
    return Finding(code, step.code, severity, {"step": step.code, **{k: str(v) for k, v in params.items()}})


def _days(step: Step, record: StepState, case: _Case) -> Iterator[Finding]:
    """Dates in their order, none to come, none before signing."""
    started, finished = record.started, record.finished
    if started and finished and finished < started:
        yield _finding("finish_before_start", step, started=started, finished=finished)
    for day in dict.fromkeys(day for day in (started, finished) if day):
        if day > case.today:
            yield _finding("future_date", step, day=day, today=case.today)
        if case.signed and day < case.signed and step.code in case.after_signing:
            yield _finding("before_signing", step, WARNING, day=day, signed=case.signed)


def _prerequisites(step: Step, record: StepState, case: _Case) -> Iterator[Finding]:
    """Nothing is finished before what it needs; law's gates hold for the start too."""
    gates = frozenset(step.gates)
    for need in case.needs.get(step.code, ()):
        other = case.state.of(need).finished
        if record.finished and (other is None or other > record.finished):
            yield _finding("finished_before_prerequisite", step, other=need, finished=record.finished)
        if record.started is None or (other is not None and other <= record.started):
            continue
        if need in gates:
            yield _finding("started_before_gate", step, other=need, started=record.started)
        elif not record.parallel and record.finished is None:
            yield _finding("started_before_prerequisite", step, WARNING, other=need, started=record.started)


def _skips(step: Step, record: StepState, case: _Case) -> Iterator[Finding]:
    """A skip has a reason from the list and no dates; a gate of law is skipped only with a ground."""
    if record.skipped and (record.started or record.finished):
        yield _finding("skipped_but_dated", step)
    if record.skipped and not record.skipped.strip():
        yield _finding("skipped_without_reason", step)
    for gate in step.gates:
        reason = case.state.of(gate).skipped
        if reason and not case.state.of(gate).proven:
            yield _finding("gate_skipped", step, WARNING, other=gate, reason=reason)


def _waits(step: Step, record: StepState, case: _Case) -> Iterator[Finding]:
    """Waits are those the template allows, while the step is under way, and end with it."""
    for wait in record.waits:
        if wait.reason not in step.waits and wait.reason not in step.pauses:
            yield _finding("wait_not_allowed", step, reason=wait.reason)
        begun, done = record.started or wait.start, record.finished or case.today
        if not begun <= wait.start <= (wait.end or done) <= done:
            yield _finding("wait_outside", step, day=wait.start)
        if record.finished and wait.end is None:
            yield _finding("wait_open", step)


def _proof(step: Step, record: StepState, _case: _Case) -> Iterator[Finding]:
    if record.finished and step.proof and not record.proven:
        names = "、".join(each.zh for each in step.proof)
        yield _finding("no_proof", step, WARNING, proof=names)


def _lapses(step: Step, record: StepState, case: _Case) -> Iterator[Finding]:
    """An approval whose time ran out before the step it is for began."""
    if step.lapse is None or record.finished is None:
        return
    end = _months_after(record.finished, step.lapse.months)
    other = case.state.of(step.lapse.before)
    begun = other.started or other.finished
    if (begun or case.today) > end:
        yield _finding("lapsed", step, day=end, other=step.lapse.before)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _choices(case: _Case) -> Iterator[Finding]:
    """Of alternatives only one is under way."""
    groups: dict[str, list[str]] = defaultdict(list)
    for step in case.template.steps:
        record = case.state.of(step.code)
        if step.choice and (record.started or record.finished or record.needed) and not record.skipped:
            groups[step.choice].append(step.code)
    for codes in groups.values():
        if len(codes) > 1:
            yield Finding("choice_both", codes[0], ERROR, {"step": codes[0], "steps": "、".join(codes)})


_Rule = Callable[[Step, StepState, _Case], Iterator[Finding]]
_RULES: tuple[_Rule, ...] = (_days, _prerequisites, _skips, _waits, _proof, _lapses)
