"""The manifests: of their schema, without rights, watched, and in agreement with the settings."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from kubernetes_validate.utils import ValidationError, validate
from starlette.routing import Route

from adapters.entrypoints import watching
from adapters.settings import PREFIX, Settings
from adapters.web import health
from events import topology
from tests.integration.test_http_access import OPEN

DEPLOY = Path(__file__).parents[2] / "deploy"
FOLDER = DEPLOY / "kubernetes"
VERSION = "1.33"
"""Of Kubernetes, by whose schemas the manifests are judged."""

Document = dict[str, Any]


def read(*folders: str) -> list[tuple[str, Document]]:
    """The manifests of some folders, by file and name."""
    found: list[tuple[str, Document]] = []
    for folder in folders:
        for path in sorted((FOLDER / folder).glob("*.yaml")):
            if path.name != "kustomization.yaml":
                documents = yaml.safe_load_all(path.read_text(encoding="utf-8"))
                found += [(f"{path.stem} {one['kind']} {one['metadata']['name']}", one) for one in documents]
    return found


ALL = read("base", "components/keda", "components/hpa", "overlays/example")
BUILT_IN = [(name, one) for name, one in ALL if "keda.sh" not in one["apiVersion"]]
WORKLOADS = [(name, one) for name, one in ALL if one["kind"] in {"Deployment", "StatefulSet", "Job"}]
KUSTOMIZATION = yaml.safe_load((FOLDER / "base" / "kustomization.yaml").read_text(encoding="utf-8"))
SETTINGS = dict(literal.split("=", 1) for literal in KUSTOMIZATION["configMapGenerator"][0]["literals"])


def named(name: str) -> Document:
    """The workload of a name."""
    (found,) = (one for _, one in WORKLOADS if one["metadata"]["name"] == name)
    return found


def pod(workload: Document) -> Document:
    """What its pods are."""
    found: Document = workload["spec"]["template"]["spec"]
    return found


def judged(document: Document) -> None:
    """By the schema of the API that the document names."""
    validate(document, VERSION, strict=True)


@pytest.mark.parametrize("document", [one for _, one in BUILT_IN], ids=[name for name, _ in BUILT_IN])
def test_each_manifest_is_of_its_schema(document: Document) -> None:
    """No field that Kubernetes does not know, none that it misses."""
    judged(document)


def test_a_wrong_field_would_be_seen() -> None:
    """The judge judges."""
    with pytest.raises(ValidationError):
        judged({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"portz": []}})


@pytest.mark.parametrize("workload", [one for _, one in WORKLOADS], ids=[name for name, _ in WORKLOADS])
def test_no_container_has_rights_or_takes_what_it_likes(workload: Document) -> None:
    """Not root, nothing writable but what is mounted, no capability, no token of the cluster's, a bound on memory."""
    assert pod(workload)["securityContext"]["runAsNonRoot"] is True
    assert pod(workload)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod(workload)["automountServiceAccountToken"] is False
    for container in pod(workload)["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", ["web", "worker", "nats"])
