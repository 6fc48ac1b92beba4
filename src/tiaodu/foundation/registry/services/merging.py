"""Two records that are one subject become one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.merging import move_references, tell_followers
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.services.naming import alias_put
from tiaodu.foundation.registry.services.subjects import is_below, subject_locked


@transaction.atomic
def subjects_merge(*, user: User, keep_id: int, gone_id: int) -> Subject:
    """Two records become one: ``keep`` gets the names of ``gone`` and all that refers to it.

    Rows that are written once keep their reference; ``gone`` stays for them, out of use and marked
    ``merged_into``.
    """
    keep, gone = subject_locked(user, keep_id), subject_locked(user, gone_id)
    if keep.pk == gone.pk or keep.region_id != gone.region_id:
        raise Invalid(_("只能合并同一地区的两个不同、未被合并过的主体。"))
    if is_below(keep, gone) or is_below(gone, keep):
        raise Invalid(
            _("“%(keep)s”与“%(gone)s”是上下级，不是同一主体，不能合并。") % {"keep": keep, "gone": gone}
        )
    moved = move_references(gone, keep)
    gone.active, gone.merged_into, gone.version = False, keep, gone.version + 1
    gone.save(update_fields=["active", "merged_into", "version"])
    for text in (gone.name, gone.full_name):
        if text and text not in (keep.name, keep.full_name):
            alias_put(keep, text)
    tell_followers(gone, keep)
    audit.record(
        action="registry.subjects_merge",
        actor=user,
        obj=keep,
        before={"gone": str(gone)},
        after={"moved": moved},
    )
    return keep
