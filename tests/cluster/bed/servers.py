"""The PostgreSQL server of a node: how it is made, started and stopped."""

from bed.machine import POSTGRESQL_VERSION
from bed.node import LAN, Node

DATA = f"/var/lib/postgresql/{POSTGRESQL_VERSION}/main"
LOG = "/var/log/postgresql/postgresql.log"
AS_POSTGRES = ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "env", "HOME=/var/lib/postgresql")

POSTGRESQL_CONF = """\
listen_addresses = '*'
unix_socket_directories = '/run/postgresql'
shared_buffers = 32MB
fsync = off
max_connections = 50
wal_keep_size = 128MB
"""
PG_HBA_CONF = f"""\
host all all {LAN}.0/24 trust
host replication all {LAN}.0/24 trust
"""


def set_up_primary(node: Node):
    node.must(*AS_POSTGRES, "initdb", f"--pgdata={DATA}", "--auth=trust", "--encoding=UTF8", "--no-sync")
    for name, text in (("postgresql.conf", POSTGRESQL_CONF), ("pg_hba.conf", PG_HBA_CONF)):
        with open(node.root / DATA.lstrip("/") / name, "a", encoding="utf-8") as out:
            out.write(text)
    start(node)


def set_up_standby(node: Node, primary: Node):
    """A fresh copy of PRIMARY's server, whatever NODE had before."""
    stop(node)
    node.must("rm", "--recursive", "--force", DATA)
    node.must(*AS_POSTGRES, "pg_basebackup", f"--pgdata={DATA}", "--write-recovery-conf", f"--host={primary.address}",
              "--checkpoint=fast", "--no-sync")
    start(node)


def start(node: Node):
    """Where none runs: the pid in a file that an earlier one has left means nothing in a node that was started again, or
    somebody else. The name of the cluster is also what a standby calls itself at its primary."""
    node.must("rm", "--force", f"{DATA}/postmaster.pid")
    node.must(*AS_POSTGRES, "pg_ctl", "start", "--wait", "--timeout=60", f"--pgdata={DATA}", f"--log={LOG}",
              f"--options=-c cluster_name={node}")


def stop(node: Node):
    """At once, without a checkpoint, if it runs."""
    if node.run(*AS_POSTGRES, "pg_ctl", "status", f"--pgdata={DATA}") is not None:
        node.must(*AS_POSTGRES, "pg_ctl", "stop", "--wait", "--timeout=30", "--mode=immediate", f"--pgdata={DATA}")
