"""Trains on most rows and keeps the others for evaluation."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import sklearn
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from project.data import DATASET, load_dataset, load_params
from project.features import make_preparation

PROJECT = Path("pyproject.toml")
MODEL = Path("models/model.joblib")
METADATA = Path("models/metadata.json")
TEST = Path("data/processed/test.csv")

MODELS = {
    "classification": {
        "boosting": HistGradientBoostingClassifier,
        "forest": RandomForestClassifier,
        "tree": DecisionTreeClassifier,
    },
    "regression": {
        "boosting": HistGradientBoostingRegressor,
        "forest": RandomForestRegressor,
        "tree": DecisionTreeRegressor,
    },
}


def load_api_version(path: Path = PROJECT) -> str:
    return tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"]


def hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_commit() -> str | None:
    """The commit that is being trained: CI says it, elsewhere git does, without git nobody."""
    git = shutil.which("git")
    if "GITHUB_SHA" in os.environ or git is None:
        return os.environ.get("GITHUB_SHA")
    answer = subprocess.run([git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout.strip() or None


def find_repository() -> str | None:
    """OWNER/NAME on GitHub: CI says it, elsewhere the remote does."""
    git = shutil.which("git")
    if "GITHUB_REPOSITORY" in os.environ or git is None:
        return os.environ.get("GITHUB_REPOSITORY")
    ask = [git, "remote", "get-url", "origin"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"[/:]([^/:]+/[^/]+?)(?:\.git)?/?$", answer.stdout.strip())
    return found.group(1) if found else None


def choose_test_rows(frame: pd.DataFrame, share: float, seed: int) -> pd.Series:
    """Each row decides for itself, so a row kept once is never trained on when data arrives."""

    def draw(row: tuple[Any, ...]) -> float:
        digest = hashlib.sha256(",".join([str(seed), *map(str, row)]).encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32

    draws = [draw(row) for row in frame.itertuples(index=False, name=None)]
    return pd.Series(draws, index=frame.index) < share


def has_label(rows: pd.DataFrame, params: dict[str, Any]) -> pd.Series:
    return rows[params["target"]].notna()


def fit(rows: pd.DataFrame, params: dict[str, Any]) -> Pipeline:
    make = MODELS[params.get("task", "classification")][params["model"]["kind"]]
    model = make(**params["model"]["settings"], random_state=params["seed"])
    labelled = rows[has_label(rows, params)]
    whole = make_pipeline(make_preparation(params), model)
    return whole.fit(labelled[params["features"]], labelled[params["target"]])


def describe(rows: int, params: dict[str, Any]) -> dict[str, Any]:
    """What anyone needs to know where a model came from. No clock: the same data, the same text."""
    return {
        "api_version": load_api_version(),
        "model_version": params["model_version"],
        "commit": find_commit(),
        "repository": find_repository(),
        "data_sha256": hash_file(DATASET),
        "model_sha256": hash_file(MODEL),
        "rows": rows,
        "scikit_learn": sklearn.__version__,
        "params": params,
    }


def main() -> None:
    params = load_params()
    dataset = load_dataset()
    test = choose_test_rows(dataset, params["test_share"], params["seed"])
    model = fit(dataset[~test], params)
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, MODEL)
    METADATA.write_text(json.dumps(describe(len(dataset), params), indent=2) + "\n")
    dataset[test].to_csv(TEST, index=False)
    print(f"train: {int((~test).sum())} rows, {int(test.sum())} kept for evaluation")


if __name__ == "__main__":
    main()
