"""Python for the pages of codeedu: what `codeedu site build` puts into a site.

>>> from codeedu_pages import FOLDER
>>> (FOLDER / "engine.json").name
'engine.json'
"""

from pathlib import Path

FOLDER = Path(__file__).parent
