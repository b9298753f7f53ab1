"""UNSW_NB15 with a random forest."""

from tabular.data_preprocessing import data_preprocessing
from tabular.model_evaluation import model_evaluation
from tabular.model_training import model_training

from practicum_pipelines import Component, Dataset, Model, Pipeline, Samples

IMAGE = "registry.localhost/python-sklearn"
PARAMS = {"n_estimators": 100, "max_depth": 20}

prepare = Component(
    data_preprocessing,
    IMAGE,
    args={"dataset": "data/UNSW_NB15.csv", "drop": 2},
    kind="preprocessing",
).mount_volume("datasets-pvc", "/mnt/datasets")
train = Component(
    model_training,
    IMAGE,
    args={"model": "random_forest", "params": PARAMS},
    kind="training",
)
evaluate = Component(
    model_evaluation,
    IMAGE,
    kind="evaluation",
    outputs={"metrics": "metrics/scores.json"},
)

pipeline = Pipeline(
    "unsw_nb15_rf",
    dataset=Dataset(
        name="UNSW_NB15",
        type="tabular",
        original=Samples(
            n_samples=257_673,
            n_features=43,
            n_classes=2,
            data_types={"float64": 11, "object": 3, "int64": 29},
        ),
        preprocessed=Samples(n_samples=257_673, n_features=41, n_classes=2, data_types={"float64": 11, "int64": 32}),
    ),
    model=Model("random_forest", PARAMS),
)
pipeline.add([prepare, train, evaluate])

if __name__ == "__main__":
    pipeline.main()
