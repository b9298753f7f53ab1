"""A Keras model from layers as the metadata describes them. The only part of the examples that needs Keras."""

from typing import Any


def build(layers: list[dict[str, Any]]) -> Any:
    import keras

    last = len(layers) - 1
    made: list[Any] = [keras.Input(shape=tuple(layers[0]["input_shape"]))]
    for index, layer in enumerate(layers):
        if layer["type"] == "Conv2D":
            kernel, strides = tuple(layer["kernel_size"]), tuple(layer["strides"])
            made.append(keras.layers.Conv2D(layer["output_shape"][-1], kernel, strides, activation="relu"))
        elif layer["type"] == "MaxPooling2D":
            made.append(keras.layers.MaxPooling2D(tuple(layer["pool_size"])))
        elif layer["type"] == "Flatten":
            made.append(keras.layers.Flatten())
        else:
            activation = "softmax" if index == last else "relu"
            made.append(keras.layers.Dense(layer["output_shape"][-1], activation=activation))
    network = keras.Sequential(made)
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return network
