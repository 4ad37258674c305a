"""Whether a play showed what was promised of it: the incident with the init script, and not with the agent."""

from incident.figures import Figures

PROMISES = {
    "init script": (
        ("both servers take writes", lambda seen: seen.both > 0),
        ("the resource stays blocked", lambda seen: seen.blocked == "yes"),
    ),
    "agent": (
        ("the servers never both take writes", lambda seen: seen.both == 0),
        ("no write is lost after the takeover", lambda seen: seen.lost_after_takeover == 0),
        ("nothing is blocked, at no time", lambda seen: seen.blocked == "no"),
        ("the cluster is healthy after the reconnect", lambda seen: seen.healthy is not None),
        ("the newest primary serves in the end", lambda seen: seen.survivor == "c"),
        ("pgpool on c is not restarted", lambda seen: not seen.restarted),
        ("pgpool knows PostgreSQL's new primary", lambda seen: seen.primary == "c"),
    ),
    # What others do is shown, not promised.
    "watchdog": (),
    "watchdog-three": (),
}


def broken_promises(name: str, seen: Figures) -> list[str]:
    return [f"with the {name} {what}" for what, is_kept in PROMISES[name] if not is_kept(seen)]
