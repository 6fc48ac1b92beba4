"""Under which name an estimate is kept: none that can be read without the installation's secret."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from tiaodu.foundation.accounts.models import User

_SALT = "tiaodu.rooms.outlook.estimates"


def pseudonym_of(user: User) -> str:
    """The same for all estimates of one person, so that they can be weighed by what came of the earlier ones;
    another in every installation, and another once its secret is changed.
    """
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()
