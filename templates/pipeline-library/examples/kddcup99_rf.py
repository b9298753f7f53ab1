"""kddcup99 with a random forest."""

from tabular.data_preprocessing import data_preprocessing
from tabular.model_evaluation import model_evaluation
from tabular.model_training import model_training

from practicum_pipelines import Component, Dataset, Model, Pipeline, Samples

IMAGE = "registry.localhost/python-sklearn"
PARAMS = {"n_estimators": 100, "max_depth": 20}

prepare = Component(
    data_preprocessing,
    IMAGE,
    args={"dataset": "data/kddcup99.csv"},
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
    "kddcup99_rf",
    dataset=Dataset(
        name="kddcup99",
        type="tabular",
        original=Samples(
            n_samples=494_021,
            n_features=41,
            n_classes=2,
            data_types={"int64": 23, "object": 4, "float64": 15},
        ),
        preprocessed=Samples(n_samples=494_021, n_features=41, n_classes=2, data_types={"int64": 27, "float64": 15}),
    ),
    model=Model("random_forest", PARAMS),
)
pipeline.add([prepare, train, evaluate])

if __name__ == "__main__":
    pipeline.main()
