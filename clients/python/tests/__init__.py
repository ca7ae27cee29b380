"""The client's tests: `python3 clients/python/tests [NAMES]`, or `python3 -m unittest discover`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
