"""How the bed waits, and how it fails."""

import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

SHOWN = 20  # lines of each log


class Failed(Exception):
    """A command of the bed itself did not do what it is for."""


class StepFailed(Failed):
    """The text names the step and shows its logs."""


def comes_true(seconds: float, condition: Callable[[], bool], between_looks: float = 0.2) -> bool:
    """False if CONDITION did not within SECONDS."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(between_looks)
    return True


def wait_until(seconds: float, what: str, condition: Callable[[], bool]):
    if not comes_true(seconds, condition):
        raise Failed(f"not true after {seconds} s: {what}")


class Steps:
    """Tells of each step when it is done. `doing` is the one that goes on, or that an exception has ended."""

    def __init__(self, transcript: Path, tell: Callable[[str], None]):
        self._transcript = transcript
        self._tell = tell
        self.doing = ""

    @contextmanager
    def step(self, what: str, log: Path | None = None):
        self.doing = what
        try:
            yield
        except (Failed, OSError, subprocess.SubprocessError) as problem:
            seen = [*_end_of(self._transcript), *_end_of(log)]
            raise StepFailed("\n".join([f"failed at: {what}", str(problem), *seen])) from problem
        self._tell(what)


def _end_of(log: Path | None) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-SHOWN:] if log and log.exists() else []
