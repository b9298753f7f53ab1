"""The running service: started here, or, with SERVICE_URL, where it is, as in a container."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = json.loads((Path(__file__).parent / "example_request.json").read_text())
Service = tuple[str, subprocess.Popen[str] | None]


@pytest.fixture(scope="module")
def service(trained_once: Path) -> Iterator[Service]:
    """Its address, and its process where it is ours."""
    if url := os.environ.get("SERVICE_URL"):
        yield url.rstrip("/"), None
        return
    command = [sys.executable, "-m", "uvicorn", "project.api:app", "--port", "0"]
    closed = ("PREDICT_JWT_SECRET", "PREDICT_PROBE_KEY", "LOG_LEVEL")
    env = {name: value for name, value in os.environ.items() if name not in closed}
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=trained_once,
        env=env | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            said = read_log(process, "Uvicorn running on")
            yield said["message"].split()[3], process
        finally:
            process.terminate()


def read_log(process: subprocess.Popen[str], message: str) -> dict[str, Any]:
    """The next line with these words; every line on the way is JSON, or this fails."""
    assert process.stdout is not None
    for text in process.stdout:
        line = json.loads(text)
        if message in line["message"]:
            return line
    pytest.fail("the service stopped by itself")


def ask(url: str, path: str, body: object = None) -> tuple[int, str]:
    token = os.environ.get("PREDICT_TOKEN")
    headers = {"content-type": "application/json"}
    headers |= {"authorization": f"Bearer {token}"} if token else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_is_well(service: Service) -> None:
    status, text = ask(service[0], "/health")
    assert (status, json.loads(text)["status"]) == (200, "ok")


def test_it_predicts_and_says_with_what(service: Service) -> None:
    status, text = ask(service[0], "/predict", EXAMPLE)
    answer, about = json.loads(text), json.loads(ask(service[0], "/metadata")[1])
    assert status == 200
    assert len(answer["predictions"]) == len(EXAMPLE["instances"])
    assert answer["request_id"] == EXAMPLE["request_id"]
    assert answer["model_version"] == about["model_version"]
    assert answer["api_version"] == about["api_version"]


def test_it_refuses_what_breaks_the_contract(service: Service) -> None:
    assert ask(service[0], "/predict", {"instances": []})[0] == 422


def test_it_counts_what_it_answered(service: Service) -> None:
    def count() -> float:
        lines = ask(service[0], "/metrics")[1].splitlines()
        wanted = 'requests_total{path="/predict",status="200"} '
        return sum(float(line.split()[-1]) for line in lines if line.startswith(wanted))

    before = count()
    ask(service[0], "/predict", EXAMPLE)
    assert count() == before + 1


def test_it_logs_each_answer_as_json(service: Service) -> None:
    url, process = service
    ask(url, "/predict", EXAMPLE | {"request_id": 'a "quoted"\nid {x}'})
    if process is None:
        return  # its log is elsewhere
    line = read_log(process, "predicting")
    while line["request_id"] != 'a "quoted"\nid {x}':
        line = read_log(process, "predicting")
    assert line["rows"] == len(EXAMPLE["instances"])
    answered = read_log(process, "answered")
    assert {"level": "INFO", "method": "POST", "path": "/predict", "status": 200}.items() <= (
        answered.items()
    )
