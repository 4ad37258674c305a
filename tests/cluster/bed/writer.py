"""An application on a node: writer NAME HOST PORT LOG [DEED…]

Writes a row to the table `writes` and reads its own rows back, or does one of these alone (write, read), four times a second,
each time in a session of its own, until it is ended. Each attempt adds a line of JSON to LOG when it is over, with the times
(epoch) between which it was answered: see `attempt` for what it holds.
"""

import json
import sys
import time

from postgres import Refused, Session

PERIOD = 0.25  # seconds
PATIENCE = 3  # seconds for one session


def write(session, name, sequence):
    (server, timeline, lsn), = session.query(
        f"insert into writes (writer, sequence) values ('{name}', {sequence})"
        " returning host(inet_server_addr()),"
        " ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int, pg_current_wal_insert_lsn()")
    return {"server": server, "timeline": int(timeline), "lsn": lsn}


def read(session, name, _):
    (server, standby, seen), = session.query(
        "select host(inet_server_addr()), current_setting('in_hot_standby'), coalesce(max(sequence), 0)"
        f" from writes where writer = '{name}'")
    return {"server": server, "standby": standby == "on", "seen": int(seen)}


DEEDS = {"write": write, "read": read}


def attempt(what, name, host, port, sequence):
    began = time.time()
    try:
        with Session(host, port, "postgres", "postgres", PATIENCE) as session:
            answer = what(session, name, sequence)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    return {"kind": what.__name__, "writer": name, "sequence": sequence, "began": began, "ended": time.time(), **answer}


def main(name, host, port, log, *deeds):
    with open(log, "a", encoding="utf-8", buffering=1) as out:
        sequence = 0
        while True:
            sequence += 1
            due = time.monotonic() + PERIOD
            for what in deeds or DEEDS:
                print(json.dumps(attempt(DEEDS[what], name, host, int(port), sequence)), file=out)
            time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    if len(sys.argv) < 5 or not {*sys.argv[5:]} <= {*DEEDS}:
        sys.exit(__doc__)
    main(*sys.argv[1:])
