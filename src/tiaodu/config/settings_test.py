"""Settings of the tests: the real ones, with quick passwords and work done at once."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("TIAODU_SECRET_KEY", "only-for-tests")
os.environ.setdefault("TIAODU_DATA", tempfile.mkdtemp(prefix="tiaodu-test-"))

from tiaodu.config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
TIAODU_DEMO = False
TIAODU_TODAY = None
