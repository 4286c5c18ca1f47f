"""Settings of all tests, and a disk that is full."""

import os
from contextlib import contextmanager

import pytest
from hypothesis import settings

os.environ["CODEEDU_DATA"] = os.devnull  # no release of whoever runs the tests

# A deadline is a timing assert: it fails on a busy machine, and says nothing about the code.
settings.register_profile("codeedu", deadline=None)
settings.load_profile("codeedu")


@pytest.fixture
def full_disk():
    """A context in which no file has room for more than some bytes."""
    resource = pytest.importorskip("resource")

    @contextmanager
    def full(room):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return full
