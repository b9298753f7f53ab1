"""adult_income with a logistic regression."""

from tabular.data_preprocessing import data_preprocessing
from tabular.model_evaluation import model_evaluation
from tabular.model_training import model_training

from practicum_pipelines import Component, Dataset, Model, Pipeline, Samples

IMAGE = "registry.localhost/python-sklearn"
PARAMS = {"n_iter": 100}

prepare = Component(
    data_preprocessing,
    IMAGE,
    args={"dataset": "data/adult_income.csv", "drop": 2, "balance": True},
    kind="preprocessing",
).mount_volume("datasets-pvc", "/mnt/datasets")
train = Component(
    model_training,
    IMAGE,
    args={"model": "logistic_regression", "params": PARAMS},
    kind="training",
)
evaluate = Component(
    model_evaluation,
    IMAGE,
    kind="evaluation",
    outputs={"metrics": "metrics/scores.json"},
)

pipeline = Pipeline(
    "adult_income_lr",
    dataset=Dataset(
        name="adult_income",
        type="tabular",
        original=Samples(n_samples=48_842, n_features=14, n_classes=2, data_types={"int64": 6, "object": 9}),
        preprocessed=Samples(n_samples=74_218, n_features=12, n_classes=2, data_types={"int64": 10, "float64": 3}),
    ),
    model=Model("logistic_regression", PARAMS),
)
pipeline.add([prepare, train, evaluate])

if __name__ == "__main__":
    pipeline.main()
