"""credit_card with a decision tree."""

from tabular.data_preprocessing import data_preprocessing
from tabular.model_evaluation import model_evaluation
from tabular.model_training import model_training

from practicum_pipelines import Component, Dataset, Model, Pipeline, Samples

IMAGE = "registry.localhost/python-sklearn"
PARAMS = {"max_depth": 10}

prepare = Component(
    data_preprocessing,
    IMAGE,
    args={"dataset": "data/credit_card.csv", "drop": 1},
    kind="preprocessing",
).mount_volume("datasets-pvc", "/mnt/datasets")
train = Component(
    model_training,
    IMAGE,
    args={"model": "decision_tree", "params": PARAMS},
    kind="training",
)
evaluate = Component(
    model_evaluation,
    IMAGE,
    kind="evaluation",
    outputs={"metrics": "metrics/scores.json"},
)

pipeline = Pipeline(
    "credit_card_dt",
    dataset=Dataset(
        name="credit_card",
        type="tabular",
        original=Samples(n_samples=30_000, n_features=24, n_classes=2, data_types={"int64": 12, "float64": 13}),
        preprocessed=Samples(n_samples=30_000, n_features=23, n_classes=2, data_types={"int64": 11, "float64": 13}),
    ),
    model=Model("decision_tree", PARAMS),
)
pipeline.add([prepare, train, evaluate])

if __name__ == "__main__":
    pipeline.main()
