"""How good the model is on rows it has not seen, next to always giving the same answer."""

import json
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score, mean_absolute_error, r2_score

from project.data import load_dataset, load_params
from project.train import MODEL, TEST, has_label

SCORES = Path("metrics/scores.json")


def score(model: Any, rows: pd.DataFrame, params: dict[str, Any]) -> dict[str, float]:
    rows = rows[has_label(rows, params)]
    if rows.empty:
        return {"rows": 0}
    truth = rows[params["target"]]
    guesses = model.predict(rows[params["features"]])
    measure = score_numbers if params.get("task") == "regression" else score_classes
    return {name: round(float(value), 6) for name, value in measure(truth, guesses).items()} | {
        "rows": len(rows)
    }


def score_classes(truth: pd.Series, guesses: Any) -> dict[str, float]:
    return {
        "accuracy": accuracy_score(truth, guesses),
        "f1_macro": f1_score(truth, guesses, average="macro", zero_division=0),
        "baseline_accuracy": truth.value_counts(normalize=True).max(),
    }


def score_numbers(truth: pd.Series, guesses: Any) -> dict[str, float]:
    r2 = {"r2": r2_score(truth, guesses)} if len(truth) > 1 else {}
    return r2 | {
        "mae": mean_absolute_error(truth, guesses),
        "baseline_mae": (truth - truth.mean()).abs().mean(),
    }


def main() -> None:
    scores = score(joblib.load(MODEL), load_dataset(TEST), load_params())
    SCORES.parent.mkdir(parents=True, exist_ok=True)
    SCORES.write_text(json.dumps(scores, indent=2) + "\n")
    print(f"evaluate: {scores}")


if __name__ == "__main__":
    main()
