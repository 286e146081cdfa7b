"""What every test may rely on: no display, no home folder, no deadline, the same examples twice."""

import os
import tempfile

import pytest
from hypothesis import settings

settings.register_profile("linnet", deadline=None, max_examples=50)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("linnet")
    folder = tempfile.TemporaryDirectory(prefix="linnet-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    os.environ["LINNET_CACHE"] = folder.name
    os.environ["KERAS_HOME"] = folder.name
    os.environ["MPLBACKEND"] = "agg"
