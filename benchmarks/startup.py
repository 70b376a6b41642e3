"""Seconds until a command's help stands: `python -m benchmarks.startup [--quick]`.

Each run is a process of its own, with compiled files in place. The peer is a process that imports slack_bolt
and botbuilder and does nothing: what a command would cost that loads both platforms before it is needed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

THROUGHLINE = "from adapters.cli.main import main; main()"
PEER = "import slack_bolt.async_app, botbuilder.core, botbuilder.integration.aiohttp"
COMMANDS: dict[str, list[str]] = {
    "doctor --help": [sys.executable, "-c", THROUGHLINE, "doctor", "--help"],
    "--help": [sys.executable, "-c", THROUGHLINE, "--help"],
    "simulate": [sys.executable, "-c", THROUGHLINE, "simulate", "--people", "1000"],
    "peer": [sys.executable, "-c", PEER],
}
TARGET = 0.5


def seconds(command: list[str]) -> float:
    """Of one run from start to end. Raises CalledProcessError when it fails."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Interleaved, median of several; the table, then one JSON line."""
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    read.add_argument("--quick", action="store_true")
    turns = 5 if read.parse_args().quick else 15
    for command in COMMANDS.values():
        seconds(command)
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(turns):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    medians = {name: statistics.median(each) for name, each in taken.items()}
    table = Table("command", "median s", "of the peer", title=f"{turns} turns each")
    for name, median in medians.items():
        table.add_row(name, f"{median:.3f}", f"{median / medians['peer']:.2f}")
    Console(stderr=True, width=80).print(table)
    ratio = medians["doctor --help"] / medians["peer"]
    print(
        json.dumps(
            {
                "benchmark": "startup",
                "seconds": {name: round(median, 3) for name, median in medians.items()},
                "ratio": round(ratio, 3),
                "target": TARGET,
            }
        )
    )


if __name__ == "__main__":
    main()
