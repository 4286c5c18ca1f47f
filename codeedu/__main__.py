"""Run the command line with `python -m codeedu`."""

import sys

from codeedu.cli import main

if __name__ == "__main__":
    sys.exit(main())
