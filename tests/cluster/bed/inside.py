"""Namespaces for a whole command. The kernel ends and removes all that it has started there when the command ends, however it
ends."""

import os
import subprocess
import sys
from pathlib import Path

from bed.machine import ROOT

AGENT = ROOT / "build" / "dev" / "agent" / "pgpool"
LAB = Path("/run/lab")
OPTION = "--inside"  # of the command, where it runs in them
# Their first process reaps, and dies with this one.
_ENTRY = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child",
          "--mount-proc", "tini", "--"]


def agent() -> Path:
    """The file that the nodes of a lab use; ends this process where it cannot be run."""
    path = Path(os.environ.get("LAB_AGENT", AGENT)).absolute()
    if not os.access(path, os.X_OK):
        sys.exit(f"cannot run the agent '{path}': build it, or set LAB_AGENT")
    return path


def require_root():
    if os.geteuid() != 0:
        sys.exit("must be run as root: it makes namespaces")


def run_again(command: Path, arguments: list[str]) -> int:
    """The same COMMAND in new namespaces; its exit status."""
    # In a session of its own, so that an interruption ends this process, and with it all at once.
    return subprocess.run([*_ENTRY, command.resolve(), OPTION, *arguments], start_new_session=True).returncode


def prepare():
    """What a command does first, in there: LAB can then be made."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run"], check=True)
