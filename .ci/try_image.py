"""Run what `.ci/image` built as an engine would, in namespaces of its own, and say what holds.

Read-only root, a user without rights or capabilities, as process 1: the playground until it answers; then as
compose.yaml does, on PostgreSQL; then as docs/deploy/kubernetes.yaml does, its secrets as files. Each ends by
SIGTERM with status 0. Arguments: what buildah tells of the image and of its base (JSON), the mounted image.
Exit 1 with one line when something does not hold.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.postgres import PostgresMissing, running_server  # noqa: E402

MOST_BYTES = 200_000_000
"""Above the base image."""
START_SECONDS, STOP_SECONDS = 120.0, 60.0
HOME = "http://127.0.0.1:8700"
SECRETS = {
    "TEAMS_APP_ID": "6f1a9a5e-0000-4000-8000-000000000001",
    "TEAMS_APP_PASSWORD": "not-a-secret-only-for-this-try",
    "TEAMS_TENANT_ID": "6f1a9a5e-0000-4000-8000-000000000002",
    "SECRET_KEY": "not-a-secret-only-for-this-try",
}
"""With credentials DATABASE_URL is used; Teams is asked nothing before somebody writes."""

ENTER = """
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mount --bind "$LENT/hosts" "$ROOT/etc/hosts"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
mount -t tmpfs -o mode=755 tmpfs "$ROOT/run"
cp -r "$LENT/secrets" "$ROOT/run/secrets"
for folder in $VOLUMES; do mount -t tmpfs -o "uid=$USER,gid=$GROUP,mode=700" tmpfs "$ROOT$folder"; done
mount -o remount,bind,ro "$ROOT"
exec chroot "$ROOT" setpriv --reuid="$USER" --regid="$GROUP" --clear-groups --no-new-privs \\
  --inh-caps=-all --bounding-set=-all env -i -C "$FOLDER" "$@"
