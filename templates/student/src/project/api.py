"""The service: /health, /predict, /metadata and, for Prometheus, /metrics."""

import json
import os
import time
from functools import lru_cache
from typing import Any

import joblib
import pandas as pd
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from loguru import logger
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from pydantic import BaseModel

from project.auth import read_secret, require_caller
from project.data import find_problems, load_contract
from project.logs import start_logs
from project.train import METADATA, MODEL, hash_file, load_api_version

API_VERSION = load_api_version()
LARGEST = 1e300
LONGEST_ID = 100  # of a request's id in the log
REQUESTS = Counter("requests", "Requests answered.", ["path", "status"])
SECONDS = Histogram("request_seconds", "Time to answer.", ["path"])

start_logs()
read_secret()  # a bad secret stops the service here, not at the first request
app = FastAPI(title="project", version=API_VERSION)


class Rows(BaseModel):
    request_id: Any = None  # comes back as it was sent
    instances: list[dict[str, Any]]


@lru_cache(maxsize=1)  # remembers a model once there is one; keeps looking while there is none
def load_model() -> tuple[Any, dict[str, Any]]:
    metadata = json.loads(METADATA.read_text(encoding="utf-8"))
    if hash_file(MODEL) != metadata["model_sha256"]:  # a pickle runs code: load only our own
        raise ValueError(f"{MODEL} is not the file that {METADATA} describes")
    return joblib.load(MODEL), metadata


def require_model() -> tuple[Any, dict[str, Any]]:
    try:
        return load_model()
    except (OSError, ValueError, KeyError) as error:
        raise HTTPException(503, f"no model to serve, run the pipeline: {error}") from error


def is_number(value: Any) -> bool:
    """A finite number; JSON also knows true, NaN and whole numbers of any length."""
    return type(value) in (int, float) and abs(value) < LARGEST


def read_cell(value: Any, rule: dict[str, Any], words: dict[str, Any]) -> Any:
    """Numbers that the data writes in its own way, such as 1.234,5, come as text."""
    if value is None or (isinstance(value, str) and value in ("", *words.get("missing", []))):
        return None
    own_way = "decimal" in words or "thousands" in words
    if own_way and isinstance(value, str) and rule["type"] in ("number", "integer"):
        plain = value.replace(words.get("thousands") or "\0", "")
        try:
            return float(plain.replace(words.get("decimal", "."), "."))
        except ValueError:
            return value
    return value


def fits(value: Any, rule: dict[str, Any]) -> bool:
    if value is None:
        return bool(rule.get("nullable"))
    if rule["type"] in ("number", "integer"):
        return is_number(value)
    return isinstance(value, bool if rule["type"] == "boolean" else str)


def read_rows(instances: list[dict[str, Any]], params: dict[str, Any]) -> pd.DataFrame:
    """The features as a table with named columns. Raises 422 with everything that is wrong."""
    if not instances:
        raise HTTPException(422, "instances is empty")
    columns = load_contract()["columns"]
    rules = {name: columns[name] for name in params["features"]}
    words = params.get("cells") or {}
    rows = [
        {name: read_cell(row.get(name), rule, words) for name, rule in rules.items()}
        for row in instances
    ]
    problems = [
        f"instances[{index}].{name}: needs a {rule['type']}"
        for index, row in enumerate(rows)
        for name, rule in rules.items()
        if not fits(row[name], rule)
    ]
    if not problems:
        frame = pd.DataFrame(rows, columns=list(rules))
        # Each row stands for itself: that a value is there once is a promise of files.
        alone = {name: rule | {"unique": False} for name, rule in rules.items()}
        problems = find_problems(frame, {"columns": alone}, words)
    if problems:
        raise HTTPException(422, problems)
    return frame


def name_repository(about: dict[str, Any]) -> str | None:
    """OWNER/NAME of the repository that this service is of: set for it, or known from training."""
    return os.environ.get("PRACTICUM_REPOSITORY") or about.get("repository")


@app.middleware("http")
async def count(request: Request, call_next: Any) -> Response:
    started = time.perf_counter()
    response = await call_next(request)
    path = getattr(request.scope.get("route"), "path", "other")
    REQUESTS.labels(path, response.status_code).inc()
    seconds = time.perf_counter() - started
    SECONDS.labels(path).observe(seconds)
    logger.bind(
        method=request.method,
        path=path,
        status=response.status_code,
        seconds=round(seconds, 6),
    ).info("answered")
    return response


@app.get("/health")
def health() -> dict[str, str]:
    _, metadata = require_model()
    return {
        "status": "ok",
        "api_version": API_VERSION,
        "model_version": metadata["model_version"],
    }


@app.get("/metadata")
def metadata(request: Request) -> dict[str, Any]:
    # The API that answers may be newer than the one that trained.
    about = require_model()[1] | {"api_version": API_VERSION}
    # The course asks whose service this is: the nonce shows that the answer is not an old one.
    nonce = request.headers.get("practicum-nonce")
    if nonce is None:
        return about
    return about | {"nonce": nonce, "repository": name_repository(about)}


@app.post("/predict", dependencies=[Depends(require_caller)])
def predict(body: Rows) -> dict[str, Any]:
    model, about = require_model()
    rows = read_rows(body.instances, about["params"])
    logger.bind(
        request_id=str(body.request_id)[:LONGEST_ID],
        rows=len(rows),
        model_version=about["model_version"],
    ).info("predicting")
    return {
        "request_id": body.request_id,
        "predictions": model.predict(rows).tolist(),
        "api_version": API_VERSION,
        "model_version": about["model_version"],
    }


@app.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
