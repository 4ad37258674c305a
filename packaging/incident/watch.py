"""Run on a node of the lab: looks twice a second and prints each look as a line of JSON, see record.Sample. Ends with its
standard input, so that it never outlives who watches.
"""

import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from bed import crm
from bed.databases import PGPOOL_PORT
from bed.machine import PGPOOL
from bed.postgres import Refused, Session
from incident import watchdog
from incident.record import Sample, name_of

PAUSE = 0.5  # seconds
PATIENCE = 3  # seconds for an answer of Pacemaker or PostgreSQL
PGPOOLS_PATIENCE = 5  # where a server is lost, pgpool is slow to answer
PASSWORD = "/run/pcppass"
PID_FILE = Path("/run/postgresql/pgpool.pid")

# A standby shows what the primary took; only what a writable server took is its own.
STATE = """
    select case when pg_is_in_recovery() then 'standby' else 'writable' end,
        case when not pg_is_in_recovery() and exists (
            select from writes where at > clock_timestamp() - interval '2 s') then 'yes' else '' end"""


class Primary(threading.Thread):
    """Asks pgpool beside the looks, which need not wait for it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.answer: str | None = None

    def run(self):
        while True:
            self.answer = ask_pgpool()
            time.sleep(2)


def ask_pgpool() -> str | None:
    try:
        with Session("localhost", PGPOOL_PORT, "postgres", "postgres", PGPOOLS_PATIENCE) as session:
            backends = session.query("show pool_nodes")
    except Refused:
        return None
    return next((name_of(backend[1]) for backend in backends if backend[6] == "primary"), "")


def ask_pacemaker(node: str) -> dict[str, str]:
    try:
        seen = subprocess.run(["crm_mon", "--one-shot", "--output-as=xml"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=PATIENCE, text=True, errors="replace")
        view = crm.parse(seen.stdout)
    except (subprocess.TimeoutExpired, crm.Unreadable):
        return {}
    return {
        "online": "".join(sorted(view.online)),
        "active": "".join(sorted({*view.nodes_of("pgpool")})),
        "promoted": "".join(sorted({*view.nodes_of("pgpool", "Promoted")})),
        "blocked": ",".join(dict.fromkeys(each.resource for each in view.instances if each.blocked)),
        "score": view.attributes.get(node, {}).get("master-pgpool", ""),
    }


def ask_watchdog(node: str) -> dict[str, str]:
    """A pgpool that does not run answers nothing."""
    try:
        seen = subprocess.run(["pcp_watchdog_info", "--host=localhost", "--username=lab", "--no-password"],
                              env={**os.environ, "PCPPASSFILE": PASSWORD}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=PATIENCE, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return {}
    return watchdog.view(seen.stdout) if seen.returncode == 0 else {}


def main_process() -> str:
    """The pid file alone proves nothing. The start time tells a process from a later one with the same pid."""
    try:
        pid = PID_FILE.read_text().strip("\0\n ")
        if os.readlink(f"/proc/{pid}/exe") == PGPOOL:
            return f"{pid}:{Path(f'/proc/{pid}/stat').read_text(errors='replace').rpartition(') ')[2].split()[19]}"
    except (OSError, IndexError):
        pass
    return ""


def write_password():
    """pcp's commands refuse a file that others may read."""
    with open(os.open(PASSWORD, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        out.write("*:*:lab:lab\n")


def has_address(address: str) -> str:
    shown = subprocess.run(["ip", "-oneline", "address", "show"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return "yes" if f" {address}/" in shown.stdout else ""


def ask_postgresql() -> dict[str, str]:
    try:
        with Session("localhost", 5432, "postgres", "postgres", PATIENCE) as session:
            (state, taken), = session.query(STATE)
    except Refused:
        return {}
    return {"postgresql": state, "taken": taken}


def look(node: str, ask_cluster, address: str | None, primary: Primary) -> Sample:
    return Sample(time.time(), node, **ask_cluster(node), pgpool=main_process(),
                  address=has_address(address) if address else "", **ask_postgresql(), primary=primary.answer)


def main(node: str, cluster: str, address: str | None):
    write_password()
    ask_cluster = {"Pacemaker": ask_pacemaker, "watchdog": ask_watchdog}[cluster]
    primary = Primary()
    primary.start()
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        print(json.dumps(asdict(look(node, ask_cluster, address, primary))), flush=True)
