"""The configuration of pgpool on a node."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from bed.machine import CLUSTER, ROOT
from bed.node import Node
from bed.servers import DATA

# Failover is left to the health check, as pgpool's manual advises: 4.3.5 ignores what sessions ask for while it starts, and
# after ten such requests its queue stays full, so that it never fails over.
PGPOOL_CONF = """\
backend_clustering_mode = 'streaming_replication'

listen_addresses = '*'
port = 9999
socket_dir = '/run/postgresql'
unix_socket_directories = '/run/postgresql' # the same, from pgpool 4.4 on
pcp_listen_addresses = 'localhost'
pcp_port = 9898
pcp_socket_dir = '/run/postgresql'
pid_file_name = '/run/postgresql/pgpool.pid'
logdir = '/var/log/postgresql'
num_init_children = 12

sr_check_period = 5
sr_check_user = 'postgres'
sr_check_database = 'postgres'
health_check_period = 2
health_check_timeout = 3
health_check_max_retries = 1
health_check_retry_delay = 1
health_check_user = 'postgres'
health_check_database = 'postgres'
failover_on_backend_error = off
connect_timeout = 2000
search_primary_node_timeout = 1
failover_command = '/etc/pgpool2/failover %d %P %H %R %h %p'
"""
FAILOVER_CONF = """\
gateway=           # what must answer before PostgreSQL is promoted
wait=0             # seconds that the recipe waits before it promotes
promotion_delay=0  # seconds until PostgreSQL is promoted; not waited for
duration=0         # seconds until the command ends
"""


def pgpool_conf(nodes: Sequence[Node]) -> str:
    """The same on all nodes."""
    return PGPOOL_CONF + "".join(_backend(number, node) for number, node in enumerate(nodes))


def _backend(number: int, node: Node) -> str:
    return f"""
backend_hostname{number} = '{node.address}'
backend_port{number} = 5432
backend_data_directory{number} = '{DATA}'
backend_weight{number} = 1
backend_application_name{number} = '{node}'
"""


def write(directory: Path, nodes: Sequence[Node]):
    for name, text in (("pgpool.conf", pgpool_conf(nodes)), ("failover.conf", FAILOVER_CONF), ("pool_passwd", ""),
                       ("pcp.conf", f"lab:{hashlib.md5(b'lab').hexdigest()}\n"), ("pool_hba.conf", "host all all all trust\n")):
        _install(directory / name, 0o640, text)
    for command in (CLUSTER / "node/failover", ROOT / "packaging/recipes/failover-command"):
        _install(directory / command.name, 0o755, command.read_text())


def _install(path: Path, mode: int, text: str):
    path.write_text(text)
    shutil.chown(path, "root", "postgres")
    path.chmod(mode)
