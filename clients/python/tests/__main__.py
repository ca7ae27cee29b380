"""Runs the tests, says why any are skipped, leaves the outcome where TEST_COUNTS names a file."""

from __future__ import annotations

import json
import os
import sys
import time
import unittest
from pathlib import Path
from typing import Any

here = Path(__file__).resolve().parent
sys.path[0] = str(here.parent)


class Result(unittest.TextTestResult):
    passed = 0

    def startTest(self, test: unittest.TestCase) -> None:
        self._begin = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test: unittest.TestCase) -> None:
        took = time.monotonic() - self._begin
        if took > 1:
            self.stream.write(f"({took:.1f} s) ")
        super().addSuccess(test)
        self.passed += 1

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        print(f"skipped: {test.id()}: {reason}")


def main() -> int:
    loader = unittest.defaultTestLoader
    names = [each if each.startswith("tests.") else f"tests.{each}" for each in sys.argv[1:]]
    suite = (
        loader.loadTestsFromNames(names)
        if names
        else loader.discover(str(here), top_level_dir=str(here.parent))
    )
    runner: Any = unittest.TextTestRunner(verbosity=2, resultclass=Result)
    result: Any = runner.run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    counts = {
        "passed": result.passed,
        "failed": failed,
        "skipped": len(result.skipped),
        "failures": [f"{test}\n{text}" for test, text in result.failures + result.errors],
    }
    if os.environ.get("TEST_COUNTS"):
        Path(os.environ["TEST_COUNTS"]).write_text(json.dumps(counts))
    return 1 if failed else 0


sys.exit(main())
