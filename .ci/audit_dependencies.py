"""Are the locked dependencies sound: do the locks fit the project, do they fit together, any known hole?

Known holes come from the OSV advisory service. Where it cannot be reached the run says so in one
`note:` line and rests on the checks that need no network. Exit 1 when anything is wrong.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ADVISORIES = "https://api.osv.dev/v1/query"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>.*)$", re.MULTILINE)
SECONDS = 300


def pins(lock: Path) -> dict[str, str]:
    """Each package in the lock that is for this system, with its exact version."""
    found: dict[str, str] = {}
    for match in PIN.finditer(lock.read_text()):
        requirement = Requirement(match.group(0).rstrip(" \\"))
        if requirement.marker is None or requirement.marker.evaluate():
            found[canonicalize_name(requirement.name)] = match["version"]
    return found


def misfits(requirements: list[str], locked: dict[str, str], lock: str) -> list[str]:
    """What the project asks for and the lock does not give."""
    wrong = []
    for requirement in map(Requirement, requirements):
        version = locked.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            wrong.append(
                f"{lock}: {requirement} is asked for, {version or 'nothing'} is locked: run make lock"
            )
    return wrong


def lock_faults() -> list[str]:
    """Where pyproject.toml, the two locks and the installed packages disagree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["build-system"]["requires"]
    checks = project["project"]["optional-dependencies"]["dev"]
    run, dev = pins(ROOT / "requirements/run.lock"), pins(ROOT / "requirements/dev.lock")
    wrong = misfits(asked, run, "run.lock") + misfits(asked + checks, dev, "dev.lock")
    wrong += [f"dev.lock: {name} differs from run.lock" for name in run if dev.get(name) != run[name]]
    installed: dict[str, str] = {
        canonicalize_name(d.metadata["Name"]): d.version for d in metadata.distributions()
    }
    for name, version in dev.items():
        if installed.get(name) != version:
            wrong.append(
                f"installed: {name} {installed.get(name, 'is missing')}, locked {version}: run make setup"
            )
    return wrong


def known_holes(advisories: str) -> list[str] | None:
    """Each locked package with a known hole, and what mends it; None when the service is not reached."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    command += ["--progress-spinner", "off", "--vulnerability-service", "osv", "--osv-url", advisories]
    command += ["--requirement", str(ROOT / "requirements/dev.lock")]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None
    if not done.stdout.strip():
        if "ConnectionError" in done.stderr or "ServiceError" in done.stderr:
            return None
        raise SystemExit(f"audit: the check itself failed: {done.stderr.strip()[-2000:]}")
    found = json.loads(done.stdout)["dependencies"]
    return [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {hole['fix_versions'] or '(none)'}"
        for package in found
        for hole in package.get("vulns", [])
    ]


def main() -> int:
    """Print every fault; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--advisories", default=ADVISORIES, help="address of the advisory service")
    advisories = parser.parse_args().advisories

    wrong = lock_faults()
    together = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    if together.returncode != 0:
        wrong += together.stdout.strip().splitlines()
    holes = known_holes(advisories)
    if holes is None:
        print("note: audit: the advisory service is not reached; checked only that locks and packages fit")
    wrong += holes or []

    for line in wrong:
        print(f"audit: {line}")
    print(f"audit: {len(wrong)} faults in {len(pins(ROOT / 'requirements/dev.lock'))} locked packages")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
