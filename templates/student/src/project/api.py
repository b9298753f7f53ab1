"""The service: /health, /predict, /metadata and, for Prometheus, /metrics."""

import json
import time
from functools import lru_cache
from typing import Any

import joblib
import pandas as pd
from fastapi import FastAPI, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from pydantic import BaseModel

from project.data import find_problems, load_contract
from project.train import METADATA, MODEL, hash_file, load_api_version

API_VERSION = load_api_version()
LARGEST = 1e300
REQUESTS = Counter("requests", "Requests answered.", ["path", "status"])
SECONDS = Histogram("request_seconds", "Time to answer.", ["path"])

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


def read_rows(instances: list[dict[str, Any]], features: list[str]) -> pd.DataFrame:
    """The features as a table with named columns. Raises 422 with everything that is wrong."""
    if not instances:
        raise HTTPException(422, "instances is empty")
    columns = load_contract()["columns"]
    problems = [
        f"instances[{index}].{name}: needs a number"
        for index, row in enumerate(instances)
        for name in features
        if columns[name]["type"] in ("number", "integer") and not is_number(row.get(name))
    ]
    if not problems:
        frame = pd.DataFrame([{name: row.get(name) for name in features} for row in instances])
        problems = find_problems(frame, {"columns": {name: columns[name] for name in features}})
    if problems:
        raise HTTPException(422, problems)
    return frame


@app.middleware("http")
async def count(request: Request, call_next: Any) -> Response:
    started = time.perf_counter()
    response = await call_next(request)
    path = getattr(request.scope.get("route"), "path", "other")
    REQUESTS.labels(path, response.status_code).inc()
    SECONDS.labels(path).observe(time.perf_counter() - started)
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
def metadata() -> dict[str, Any]:
    # The API that answers may be newer than the one that trained.
    return require_model()[1] | {"api_version": API_VERSION}


@app.post("/predict")
def predict(body: Rows) -> dict[str, Any]:
    model, about = require_model()
    rows = read_rows(body.instances, about["params"]["features"])
    return {
        "request_id": body.request_id,
        "predictions": model.predict(rows).tolist(),
        "api_version": API_VERSION,
        "model_version": about["model_version"],
    }


@app.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
