"""Tells of a play while it happens: a line for each change, in the column of the site where it was seen."""

from incident.record import FIELDS, SITES, Cluster, Sample

COLUMN = 36


class Timeline:
    """Before the cut all is only remembered. An unanswered question changes nothing."""

    def __init__(self, cluster: Cluster):
        self._cluster = cluster
        self._seen: dict[str, dict[str, str]] = {site: {} for site in SITES}
        self._cut: float | None = None
        self._both = False

    def cut(self, at: float) -> list[str]:
        self._cut = at
        before = [_line("before", site, meaning(self._cluster, field, None, self._seen[site][field]))
                  for site in SITES for field in FIELDS if field in self._seen[site]]
        return [f"{'seconds':>8} | {'site a':{COLUMN}} | site c", *filter(None, before), self.across(at, "SITE A IS CUT OFF")]

    def across(self, at: float, what: str) -> str:
        """A line over both columns."""
        return f"{self._since_cut(at)} | " + f"--- {what} ".ljust(2 * COLUMN + 3, "-")

    def take(self, sample: Sample) -> list[str]:
        lines = []
        seen = self._seen[sample.node]
        for field, value in sample.answers().items():
            if self._cut is not None and value != seen.get(field):
                what = meaning(self._cluster, field, seen.get(field), value)
                lines.append(_line(self._since_cut(sample.at), sample.node, what))
            seen[field] = value
        return [*filter(None, lines), *self._look_at_both(sample.at)]

    def _look_at_both(self, at: float) -> list[str]:
        both = all(seen.get("taken") == "yes" for seen in self._seen.values())
        if self._cut is None or both == self._both:
            return []
        self._both = both
        return [self.across(at, "BOTH SERVERS TAKE WRITES" if both else "one server takes writes")]

    def _since_cut(self, at: float) -> str:
        return f"{at - self._cut:8.1f}"


def _line(time: str, site: str, what: str | None) -> str | None:
    if not what:
        return None
    return f"{time:>8} | {what:{COLUMN}} |" if site == "a" else f"{time:>8} | {'':{COLUMN}} | {what}"


def _sites(nodes: str) -> str:
    return {"ac": "a and c", "": "no site"}.get(nodes, nodes)


def meaning(cluster: Cluster, field: str, old: str | None, new: str) -> str | None:
    """None where there is nothing to say. OLD is None where nothing was known before."""
    match field, old, new:
        case "online", _, "ac": return f"{cluster.name} sees both sites"
        case "online", _, "": return f"{cluster.name} sees no site"
        case "online", _, _: return f"{cluster.name} sees only site {new}"
        case "active", _, _: return f"{cluster.name} has pgpool on {_sites(new)}"
        case ("promoted" | "blocked" | "address" | "taken"), None, "": return None
        case "promoted", _, "": return f"{cluster.name}: {cluster.promoted} nowhere"
        case "promoted", _, _: return f"{cluster.name}: {cluster.promoted} on {_sites(new)}"
        case "blocked", _, "": return "nothing is blocked any more"
        case "blocked", _, _: return f"BLOCKED: {new.replace(',', ' and ')}"
        case "score", _, "": return None
        case "score", _, _: return f"promotion score {new}"
        case "pgpool", None, _: return "pgpool runs" if new else "no pgpool"
        case "pgpool", "", _: return "pgpool is started"
        case "pgpool", _, _: return "PGPOOL WAS RESTARTED" if new else "pgpool is gone"
        case "address", _, _: return "has the clients' address" if new else "has given up the clients' address"
        case "postgresql", None, "writable": return "PostgreSQL is primary"
        case "postgresql", _, "writable": return "PostgreSQL is promoted"
        case "postgresql", _, _: return "PostgreSQL is a standby"
        case "taken", _, _: return "TAKES WRITES" if new else "takes no writes any more"
        case "primary", _, "": return "pgpool knows no primary"
        case "primary", _, _: return f"pgpool: the primary is {new}"
