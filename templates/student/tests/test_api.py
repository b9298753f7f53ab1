import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from project.data import load_contract, load_dataset, load_params
from project.train import METADATA, MODEL, load_api_version

EXAMPLE = json.loads((Path(__file__).parent / "example_request.json").read_text())


def count_predictions(client: TestClient, status: int) -> float:
    wanted = f'requests_total{{path="/predict",status="{status}"}} '
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(wanted))


def test_without_a_model_it_says_so(project: Path, client: TestClient) -> None:
    assert client.get("/health").status_code == 503
    assert client.get("/metadata").status_code == 503
    assert client.post("/predict", json=EXAMPLE).status_code == 503


def test_it_recovers_when_there_is_a_model(
    project: Path, client: TestClient, pipeline: Callable[[], None]
) -> None:
    assert client.get("/health").status_code == 503
    pipeline()
    assert client.get("/health").status_code == 200


def test_a_model_that_is_not_the_described_one_is_refused(
    trained: Path, client: TestClient
) -> None:
    MODEL.write_bytes(MODEL.read_bytes() + b"x")
    assert client.get("/health").status_code == 503


def test_it_predicts_a_batch(trained: Path, client: TestClient) -> None:
    answer = client.post("/predict", json=EXAMPLE)
    assert answer.status_code == 200
    predictions = answer.json()["predictions"]
    assert len(predictions) == len(EXAMPLE["instances"])
    if load_params().get("task") == "regression":
        assert all(isinstance(prediction, float) for prediction in predictions)
    else:
        known = load_dataset()[load_params()["target"]].tolist()
        assert all(prediction in known for prediction in predictions)


@pytest.mark.parametrize("request_id", ["example-1", 17, None])
def test_the_request_id_comes_back(trained: Path, client: TestClient, request_id: Any) -> None:
    answer = client.post("/predict", json=EXAMPLE | {"request_id": request_id})
    assert answer.json()["request_id"] == request_id


def test_each_answer_names_both_versions(trained: Path, client: TestClient) -> None:
    answer = client.post("/predict", json=EXAMPLE).json()
    assert answer["api_version"] == load_api_version()
    assert answer["model_version"] == load_params()["model_version"]
    assert client.get("/metadata").json() == json.loads(METADATA.read_text())


def test_metadata_names_the_api_that_answers(trained: Path, client: TestClient) -> None:
    METADATA.write_text(json.dumps(json.loads(METADATA.read_text()) | {"api_version": "0.9.0"}))
    assert client.get("/metadata").json()["api_version"] == load_api_version()


def test_metadata_says_whose_service_it_is(
    trained: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRACTICUM_REPOSITORY", "course/weather-ada")
    answer = client.get("/metadata", headers={"Practicum-Nonce": "a1"}).json()
    assert (answer["nonce"], answer["repository"]) == ("a1", "course/weather-ada")


GOOD = EXAMPLE["instances"][0]
RULES = {name: load_contract()["columns"][name] for name in load_params()["features"]}


def spoil() -> list[dict[str, Any]]:
    """The good row with one cell that breaks the contract, in every way that the contract has."""
    changes: list[tuple[str, Any]] = []
    for name, rule in RULES.items():
        number = rule["type"] in ("number", "integer")
        changes += [(name, ["a list"]), (name, {})]
        changes += [(name, True), (name, 10**400), (name, "strong")] if number else [(name, 7)]
        changes += [(name, None)] if not rule.get("nullable") else []
        changes += [(name, rule["min"] - 1)] if number and "min" in rule else []
        changes += [(name, rule["max"] + 1)] if number and "max" in rule else []
        changes += [(name, "no such value")] if "values" in rule else []
    return [GOOD | {name: value} for name, value in changes]


@pytest.mark.parametrize("body", [{}, {"instances": []}, {"instances": [5]}])
def test_a_bad_body_is_refused(trained: Path, client: TestClient, body: Any) -> None:
    assert client.post("/predict", json=body).status_code == 422


@pytest.mark.parametrize("row", spoil())
def test_a_bad_row_is_refused(trained: Path, client: TestClient, row: Any) -> None:
    assert client.post("/predict", json={"instances": [GOOD, row]}).status_code == 422


def test_a_row_without_its_cells_is_refused(trained: Path, client: TestClient) -> None:
    status = client.post("/predict", json={"instances": [{}]}).status_code
    assert status == (200 if all(rule.get("nullable") for rule in RULES.values()) else 422)


def test_what_is_not_json_is_refused(trained: Path, client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    name = next(iter(GOOD))
    for value in ("NaN", "Infinity", "{"):
        content = json.dumps({"instances": [GOOD | {name: "@"}]}).replace('"@"', value)
        answer = client.post("/predict", content=content, headers=headers)
        assert answer.status_code == 422


def test_other_columns_of_a_row_are_ignored(trained: Path, client: TestClient) -> None:
    answer = client.post("/predict", json={"instances": [GOOD | {"no such column": 1}]})
    assert answer.status_code == 200


def test_metrics_count_every_answer(trained: Path, client: TestClient) -> None:
    before = (count_predictions(client, 200), count_predictions(client, 422))
    for _ in range(3):
        client.post("/predict", json=EXAMPLE)
    client.post("/predict", json={"instances": []})
    assert (count_predictions(client, 200), count_predictions(client, 422)) == (
        before[0] + 3,
        before[1] + 1,
    )
