"""The settings of the tests, with jobs that wait to be run, so that each row is a transaction."""

from tiaodu.config.settings_test import *  # noqa: F403

TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
