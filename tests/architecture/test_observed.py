"""What alerts and dashboard speak of is measured, and for every alert there is something to do."""

import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from adapters import metrics
from workflow.attention import Reason
from workflow.stages import Stage

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text(encoding="utf-8"))
TESTS = yaml.safe_load((DEPLOY / "prometheus" / "rules.test.yml").read_text(encoding="utf-8"))
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboards" / "kervan.json").read_text(encoding="utf-8"))
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
RUNBOOK = (DEPLOY / "runbook.md").read_text(encoding="utf-8")


def exposed() -> str:
    """All that web and workers expose together."""
    caller = SimpleNamespace(fare=SimpleNamespace(totals=Counter(answered=1)), breaker=SimpleNamespace(left_s=0.0))
    pool = SimpleNamespace(get_size=lambda: 1, get_idle_size=lambda: 1, get_max_size=lambda: 1)
    intake = SimpleNamespace(totals=Counter(applied=1), batches=1, seconds=1.0)
    stages = [{"stage": stage.value, "count": 1, "overdue": 0, "oldest": None} for stage in Stage]
    given = cast("Any", SimpleNamespace)
    return metrics.exposition(
        metrics.of_build("0"),
        metrics.of_stages(stages, datetime.now(UTC)),
        metrics.of_figures(dict.fromkeys(metrics.FIGURES, 0.0), {Reason.TASK_FAILED: 1}),
        metrics.of_intake(cast("Any", intake)),
        metrics.of_relay(given(published=1, leading=True)),
        metrics.of_pool(cast("Any", pool)),
        metrics.of_callers({("rates", "tcmb"): cast("Any", caller)}),
        metrics.of_webhooks({"stored": 1}),
        metrics.of_broker({}),
    ).decode()


EXPOSED = {line.split("{")[0].split()[0] for line in exposed().splitlines() if not line.startswith("#")}


@pytest.mark.parametrize("expression", [*QUERIES, *(rule["expr"] for rule in ALERTS.values())])
def test_what_is_asked_for_is_measured(expression: str) -> None:
    """A metric that was renamed would leave an alert silent for ever."""
    asked = set(re.findall(r"\b(?:kervan|process)_\w+", expression))
    assert asked <= EXPOSED
    assert asked or "up" in expression


def test_everything_measured_is_shown_or_watched() -> None:
    """What nobody looks at is not worth the scrape; the count of repeats is for the doctor, the release for a look by hand."""
    asked = set(re.findall(r"\bkervan_\w+", " ".join([*QUERIES, *(rule["expr"] for rule in ALERTS.values())])))
    assert {name for name in EXPOSED if name.startswith("kervan_")} - asked == {
        "kervan_repeats",
        "kervan_unacknowledged",
        "kervan_build_info",
    }


SHARED = (
    {"kervan_lag", "kervan_unacknowledged", "kervan_attention", "kervan_shipments", "kervan_shipments_overdue"}
    | {"kervan_stage_oldest_seconds"}
    | {family for family, _ in metrics.FIGURES.values()}
)
"""What each web process tells alike, since all of them ask one database and one broker."""


@pytest.mark.parametrize(
    "expression", [*QUERIES, *(rule["expr"] for name, rule in ALERTS.items() if name != "KervanBrokerSilent")]
)
def test_what_several_webs_tell_alike_counts_once(expression: str) -> None:
    """Summed it would be twice as much with two of them, and each alert would come twice; only who hears no broker is named."""
    for name in set(re.findall(r"\bkervan_\w+", expression)) & SHARED:
        assert re.search(rf"\bmax( by \(\w+\))? \(?\(?(\w+\()?{name}\b|\bmax\((\w+\()?{name}\b", expression), expression


JOBS = set(re.findall(r'job="(kervan-\w+)"', " ".join(rule["expr"] for rule in ALERTS.values()))) | {"kervan-web"}


@pytest.mark.parametrize("file", ["prometheus.yml", "kubernetes.yml"])
def test_every_job_that_alerts_speak_of_is_asked(file: str) -> None:
    """Under another name a worker that is down would go unnoticed, or one that is well be missed for ever."""
    found = yaml.safe_load((DEPLOY / "prometheus" / file).read_text(encoding="utf-8"))
    assert {one["job_name"] for one in found["scrape_configs"]} == JOBS
    assert found["rule_files"] == ["rules.yml"]


def test_in_a_cluster_the_jobs_find_the_pods_of_the_manifests() -> None:
    """By their labels and by the names of their ports."""
    found = yaml.safe_load((DEPLOY / "prometheus" / "kubernetes.yml").read_text(encoding="utf-8"))["scrape_configs"]
    for job in found:
        component = job["job_name"].removeprefix("kervan-")
        documents = yaml.safe_load_all((DEPLOY / "kubernetes" / "base" / f"{component}.yaml").read_text(encoding="utf-8"))
        pod = next(one for one in documents if one["kind"] == "Deployment")["spec"]["template"]
        labels, ports = pod["metadata"]["labels"], [port["name"] for port in pod["spec"]["containers"][0]["ports"]]
        who, port, _ = job["relabel_configs"]
        assert who["regex"] == f"{labels['app.kubernetes.io/name']};{labels['app.kubernetes.io/component']}"
        assert [port["regex"]] == ports


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_says_what_to_do(alert: str) -> None:
    """A row in the runbook, a summary, and how bad it is."""
    assert re.search(rf"^\| `{alert}` \|.*\S.*\|$", RUNBOOK, re.MULTILINE)
    assert ALERTS[alert]["labels"]["severity"] in {"critical", "warning", "info"}
    assert ALERTS[alert]["annotations"]["summary"]


def test_the_runbook_speaks_of_no_alert_that_is_not_there() -> None:
    """A row that outlived its alert misleads."""
    assert set(re.findall(r"^\| `(Kervan\w+)` \|", RUNBOOK, re.MULTILINE)) == set(ALERTS)


def test_every_alert_is_seen_to_fire() -> None:
    """Each has a case in which it must."""
    fired = {case["alertname"] for test in TESTS["tests"] for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert fired == set(ALERTS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "config", "kubernetes.yml"),
        ("check", "rules", "rules.yml"),
        ("test", "rules", "rules.test.yml"),
    ],
)
def test_prometheus_takes_the_rules_and_they_fire_as_their_cases_say(arguments: tuple[str, ...]) -> None:
    """By promtool, Prometheus's own judge."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("PROMTOOL IS MISSING: THE ALERT RULES WERE NOT TRIED (Debian: apt-get install prometheus)")
    done = subprocess.run([promtool, *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False)
    if "field kubernetes_sd_configs not found" in done.stdout + done.stderr:  # Debian's is built without
        pytest.skip("THIS PROMTOOL KNOWS NO KUBERNETES: kubernetes.yml WAS NOT TRIED BY IT")
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_what_is_exposed() -> None:
    """Names, types, units and help as its own judge wants them."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("PROMTOOL IS MISSING: WHAT IS EXPOSED WAS NOT TRIED (Debian: apt-get install prometheus)")
    done = subprocess.run([promtool, "check", "metrics"], input=exposed(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_dashboard_is_one_that_grafana_can_read() -> None:
    """Each panel has its place, its source and its questions, and none lies over another."""
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel["datasource"]["uid"] == "kervan"
        assert panel["targets"]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
