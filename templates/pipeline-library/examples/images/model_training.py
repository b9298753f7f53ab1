"""A network with the layers of the metadata: dense ones by scikit-learn, convolutional ones by Keras."""

from typing import Any

from practicum_pipelines import InputDataset, OutputModel


def model_training(train_set: InputDataset, model_file: OutputModel, model: str, params: dict[str, Any]) -> None:
    import joblib
    import numpy

    data = numpy.load(train_set.path)
    hidden = [layer["output_shape"][-1] for layer in params["layers"] if layer["type"] == "Dense"][:-1]
    epochs, batch = params["n_epochs"], params["batch_size"]
    if model == "nn":
        from sklearn.neural_network import MLPClassifier

        network: Any = MLPClassifier(hidden, batch_size=batch, max_iter=epochs, random_state=42)
        network.fit(data["x"].reshape(len(data["x"]), -1), data["y"])
    else:
        from convolutional import build

        network = build(params["layers"])
        network.fit(data["x"], data["y"], epochs=epochs, batch_size=batch, verbose=0)
    joblib.dump(network, model_file.path)
