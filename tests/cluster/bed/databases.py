"""What PostgreSQL and pgpool on a node say."""

from pathlib import Path

from bed import history
from bed.lab import Node

PGPOOL_PORT = 9999
# The newest that is installed, as the lab takes it.
POSTGRESQL = max(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4])).parent
DATA = f"/var/lib/postgresql/{POSTGRESQL.parts[4]}/main"


def ask(node: Node, query: str, *connection: str) -> str | None:
    """Of PostgreSQL itself, unless CONNECTION says otherwise; None where it does not answer."""
    answer = node.run("timeout", "8", "psql", "--username=postgres", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                      f"--command={query}", *connection, seconds=15)
    return None if answer is None else answer.strip()


def is_writable(node: Node) -> bool:
    return ask(node, "select pg_is_in_recovery()") == "f"


def streams_from(node: Node, primary: Node) -> bool:
    """NODE is a standby of PRIMARY that goes on with it."""
    return ask(primary, f"select state from pg_stat_replication where application_name = '{node}'") == "streaming"


def answers_as_primary(node: Node) -> str:
    """The address of the server that the pgpool of NODE sends writes to, or nothing."""
    seen = ask(node, "begin; create temporary table t (n int); select host(inet_server_addr()); rollback",
               "--host=localhost", f"--port={PGPOOL_PORT}")
    return seen or ""


def roles(node: Node) -> tuple[tuple[str, str], ...]:
    """Status and role of each backend, as the pgpool of NODE has them; none where it does not answer."""
    seen = ask(node, "show pool_nodes", "--host=localhost", f"--port={PGPOOL_PORT}") or ""
    return tuple((line.split("|")[3], line.split("|")[6]) for line in seen.splitlines() if line.count("|") > 6)


def start(node: Node):
    """As it was, if it does not run; what it needs a while for is not waited for beyond a minute."""
    if not node.postgresql():
        node.run("rm", "--force", f"{DATA}/postmaster.pid")
        node.run("setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", f"{POSTGRESQL}/pg_ctl", "start",
                 "--wait", "--timeout=60", f"--pgdata={DATA}", "--log=/var/log/postgresql/postgresql.log",
                 f"--options=-c cluster_name={node}", seconds=70)


def attach(node: Node, backend: int):
    """Tells the pgpool of NODE so, as a person does."""
    node.run("bash", "-c", """
        export PCPPASSFILE=/run/pcppass
        (umask 077 && echo '*:*:lab:lab' >$PCPPASSFILE)
        pcp_attach_node --host=localhost --port=9898 --username=lab --no-password "$0" """, str(backend))


def make_table(node: Node):
    node.must("psql", "--username=postgres", "--quiet",
              "--command=create table writes (writer text, sequence int, primary key (writer, sequence))")


def server(node: Node, writers: list[str]) -> history.Server | None:
    """The history that a writable PostgreSQL of NODE holds, with the rows of WRITERS; None where it is none, or does not
    answer."""
    timeline = ask(node, "select ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int")
    if not timeline:
        return None
    branched = ask(node, f"select pg_read_file('pg_wal/{int(timeline):08X}.history')") if int(timeline) > 1 else ""
    names = ", ".join(f"'{name}'" for name in writers)
    rows = ask(node, f"select writer, sequence from writes where writer in ({names})")
    if branched is None or rows is None:
        return None
    return history.Server(node.address, int(timeline), history.branches(branched), frozenset(
        (line.split("|")[0], int(line.split("|")[1])) for line in rows.splitlines()))
