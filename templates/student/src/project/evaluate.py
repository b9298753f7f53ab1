"""How good the model is on rows it has not seen, next to always naming the most frequent class."""

import json
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score

from project.train import MODEL, TEST, load_params

SCORES = Path("metrics/scores.json")


def score(model: Any, rows: pd.DataFrame, params: dict[str, Any]) -> dict[str, float]:
    truth = rows[params["target"]]
    guesses = model.predict(rows[params["features"]])
    return {
        "accuracy": round(float(accuracy_score(truth, guesses)), 6),
        "f1_macro": round(float(f1_score(truth, guesses, average="macro", zero_division=0)), 6),
        "baseline_accuracy": round(float(truth.value_counts(normalize=True).max()), 6),
        "rows": len(rows),
    }


def main() -> None:
    scores = score(joblib.load(MODEL), pd.read_csv(TEST), load_params())
    SCORES.parent.mkdir(parents=True, exist_ok=True)
    SCORES.write_text(json.dumps(scores, indent=2) + "\n")
    print(f"evaluate: {scores}")


if __name__ == "__main__":
    main()
