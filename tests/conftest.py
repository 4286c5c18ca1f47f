"""Settings of all tests."""

from hypothesis import settings

# A deadline is a timing assert: it fails on a busy machine, and says nothing about the code.
settings.register_profile("codeedu", deadline=None)
settings.load_profile("codeedu")
