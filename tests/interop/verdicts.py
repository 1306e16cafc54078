"""What the checks say: one line each, and of those that fail what happened."""

import time

from client import Outcome
from servers import Server


class Verdicts:
    def __init__(self) -> None:
        self.passed = self.failed = 0
        self.started = time.monotonic()

    def expect(self, condition: object, what: str, outcome: Outcome, server: Server) -> None:
        if condition:
            self.passed += 1
            print(f"  ok {server.name} {what}", flush=True)
        else:
            self.failed += 1
            print(f"  FAILED {server.name} {what}\n{outcome}\n{server.said()}", flush=True)

    def close(self) -> None:
        print(f"{self.passed} checks passed, {self.failed} failed in {time.monotonic() - self.started:.0f} s")
        if self.failed:
            raise SystemExit(1)
