"""The source tree, and what of the machine's programs the bed uses."""

from pathlib import Path

CLUSTER = Path(__file__).resolve().parent.parent
ROOT = CLUSTER.parent.parent
PGPOOL = "/usr/sbin/pgpool"
AGENT = "/usr/lib/ocf/resource.d/custom/pgpool"  # where it is installed, on a node too

# The newest that is installed, as distributions have it: 15, 17, …
_SERVER = max(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]),
              default=Path("/usr/lib/postgresql/none/bin/postgres"))
POSTGRESQL_VERSION = _SERVER.parts[4]
POSTGRESQL = _SERVER.parent
SEARCH_PATH = f"/usr/sbin:/usr/bin:/sbin:/bin:{POSTGRESQL}"
