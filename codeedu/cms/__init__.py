"""CMS's HCPCS files: read, kept and compared.

`reader` makes a `release` of a file, `download` fetches one, `store` keeps the learner's own,
`changes_page` shows what changed between two.
"""

from codeedu.cms.release import Descriptor, Release, ReleaseError
from codeedu.cms.store import load_release

__all__ = ["Descriptor", "Release", "ReleaseError", "load_release"]
