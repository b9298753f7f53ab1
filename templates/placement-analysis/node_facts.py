"""Node facts from Prometheus, where there is one: cores, memory and how much of it was used over five minutes."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

from analysis import Table

# What node_exporter says, by instance.
QUERIES = {
    "cpu_cores": 'count by (instance) (node_cpu_seconds_total{mode="idle"})',
    "memory": "node_memory_MemTotal_bytes / 1024",
    "memory_usage": "1 - avg_over_time(node_memory_MemAvailable_bytes[5m]) / node_memory_MemTotal_bytes",
    "architecture": "node_uname_info",
}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def read_nodes(url: str) -> list[dict[str, object]]:
    """In the fields of nodes.json; a fact that Prometheus does not have is left out."""
    nodes: dict[str, dict[str, object]] = {}
    for fact, query in QUERIES.items():
        for labels, value in _ask(url, query):
            name = labels.get("nodename") or labels.get("instance", "?").rsplit(":", 1)[0]
            node = nodes.setdefault(labels.get("instance", name), {"name": name})
            if fact == "architecture":
                machine = labels.get("machine", "")
                node |= {"name": name, fact: ARCHITECTURES.get(machine, machine)}
            else:
                node[fact] = round(value, 2) if fact == "memory_usage" else round(value)
    return list(nodes.values())


def show_nodes(url: str | None) -> Table | str:
    """A table, or why there is none."""
    if not url:
        return "PROMETHEUS_URL is not set: no facts about nodes."
    try:
        nodes = read_nodes(url)
    except (OSError, ValueError) as error:
        return f"{url} could not be asked: {error}"
    if not nodes:
        return f"{url} knows no node: does it collect from node_exporter?"
    columns = ("name", *QUERIES)
    return Table(columns, [[node.get(column, "not known") for column in columns] for node in nodes])


def _ask(url: str, query: str) -> list[tuple[Mapping[str, str], float]]:
    address = f"{url.rstrip('/')}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    if not address.startswith(("http://", "https://")):
        raise ValueError("not an address of http or https")
    with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310 - the scheme was checked
        answer = json.loads(response.read(10_000_000))
    if answer.get("status") != "success":
        raise ValueError(answer.get("error", "no success"))
    return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]
