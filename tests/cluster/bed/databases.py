"""What PostgreSQL and pgpool on a node say."""

from bed import history, servers
from bed.node import Node
from bed.progress import Failed

PGPOOL_PORT = 9999
PCP_PASSFILE = "/run/pcppass"


def ask(node: Node, query: str, *connection: str) -> str | None:
    """Of PostgreSQL itself, unless CONNECTION says otherwise; None where it does not answer."""
    answer = node.run("timeout", "8", "psql", "--username=postgres", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                      f"--command={query}", *connection, seconds=15)
    return None if answer is None else answer.strip()


def is_writable(node: Node) -> bool:
    return ask(node, "select pg_is_in_recovery()") == "f"


def timeline(node: Node) -> int:
    """That a writable server of NODE writes to; 0 for any other one."""
    return int(ask(node, "select ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int") or 0)


def streams_from(node: Node, primary: Node) -> bool:
    """NODE is a standby of PRIMARY that goes on with it."""
    return ask(primary, f"select state from pg_stat_replication where application_name = '{node}'") == "streaming"


def through_pgpool(node: Node, query: str, host: str = "localhost") -> str | None:
    """From NODE, of the pgpool at HOST; None where no answer comes."""
    return ask(node, query, f"--host={host}", f"--port={PGPOOL_PORT}")


def answers_as_primary(node: Node) -> str:
    """The address of the server that the pgpool of NODE sends writes to, or nothing."""
    return through_pgpool(
        node, "begin; create temporary table t (n int); select host(inet_server_addr()); rollback") or ""


def roles(node: Node) -> tuple[tuple[str, str], ...]:
    """Status and role of each backend, as the pgpool of NODE has them; none where it does not answer."""
    seen = through_pgpool(node, "show pool_nodes") or ""
    return tuple((line.split("|")[3], line.split("|")[6]) for line in seen.splitlines() if line.count("|") > 6)


def start(node: Node):
    """As it was, if it does not run; what it needs a while for is not waited for beyond a minute."""
    if not node.postgresql():
        try:
            servers.start(node)
        except Failed:
            pass


def pcp(node: Node, command: str, *arguments: str) -> bool:
    """Tells the pgpool of NODE something, as a person does; whether it took it."""
    write_pcp_passfile(node)
    return node.run("env", f"PCPPASSFILE={PCP_PASSFILE}", command, "--host=localhost", "--port=9898", "--username=lab",
                    "--no-password", *arguments) is not None


def write_pcp_passfile(node: Node):
    node.must("bash", "-c", f"umask 077 && echo '*:*:lab:lab' >{PCP_PASSFILE}")


def make_table(node: Node):
    node.must("psql", "--username=postgres", "--quiet", """--command=create table writes (
        writer text, sequence int, at timestamptz default now(), primary key (writer, sequence))""")


def server(node: Node, writers: list[str]) -> history.Server | None:
    """The history that a writable PostgreSQL of NODE holds, with the rows of WRITERS; None where it is none, or does not
    answer."""
    number = timeline(node)
    if not number:
        return None
    branched = ask(node, f"select pg_read_file('pg_wal/{number:08X}.history')") if number > 1 else ""
    names = ", ".join(f"'{name}'" for name in writers)
    rows = ask(node, f"select writer, sequence from writes where writer in ({names})")
    if branched is None or rows is None:
        return None
    return history.Server(node.address, number, history.branches(branched), frozenset(
        (line.split("|")[0], int(line.split("|")[1])) for line in rows.splitlines()))
