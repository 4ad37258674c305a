"""Processes of a node, seen from outside, by the pids that they have here."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    started: int  # since the machine's boot, in the kernel's units: tells it from a later one with the same pid
    program: str  # its executable, or nothing for one that is not to be seen
    name: str
    title: str


def beside(init: int) -> list[Process]:
    """All in the PID namespace of INIT."""
    try:
        namespace = os.readlink(f"/proc/{init}/ns/pid")
    except OSError:
        return []
    return [seen for pid in os.listdir("/proc") if pid.isdigit() for seen in _process(int(pid), namespace)]


def _process(pid: int, namespace: str):
    try:
        if os.readlink(f"/proc/{pid}/ns/pid") != namespace:
            return
        status = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        name, rest = status[status.index("(") + 1:status.rindex(")")], status[status.rindex(")") + 2:].split()
        title = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        if rest[0] != "Z":
            yield Process(pid, int(rest[1]), int(rest[19]), os.readlink(f"/proc/{pid}/exe"), name, title)
    except (OSError, ValueError):
        return


def send(processes: list[Process], number: signal.Signals) -> int:
    """How many of them it reached."""
    reached = 0
    for process in processes:
        try:
            os.kill(process.pid, number)
            reached += 1
        except ProcessLookupError:
            pass
    return reached
