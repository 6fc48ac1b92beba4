"""Who looks after whom (包联) on a day: by subject, by person, and what is one's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Liaison, Subject, SubjectKind
from tiaodu.foundation.registry.selectors.subjects import subjects_visible_to

# What somebody looks after; a department or a region is looked after by whoever works there.
LOOKED_AFTER = (
    SubjectKind.FIRM,
    SubjectKind.MINE,
    SubjectKind.PROJECT,
    SubjectKind.PARK,
    SubjectKind.FACILITY,
)
ROLES = (Liaison.Role.LEADER, Liaison.Role.DEPARTMENT, Liaison.Role.OFFICER)


@dataclass(frozen=True, slots=True)
class LookedAfter:
    """A subject with who looks after it, by role."""

    subject: Subject
    by_role: Mapping[str, Liaison] = field(default_factory=dict)

    @property
    def leader(self) -> Liaison | None:
        return self.by_role.get(Liaison.Role.LEADER)

    @property
    def department(self) -> Liaison | None:
        return self.by_role.get(Liaison.Role.DEPARTMENT)

    @property
    def officer(self) -> Liaison | None:
        return self.by_role.get(Liaison.Role.OFFICER)

    @property
    def liaisons(self) -> list[Liaison]:
        """Leader, department, officer, as far as there are any."""
        return [self.by_role[role] for role in ROLES if role in self.by_role]

    @property
    def names(self) -> str:
        """All of them in words, for searching."""
        return " ".join(f"{liaison.who} {liaison.post}" for liaison in self.liaisons)

    @property
    def since(self) -> date | None:
        """The day from which the present officer, else the first of the others, has looked after it."""
        first = self.officer or next(iter(self.liaisons), None)
        return first.valid_from if first else None

    @property
    def sample(self) -> bool:
        return self.subject.sample or any(liaison.sample for liaison in self.liaisons)


@dataclass(frozen=True, slots=True)
class Load:
    """A leader, department or officer with the subjects he looks after in that role."""

    role: str
    who: str
    post: str
    department: str  # where an account works; empty for a name alone
    subjects: Sequence[Subject]
    sample: bool

    @property
    def count(self) -> int:
        return len(self.subjects)

    @property
    def role_words(self) -> str:
        return str(Liaison.Role(self.role).label)

    @property
    def subject_words(self) -> str:
        return _("、").join(subject.name for subject in self.subjects)


def _holding(day: date | None) -> QuerySet[Liaison]:
    rows = Liaison.objects.holding(day or clock.today())
    return rows.select_related("user__department", "department", "subject__region")


def liaisons_of(subject: Subject, day: date | None = None) -> LookedAfter:
    """Who looks after one subject on ``day`` (today when not given)."""
    return LookedAfter(subject, {row.role: row for row in _holding(day).filter(subject=subject)})


def liaison_history(subject: Subject) -> list[Liaison]:
    """Every row of a subject: those that hold by role, then those that ended or never held, latest first."""
    rows = Liaison.objects.filter(subject=subject).select_related("user", "department")
    latest = sorted(rows, key=lambda row: (row.valid_from, row.pk), reverse=True)
    return sorted(latest, key=lambda row: (row.mistaken or row.valid_to is not None, ROLES.index(row.role)))


def liaison_rows(user: User, day: date | None = None) -> list[LookedAfter]:
    """The firms, mines, projects, parks and facilities in reach, each with who looks after it."""
    subjects = list(subjects_visible_to(user).filter(active=True, kind__in=LOOKED_AFTER))
    found: dict[int, dict[str, Liaison]] = defaultdict(dict)
    for row in _holding(day).filter(subject__in=[subject.pk for subject in subjects]):
        found[row.subject_id][row.role] = row
    return [LookedAfter(subject, found.get(subject.pk, {})) for subject in subjects]


def loads(rows: Iterable[LookedAfter]) -> list[Load]:
    """The same table by person: who has how many, the heaviest load first."""
    by_person: dict[tuple[str, object], list[Liaison]] = defaultdict(list)
    for row in rows:
        for liaison in row.liaisons:
            key = liaison.user_id or liaison.department_id or liaison.name
            by_person[liaison.role, key].append(liaison)
    found = [_load(role, liaisons) for (role, _key), liaisons in by_person.items()]
    return sorted(found, key=lambda load: (ROLES.index(Liaison.Role(load.role)), -load.count, load.who))


def _load(role: str, liaisons: Sequence[Liaison]) -> Load:
    first = liaisons[0]
    department = first.user.department if first.user is not None else None
    return Load(
        role=role,
        who=first.who,
        post=next((liaison.post for liaison in liaisons if liaison.post), ""),
        department=department.name if department is not None else "",
        subjects=[liaison.subject for liaison in liaisons],
        sample=any(liaison.sample for liaison in liaisons),
    )


def own_liaisons(user: User, day: date | None = None) -> list[Liaison]:
    """What this person looks after herself, by name of the subject."""
    return sorted(_holding(day).filter(user=user), key=lambda row: row.subject.name)


def liaison_for(user: User, liaison_id: int) -> Liaison:
    """One row of a subject in reach; NotFound otherwise."""
    rows = Liaison.objects.filter(subject__in=subjects_visible_to(user)).select_related(
        "user", "department", "subject__region"
    )
    found = rows.filter(pk=liaison_id).first()
    if found is None:
        raise NotFound
    return found
