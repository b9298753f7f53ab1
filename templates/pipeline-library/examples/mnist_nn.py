"""MNIST with a dense network."""

from images.data_preprocessing import data_preprocessing
from images.model_evaluation import model_evaluation
from images.model_training import model_training

from practicum_pipelines import Component, Dataset, Model, Pipeline, Samples

IMAGE = "registry.localhost/python-sklearn"
LAYERS = [
    {"type": "Flatten", "input_shape": [28, 28], "output_shape": [784], "params": 0},
    {"type": "Dense", "input_shape": [784], "output_shape": [128], "params": 100480},
    {"type": "Dropout", "input_shape": [128], "output_shape": [128], "params": 0},
    {"type": "Dense", "input_shape": [128], "output_shape": [10], "params": 1290},
]
PARAMS = {"n_epochs": 10, "batch_size": 32, "layers": LAYERS}

prepare = Component(
    data_preprocessing,
    IMAGE,
    args={"dataset": "data/MNIST.csv", "shape": [28, 28, 1]},
    kind="preprocessing",
).mount_volume("datasets-pvc", "/mnt/datasets")
train = Component(
    model_training,
    IMAGE,
    args={"model": "nn", "params": PARAMS},
    kind="training",
)
evaluate = Component(
    model_evaluation,
    IMAGE,
    kind="evaluation",
    outputs={"metrics": "metrics/scores.json"},
)

pipeline = Pipeline(
    "mnist_nn",
    dataset=Dataset(
        name="MNIST",
        type="image",
        original=Samples(n_samples=70_000, input_shape=[28, 28, 1], n_classes=10, data_types={"uint8": 784}),
        preprocessed=Samples(n_samples=70_000, input_shape=[28, 28, 1], n_classes=10, data_types={"float64": 784}),
        normalized=False,
    ),
    model=Model("nn", PARAMS),
)
pipeline.add([prepare, train, evaluate])

if __name__ == "__main__":
    pipeline.main()