"""


def told(what: str, holds: bool = True) -> None:
    """A line for each thing that holds; the end where one does not."""
    if not holds:
        raise SystemExit(f"image: FAILED: {what}")
    print(f"image: {what}", flush=True)


@dataclass(frozen=True)
class Process:
    """Process 1 of a container, by the number that this machine gives it."""

    number: int

    @property
    def status(self) -> dict[str, str]:
        lines = Path(f"/proc/{self.number}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    @property
    def work(self) -> float:
        """Seconds of processor time."""
        spent = Path(f"/proc/{self.number}/stat").read_text().rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """A command beside it, in its file system and with its settings."""
        settings = Path(f"/proc/{self.number}/environ").read_bytes().decode().rstrip("\0").split("\0")
        enter = ("nsenter", "--target", str(self.number), "--mount", "--pid", "--root", "--wd")
        return subprocess.run([*enter, "env", "-i", *settings, *command], capture_output=True, check=False)


@dataclass(frozen=True)
class Image:
    """What an engine knows of the image, where its files stand, and a folder whose files are lent to it."""

    config: Mapping[str, Any]
    root: Path
    lent: Path

    @property
    def owner(self) -> tuple[str, str]:
        """Number and group of its user."""
        lines = (line.split(":") for line in (self.root / "etc/passwd").read_text().splitlines())
        return next((number, group) for name, _, number, group, *_ in lines if name == self.config["User"])

    @contextmanager
    def running(self, **settings: str) -> Iterator[Process]:
        """It runs, with these settings beside its own; ends by SIGTERM."""
        number, group = self.owner
        given = [*self.config["Env"], *(f"{name}={value}" for name, value in settings.items())]
        command = [*self.config["Entrypoint"], *self.config["Cmd"]]
        surroundings = {
            "PATH": os.environ["PATH"], "ROOT": str(self.root), "LENT": str(self.lent), "USER": number,
            "GROUP": group, "FOLDER": self.config["WorkingDir"], "VOLUMES": " ".join(self.config["Volumes"]),
        }  # fmt: skip
        log = self.lent / "log"
        enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", ENTER, "sh"]
        with log.open("wb") as output:
            holder = subprocess.Popen(
                [*enter, *given, *command], env=surroundings,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            process = Process(_child(holder.pid))
            yield process
            began = time.monotonic()
            os.kill(process.number, signal.SIGTERM)
            status = holder.wait(STOP_SECONDS)
            told(f"SIGTERM ends it with status {status} in {time.monotonic() - began:.1f} s", status == 0)
        except BaseException:
            print(log.read_text(errors="replace")[-3000:])
            raise
        finally:
            holder.kill()
            holder.wait()


def _child(parent: int) -> int:
    for _ in range(100):
        if found := Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            return int(found[0])
        time.sleep(0.05)
    raise SystemExit("image: FAILED: it does not start")


def wait_until(path: str, process: Process) -> None:
    """Until the page answers 200."""
    began = time.monotonic()
    while (status := _answer(path)) != 200:
        alive = Path(f"/proc/{process.number}").exists()
        if time.monotonic() - began > START_SECONDS or not alive:
            told(f"{path} answers {status}", holds=False)
        time.sleep(0.1)
    told(f"{path} answers after {time.monotonic() - began:.1f} s, {process.work:.1f} s of processor time")


def _answer(path: str, home: str = HOME) -> int:
    """The status with which the page answers; 0 while nothing listens."""
    try:
        with urllib.request.urlopen(home + path, timeout=5) as found:  # noqa: S310
            return int(found.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def layers(described: Mapping[str, Any]) -> list[int]:
    """The bytes of each layer."""
    return [int(layer["size"]) for layer in json.loads(described["Manifest"])["layers"]]


def try_playground(image: Image) -> None:
    """As it is: who it runs as, what it may write, and its own health check."""
    with image.running() as process:
        wait_until("/healthz", process)
        wait_until("/", process)
        user, status = image.owner[0], process.status
        told(f"it runs as user {user}", status["Uid"].split() == [user] * 4 and user != "0")
        told(
            "it has no capability and gains none",
            int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1",
        )
        told("its root is read-only", b"Read-only" in process.run("touch", "/opt/throughline/new").stderr)
        kind, *check = image.config["Healthcheck"]["Test"]
        told("its health check passes", kind == "CMD" and process.run(*check).returncode == 0)


def try_databases(image: Image) -> None:
    """On PostgreSQL: by settings in the environment, as in compose.yaml; by files, as in Kubernetes."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["bot"]["environment"]
    (image.lent / "hosts").write_text("127.0.0.1 localhost database\n")
    with running_server() as server:
        server.execute("CREATE ROLE throughline LOGIN")
        server.execute("CREATE DATABASE throughline OWNER throughline")
        address = f"postgresql://throughline:throughline@database:{server.port}/throughline"
        with image.running(**{name: str(value) for name, value in compose.items()} | SECRETS | {
            "DATABASE_URL": address, "PUBLIC_URL": "https://learn.example.org",
        }) as process:  # fmt: skip
            wait_until("/readyz", process)
            told("compose.yaml: ready on PostgreSQL, whose tables it made")
        secrets = image.lent / "secrets/throughline"
        secrets.mkdir()
        for name, value in (SECRETS | {"DATABASE_URL": address}).items():
            (secrets / name).write_text(value)
        with image.running(**kubernetes_settings()) as process:
            wait_until("/readyz", process)
            told("kubernetes.yaml: ready with its secrets as files")
            port = kubernetes_settings()["METRICS_PORT"]
            apart = (_answer("/metrics", HOME.replace("8700", port)), _answer("/metrics"))
            told("its metrics stand on their own port alone", apart == (200, 404))


def kubernetes_settings() -> dict[str, str]:
    """What docs/deploy/kubernetes.yaml sets in the container."""
    deployment = next(yaml.safe_load_all((ROOT / "docs/deploy/kubernetes.yaml").read_text()))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one["value"] for one in container["env"]}


def main() -> None:
    """Try it all; a line for each thing that holds."""
    described, base = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
    above = sum(layers(described)[len(layers(base)) :])
    told(f"{above / 1e6:.1f} MB above the base of {sum(layers(base)) / 1e6:.0f} MB", above <= MOST_BYTES)
    with tempfile.TemporaryDirectory(prefix="throughline-image-") as name:
        lent = Path(name)
        lent.chmod(0o755)
        (lent / "secrets").mkdir()
        (lent / "hosts").write_text("127.0.0.1 localhost\n")
        image = Image(described["Docker"]["config"], Path(sys.argv[3]), lent)
        try_playground(image)
        try:
            try_databases(image)
        except PostgresMissing as error:
            print(f"left out: the image on PostgreSQL ({error})")


if __name__ == "__main__":
    main()
