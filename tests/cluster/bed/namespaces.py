"""Sets of namespaces, each of which lives as long as its keeper."""

import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

from bed.progress import Failed, wait_until

# What a person or a script asks a command to end with.
INTERRUPTIONS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


class NotUp(Failed):
    pass


class Namespaces:
    """The keeper is the unshare(1) that waits for PID 1 in there. DIRECTORY/keeper has its pid and its start time."""

    def __init__(self, directory: Path, title: str):
        self._title = title
        self._directory = directory
        self._record = directory / "keeper"

    def init(self) -> int:
        """The pid of PID 1 in there."""
        keeper = self._keeper()
        try:
            children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
        except OSError:
            children = []
        if not children:
            raise NotUp(f"{self._title} is not up")
        return int(children[0])

    def is_up(self) -> bool:
        try:
            self.init()
        except NotUp:
            return False
        return True

    def keep(self, transcript: Path, *options: str):
        """A PID 1 that reaps, in new namespaces; OPTIONS of unshare(1) add to those for network and processes."""
        self._directory.mkdir(exist_ok=True)
        # A signal that is ignored here would be ignored by all that PID 1 starts.
        command = ["env", "--default-signal", "unshare", "--net", "--pid", "--fork", "--kill-child", *options,
                   "tini", "--", "sleep", "infinity"]
        with open(transcript, "a", encoding="utf-8") as out, uninterrupted():
            keeper = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
            self._record.write_text(f"{keeper.pid} {_start_time(keeper.pid)}\n")
        wait_until(10, f"{self._title} has its namespaces", self.is_up)

    def end(self):
        """Everything in there. The kernel ends all other processes before the keeper learns that PID 1 has ended."""
        keeper = self._keeper()
        if keeper is None:
            return
        # a keeper without a PID 1 has not begun it yet, or is about to end
        try:
            os.kill(self.init() if self.is_up() else keeper, signal.SIGKILL)
        except (NotUp, ProcessLookupError):
            pass
        wait_until(60, f"{self._title} has ended", lambda: self._keeper() is None)

    def _keeper(self) -> int | None:
        try:
            pid, started = self._record.read_text().split()
        except (OSError, ValueError):
            return None
        return int(pid) if _start_time(int(pid)) == started else None


def _start_time(pid: int) -> str | None:
    """Tells a process from a later one with the same pid. A zombie has none."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(") ")[2].split()
    except (OSError, ValueError):
        return None
    return None if state == "Z" else fields[18]


@contextmanager
def uninterrupted():
    """A signal that comes in the middle takes effect at the end."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python handles signals in the main thread only
        return
    held = []
    handlers = {number: signal.signal(number, lambda number, _: held.append(number)) for number in INTERRUPTIONS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in held:
            signal.raise_signal(number)
