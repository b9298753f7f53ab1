"""Scores of the model on rows that it has not seen."""

import json

from practicum_pipelines import InputDataset, InputModel, OutputMetrics


def model_evaluation(test_set: InputDataset, model_file: InputModel, metrics: OutputMetrics) -> None:
    import joblib
    import pandas
    from sklearn.metrics import accuracy_score, f1_score

    table = pandas.read_csv(test_set.path)
    said = joblib.load(model_file.path).predict(table.iloc[:, :-1])
    right = table.iloc[:, -1]
    scores = {
        "accuracy": float(accuracy_score(right, said)),
        "f1": float(f1_score(right, said, average="macro")),
    }
    metrics.path.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
