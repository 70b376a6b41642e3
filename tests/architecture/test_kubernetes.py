"""The manifests of docs/deploy are valid, and say what the bot needs."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.architecture.imports import ROOT

OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "docs/deploy/kubernetes.yaml").read_text()))


@pytest.mark.parametrize(
    "wanted", OBJECTS, ids=[f"{one['kind']} {one['metadata']['name']}" for one in OBJECTS]
)
def test_each_object_is_one_that_kubernetes_takes(wanted: dict[str, Any]) -> None:
    import kubernetes_validate  # here, so that only the process with these tests pays for it

    kubernetes_validate.validate(wanted, "1.30", strict=True)


def test_a_field_that_kubernetes_does_not_know_is_found() -> None:
    import kubernetes_validate

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


def test_metrics_stand_on_a_port_of_their_own_that_prometheus_finds_and_the_ingress_does_not() -> None:
    """Settings, container, annotations and services name the same port; the pages' service has another."""
    template = OBJECTS[0]["spec"]["template"]
    (container,) = template["spec"]["containers"]
    given = {one["name"]: one["value"] for one in container["env"]}
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert given["METRICS_PORT"] == str(ports["metrics"]) != str(ports["http"])
    found = {
        name.removeprefix("prometheus.io/"): value
        for name, value in template["metadata"]["annotations"].items()
    }
    assert found == {"scrape": "true", "port": given["METRICS_PORT"], "path": "/metrics"}
    services = {one["metadata"]["name"]: one["spec"] for one in OBJECTS if one["kind"] == "Service"}
    assert [one["targetPort"] for one in services["throughline"]["ports"]] == ["http"]
    metrics = services["throughline-metrics"]
    assert [one["targetPort"] for one in metrics["ports"]] == ["metrics"]
    assert metrics["clusterIP"] == "None", "each process is asked, not whichever comes first"
    assert metrics["selector"].items() <= template["metadata"]["labels"].items()
