"""The manifests of docs/deploy are valid, and say what the bot needs."""

from __future__ import annotations

import re
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.architecture.imports import ROOT

OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "docs/deploy/kubernetes.yaml").read_text()))


@pytest.mark.parametrize("wanted", OBJECTS, ids=[one["kind"] for one in OBJECTS])
def test_each_object_is_one_that_kubernetes_takes(wanted: dict[str, Any]) -> None:
    kubernetes_validate.validate(wanted, "1.30", strict=True)


def test_a_field_that_kubernetes_does_not_know_is_found() -> None:
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(OBJECTS[0] | {"replica": 2}, "1.30", strict=True)


def test_no_secret_stands_in_the_environment_of_a_process() -> None:
    (container,) = OBJECTS[0]["spec"]["template"]["spec"]["containers"]
    names = {one["name"] for one in container["env"]}
    secret = re.compile("SECRET|TOKEN|PASSWORD|DATABASE_URL")
    assert {name for name in names if secret.search(name)} == {"SECRETS_DIR"}
    assert container["securityContext"]["readOnlyRootFilesystem"]


def test_both_processes_read_the_same_keys_of_open_forms_and_nothing_else_is_written() -> None:
    """Else an answer sealed by one is unreadable to the other; an image's own volumes are no promise here."""
    spec = OBJECTS[0]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    mounted = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    (volumes,) = re.findall(r"^VOLUME (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert set(volumes.split()) <= set(mounted)
    (keys,) = (one for one in spec["volumes"] if one["name"] == mounted["/var/lib/throughline-keys"])
    (claim,) = (one for one in OBJECTS if one["kind"] == "PersistentVolumeClaim")
    assert keys["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
