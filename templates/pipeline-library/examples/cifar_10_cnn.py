"""CIFAR_10 with a convolutional network."""

from images.data_preprocessing import data_preprocessing
from images.model_evaluation import model_evaluation
from images.model_training import model_training

from practicum_pipelines import Component, Dataset, Model, Pipeline, Samples

IMAGE = "registry.localhost/python-keras"
LAYERS = [
    {
        "type": "Conv2D",
        "input_shape": [32, 32, 3],
        "output_shape": [30, 30, 32],
        "params": 896,
        "kernel_size": [3, 3],
        "strides": [1, 1],
    },
    {
        "type": "MaxPooling2D",
        "input_shape": [30, 30, 32],
        "output_shape": [15, 15, 32],
        "params": 0,
        "pool_size": [2, 2],
    },
    {
        "type": "Conv2D",
        "input_shape": [15, 15, 32],
        "output_shape": [13, 13, 64],
        "params": 18496,
        "kernel_size": [3, 3],
        "strides": [1, 1],
    },
    {
        "type": "MaxPooling2D",
        "input_shape": [13, 13, 64],
        "output_shape": [6, 6, 64],
        "params": 0,
        "pool_size": [2, 2],
    },
    {
        "type": "Conv2D",
        "input_shape": [6, 6, 64],
        "output_shape": [4, 4, 128],
        "params": 73856,
        "kernel_size": [3, 3],
        "strides": [1, 1],
    },
    {
        "type": "MaxPooling2D",
        "input_shape": [4, 4, 128],
        "output_shape": [2, 2, 128],
        "params": 0,
        "pool_size": [2, 2],
    },
    {"type": "Flatten", "input_shape": [2, 2, 128], "output_shape": [512], "params": 0},
    {"type": "Dense", "input_shape": [512], "output_shape": [128], "params": 65664},
    {"type": "Dense", "input_shape": [128], "output_shape": [10], "params": 1290},
]
PARAMS = {"n_epochs": 5, "batch_size": 64, "layers": LAYERS}

prepare = Component(
    data_preprocessing,
    IMAGE,
    args={"dataset": "data/CIFAR_10.csv", "shape": [32, 32, 3]},
    kind="preprocessing",
).mount_volume("datasets-pvc", "/mnt/datasets")
train = Component(
    model_training,
    IMAGE,
    args={"model": "cnn", "params": PARAMS},
    kind="training",
)
evaluate = Component(
    model_evaluation,
    IMAGE,
    kind="evaluation",
    outputs={"metrics": "metrics/scores.json"},
)

pipeline = Pipeline(
    "cifar_10_cnn",
    dataset=Dataset(
        name="CIFAR_10",
        type="image",
        original=Samples(n_samples=60_000, input_shape=[32, 32, 3], n_classes=10),
        preprocessed=Samples(n_samples=60_000, input_shape=[32, 32, 3], n_classes=10),
        normalized=False,
    ),
    model=Model("cnn", PARAMS),
)
pipeline.add([prepare, train, evaluate])

if __name__ == "__main__":
    pipeline.main()