def test_what_runs_for_ever_is_probed_and_leaves_in_turn(name: str) -> None:
    """Three probes at ports that the container has; a budget for disruptions that means its pods."""
    workload = named(name)
    for container in pod(workload)["containers"]:
        ports = {port["name"] for port in container["ports"]}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["port"] in ports
    budgets = [one["spec"] for _, one in ALL if one["kind"] == "PodDisruptionBudget" and one["metadata"]["name"] == name]
    assert [budget["selector"] for budget in budgets] == [workload["spec"]["selector"]]
    labels = workload["spec"]["template"]["metadata"]["labels"]
    assert workload["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_probes_ask_what_is_answered_without_a_key() -> None:
    """The web's and the worker's own routes; one that is not there, or wants a key, would have good pods ended."""
    worker = watching.application(cast("Any", None), cast("Any", None), list)
    routes = {"web": health.router.routes, "worker": worker.routes}
    for name, given in routes.items():
        known = {route.path for route in given if isinstance(route, Route)} & OPEN
        (container,) = pod(named(name))["containers"]
        asked = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        assert asked <= known
        assert container["livenessProbe"]["httpGet"]["path"] == "/healthz", "a server that is away is no reason to end a pod"


def test_both_installations_migrate_before_and_after_the_change_of_releases() -> None:
    """What comes before runs by itself and lets workers and web wait; what comes after runs when somebody says so."""
    jobs = {name: named(name) for name in ("migrate", "migrate-after")}
    assert {name: pod(job)["containers"][0]["args"] for name, job in jobs.items()} == {
        "migrate": ["migrate", "--before"],
        "migrate-after": ["migrate", "--after"],
    }
    assert {name: job["spec"].get("suspend", False) for name, job in jobs.items()} == {"migrate": False, "migrate-after": True}
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["migrate"]["command"] == ["migrate", "--before"]
    assert services["migrate-after"]["command"] == ["migrate", "--after"]
    assert (services["migrate"].get("profiles"), services["migrate-after"]["profiles"]) == (None, ["after"])
    for name in ("worker-1", "worker-2", "web"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_only_who_migrates_signs_in_as_the_owner_of_the_tables() -> None:
    """Neither workers nor web are given the owner's URL, and the two sign in as different people."""
    for name, workload in WORKLOADS:
        given = [one for container in pod(workload)["containers"] for one in container.get("envFrom", [])]
        assert ({"secretRef": {"name": "kervan-owner"}} in given) is name.startswith("migrate "), name
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    owners = {name for name, one in services.items() if "KERVAN_OWNER_URL" in one.get("environment", {})}
    assert owners == {"migrate", "migrate-after"}
    assert "//kervan:" in services["migrate"]["environment"]["KERVAN_OWNER_URL"]
    assert "//kervan_app:" in services["web"]["environment"]["KERVAN_DATABASE_URL"]


def test_workers_and_web_are_replaced_one_by_one() -> None:
    """A rollout begins the new one before it ends the old one, and gives that one time to hand back what it holds."""
    for name in ("worker", "web"):
        assert named(name)["spec"]["strategy"] == {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
        assert pod(named(name))["terminationGracePeriodSeconds"] >= 30


def spelled() -> Iterator[tuple[str, str]]:
    """Where a variable of Kervan's is named, and which."""
    for name, workload in WORKLOADS:
        for container in pod(workload)["containers"]:
            yield from ((name, entry["name"]) for entry in container["env"])
    yield from (("settings", variable) for variable in SETTINGS)
    example = (FOLDER / "overlays" / "example" / "secrets.env.example").read_text(encoding="utf-8")
    yield from (("secrets", variable) for variable in re.findall(r"^#?(KERVAN_\w+)=", example, re.MULTILINE))
    for variable in re.findall(rf"^ +({PREFIX}\w+):", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"), re.MULTILINE):
        yield "compose", variable


@pytest.mark.parametrize(("where", "variable"), sorted({(where, name) for where, name in spelled() if name.startswith(PREFIX)}))
def test_every_variable_is_a_setting(where: str, variable: str) -> None:
    """A misspelt one would be ignored without a word; the broker's password is the servers' own."""
    field = variable.removeprefix(PREFIX).split("__")[0].lower()
    assert field in Settings.model_fields or variable == "KERVAN_NATS_PASSWORD"


@pytest.mark.parametrize("text", [str(SETTINGS), (DEPLOY / "compose.yaml").read_text(encoding="utf-8")], ids=["k8s", "compose"])
def test_the_brokers_authority_is_the_brokers_alone(text: str) -> None:
    """A variable of TLS's own would put it in the place of all public ones: no courier and no bank could be asked any more."""
    assert "KERVAN_BROKER_CA" in text
    assert not re.search(r"SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE", text)


def test_what_a_proxy_says_of_who_asks_is_believed_from_inside_alone() -> None:
    """It stands before the web on an address of the cluster's, or of the engine's; whoever is outside is never believed.

    Unheard, all callers would be one, and cookies would not be marked for TLS.
    """
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    in_compose = services["web"]["environment"]["FORWARDED_ALLOW_IPS"].partition(":-")[2].rstrip("}")
    for believed, proxy in ((SETTINGS["FORWARDED_ALLOW_IPS"], "10.244.3.7"), (in_compose, "172.18.0.1")):
        networks = [ip_network(one) for one in believed.split(",")]
        assert all(network.is_private or network == ip_network("100.64.0.0/10") for network in networks)
        assert any(ip_address(proxy) in network for network in networks)


@dataclass(frozen=True)
class End:
    """One end of a connection: a pod by its labels and those of its namespace, or an address outside of the cluster."""

    pod: tuple[tuple[str, str], ...] = ()
    namespace: tuple[tuple[str, str], ...] = ()
    address: str = ""

    @property
    def ours(self) -> bool:
        """Whether our policies are about it."""
        return ("app.kubernetes.io/part-of", "kervan") in self.pod


def ours(workload: str) -> End:
    """A pod of a workload, as kustomize labels it."""
    labels = named(workload)["spec"]["template"]["metadata"]["labels"] | {"app.kubernetes.io/part-of": "kervan"}
    return End(tuple(labels.items()), (("kubernetes.io/metadata.name", "kervan"),))


def theirs(**may: str) -> End:
    """A pod of somebody else's in a namespace with such labels."""
    return End((("app", "theirs"),), tuple((f"kervan.example/{name}", value) for name, value in may.items()))


def selected(selector: Document, labels: tuple[tuple[str, str], ...]) -> bool:
    """Whether a selector means these labels; an empty one means all."""
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= dict(labels).items()


def meant(peer: Document, other: End) -> bool:
    """Whether a rule's peer is the other end."""
    if "ipBlock" in peer:
        block = ip_network(peer["ipBlock"]["cidr"])
        address = ip_address(other.address) if other.address else None
        return (
            address is not None
            and address in block
            and not any(address in ip_network(x) for x in peer["ipBlock"].get("except", []))
        )
    if other.address:
        return False
    if "namespaceSelector" not in peer and not other.ours:  # the policies' own namespace
        return False
    return selected(peer.get("namespaceSelector", {}), other.namespace) and selected(peer.get("podSelector", {}), other.pod)


def lets(way: str, this: End, other: End, port: int) -> bool:
    """Whether our policies let a pod of ours be asked (``ingress``) or ask (``egress``)."""
    rules = [
        rule
        for _, one in ALL
        if one["kind"] == "NetworkPolicy" and selected(one["spec"]["podSelector"], this.pod)
        for rule in one["spec"].get(way, [])
    ]
    side = "from" if way == "ingress" else "to"
    return any(
        any(meant(peer, other) for peer in rule[side]) and port in {one["port"] for one in rule["ports"]} for rule in rules
    )


def reaches(asks: End, asked: End, port: int) -> bool:
    """Whether a connection comes to be: each end that is ours must let it."""
    return (not asks.ours or lets("egress", asks, asked, port)) and (not asked.ours or lets("ingress", asked, asks, port))


PROXY, WATCHING, STRANGER = theirs(may="ingress"), theirs(may="monitoring"), theirs()
NAMES = End((("k8s-app", "kube-dns"),), (("kubernetes.io/metadata.name", "kube-system"),))
BESIDE = End((("app", "other"),), (("kubernetes.io/metadata.name", "kervan"),))
"""Somebody else's pod in Kervan's own namespace."""


@pytest.mark.parametrize(
    ("asks", "asked", "port"),
    [
        *[(ours(one), ours("nats"), 4222) for one in ("web", "worker")],
        *[(ours(one), STRANGER, 5432) for one in ("web", "worker", "migrate", "migrate-after")],
        *[(ours("worker"), End(address=one), 5432) for one in ("10.3.0.5", "172.20.1.1", "192.168.7.7", "fd00::5")],
        *[(ours(one), End(address=outside), 443) for one in ("web", "worker") for outside in ("212.58.6.1", "2a00:1450::1")],
        *[(ours(one), WATCHING, 4318) for one in ("web", "worker")],
        *[(ours(one), NAMES, 53) for one in ("web", "worker", "migrate", "nats")],
        (ours("nats"), ours("nats"), 6222),
        (PROXY, ours("web"), 8080),
        (WATCHING, ours("web"), 8080),
        (WATCHING, ours("worker"), 8081),
        (WATCHING, ours("nats"), 8222),
    ],
)
def test_the_policies_let_through_all_that_is_needed(asks: End, asked: End, port: int) -> None:
    """Broker, database, names, counterparts, traces; the proxy, Prometheus and the scaler."""
    assert reaches(asks, asked, port)


@pytest.mark.parametrize(
    ("asks", "asked", "port"),
    [
        *[(STRANGER, ours(one), port) for one, port in (("web", 8080), ("worker", 8081), ("nats", 4222), ("nats", 8222))],
        *[(BESIDE, ours(one), port) for one, port in (("web", 8080), ("nats", 4222), ("nats", 6222))],
        (PROXY, ours("worker"), 8081),
        (PROXY, ours("nats"), 4222),
        (WATCHING, ours("nats"), 4222),
        (ours("web"), ours("nats"), 6222),
        (ours("nats"), End(address="212.58.6.1"), 443),
        (ours("nats"), STRANGER, 5432),
        *[
            (ours("worker"), End(address=one), 443)
            for one in ("10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "fd00::1", "64:ff9b::a00:1")
        ],
        (ours("web"), STRANGER, 443),
        (ours("web"), End(address="212.58.6.1"), 25),
    ],
)
def test_the_policies_let_nothing_else_through(asks: End, asked: End, port: int) -> None:
    """Nobody speaks to the broker but Kervan, nobody to the web but the proxy, and no call leads into the network."""
    assert not reaches(asks, asked, port)


def test_ports_streams_and_copies_agree() -> None:
    """What is spelled twice is spelled alike: settings, ports, servers, and what the scaler asks for."""
    (worker,) = pod(named("worker"))["containers"]
    assert [port["containerPort"] for port in worker["ports"]] == [int(SETTINGS["KERVAN_METRICS_PORT"])]
    replicas = named("nats")["spec"]["replicas"]
    assert SETTINGS["KERVAN_BROKER_REPLICAS"] == str(replicas)
    (url,) = (entry["value"] for entry in worker["env"] if entry["name"] == "KERVAN_BROKER_URL")
    assert re.findall(r"@([\w.-]+):", url) == [f"nats-{n}.nats" for n in range(replicas)]
    (trigger,) = next(one for _, one in ALL if one["kind"] == "ScaledObject")["spec"]["triggers"]
    assert trigger["metadata"]["stream"] == topology.STREAM_IN
    assert trigger["metadata"]["consumer"] == topology.ENGINE


def test_what_is_for_those_who_watch_stays_inside() -> None:
    """Nobody outside is led to figures or health; everything else is the web side's."""
    (ingress,) = (one for _, one in ALL if one["kind"] == "Ingress")
    (rule,) = ingress["spec"]["rules"]
    led = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert led == {"/metrics": "nowhere", "/readyz": "nowhere", "/healthz": "nowhere", "/": "web"}
    assert "nowhere" not in {one["metadata"]["name"] for _, one in ALL if one["kind"] == "Service"}


def test_servers_of_nats_are_set_up_alike_in_both_installations() -> None:
    """But for the servers' names and the folder of the process id."""
    ours, theirs = ((folder / "node.conf").read_text().splitlines() for folder in (FOLDER / "base", DEPLOY / "nats"))
    apart = re.compile(r" *(#|routes:|pid_file:|listen: \"\$)")
    assert [line for line in ours if not apart.match(line)] == [line for line in theirs if not apart.match(line)]
    assert (FOLDER / "base" / "users.conf").read_text() == (DEPLOY / "nats" / "users.conf").read_text()


def test_every_file_is_part_of_its_kustomization() -> None:
    """A manifest that nobody lists is not there."""
    for path in FOLDER.rglob("kustomization.yaml"):
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))["resources"]
        assert {one.name for one in path.parent.glob("*.yaml")} - {path.name} == {one for one in listed if "/" not in one}


def test_the_example_can_be_built(tmp_path: Path) -> None:
    """With secrets and certificates beside it, as its first lines say; what comes out is of its schema too."""
    build = ["kubectl", "kustomize"] if shutil.which("kubectl") else ["kustomize", "build"]
    if shutil.which(build[0]) is None:
        pytest.skip("KUBECTL AND KUSTOMIZE ARE MISSING: THE OVERLAY WAS NOT BUILT")
    shutil.copytree(FOLDER, tmp_path / "kubernetes")
    example = tmp_path / "kubernetes" / "overlays" / "example"
    for name in ("secrets", "owner"):
        shutil.copy(example / f"{name}.env.example", example / f"{name}.env")
    (example / "certificates").mkdir(exist_ok=True)
    for name in ("ca.crt", "nats.crt", "nats.key"):
        (example / "certificates" / name).touch()
    done = subprocess.run([*build, str(example)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    documents = list(yaml.safe_load_all(done.stdout))
    for document in documents:
        if "keda.sh" not in document["apiVersion"]:
            judged(document)
    by_name = {(one["kind"], one["metadata"]["name"]): one for one in documents}
    worker = by_name["Deployment", "worker"]
    assert "replicas" not in worker["spec"], "the scaler says how many"
    assert worker["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/part-of"] == "kervan"
    (secret,) = (one for one in documents if one["kind"] == "Secret" and one["metadata"]["name"].startswith("kervan-secrets-"))
    (container,) = pod(worker)["containers"]
    assert container["image"] == "registry.example/kervan:0.1.0"
    assert {"secretRef": {"name": secret["metadata"]["name"]}} in container["envFrom"], "a new secret restarts the pods"
