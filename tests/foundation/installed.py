"""Settings of an installation in the tests: the real ones, and an app with jobs to watch."""

from tiaodu.config.settings import *  # noqa: F403

INSTALLED_APPS += ["tests.foundation.probe"]  # noqa: F405
