"""The county of these tests."""

from __future__ import annotations

import pytest
from tests.cast import County
from tests.foundation.evidence.figures import told_by_departments


@pytest.fixture
def county(county: County) -> County:
    """The county with mines that are public works, of which departments tell."""
    return told_by_departments(county)
