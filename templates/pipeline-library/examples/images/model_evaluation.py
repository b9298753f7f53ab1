"""How many images the network names rightly, of those that it has not seen."""

import json

from practicum_pipelines import InputDataset, InputModel, OutputMetrics


def model_evaluation(test_set: InputDataset, model_file: InputModel, metrics: OutputMetrics) -> None:
    import joblib
    import numpy

    data = numpy.load(test_set.path)
    network = joblib.load(model_file.path)
    flat = hasattr(network, "classes_")
    said = network.predict(data["x"].reshape(len(data["x"]), -1) if flat else data["x"])
    labels = said if flat else said.argmax(axis=1)
    accuracy = float((labels == data["y"]).mean())
    metrics.path.write_text(json.dumps({"accuracy": accuracy}, indent=2) + "\n", encoding="utf-8")
