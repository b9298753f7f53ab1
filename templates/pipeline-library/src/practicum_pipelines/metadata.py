"""metadata.json: what the data and the model are, from which a placer knows how much work a task is."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from practicum_pipelines.problem import Problem

models = (
    "cnn",
    "decision_tree",
    "linear_regression",
    "logistic_regression",
    "nn",
    "other",
    "pca",
    "random_forest",
    "svm",
    "tsne",
)


@dataclass(frozen=True)
class Samples:
    """A form of the data: a table has `n_features`, images have `input_shape` (width, height, channels)."""

    n_samples: int
    n_features: int | None = None
    input_shape: Sequence[int] | None = None
    n_classes: int | None = None
    data_types: Mapping[str, int] | None = None
    """How many columns (or pixels) of each type: `{"int64": 6, "object": 9}`."""


@dataclass(frozen=True)
class Dataset:
    name: str
    type: Literal["tabular", "image"]
    original: Samples
    preprocessed: Samples
    train_percentage: float = 0.8
    val_percentage: float = 0
    test_percentage: float = 0.2
    normalized: bool | None = None


@dataclass(frozen=True)
class Model:
    type: str
    params: Mapping[str, object] = field(default_factory=dict)


def describe(kinds: Mapping[str, str], dataset: Dataset, model: Model) -> dict[str, object]:
    """The published form, without what was not said."""
    return {
        "components_type": dict(kinds),
        "dataset": _without_none(asdict(dataset)),
        "model": {"type": model.type, "params": dict(model.params)},
    }


def check(dataset: Dataset, model: Model, place: str) -> list[Problem]:
    texts: list[str] = []
    total = dataset.train_percentage + dataset.val_percentage + dataset.test_percentage
    if total > 1 + 1e-9:
        texts.append(f"the shares of dataset {dataset.name} sum to {total:g}, more than 1")
    for part in ("original", "preprocessed"):
        samples: Samples = getattr(dataset, part)
        if samples.n_samples < 0:
            texts.append(f"dataset.{part}: n_samples is {samples.n_samples}")
        lacking = samples.input_shape if dataset.type == "image" else samples.n_features
        if lacking is None:
            needed = "input_shape" if dataset.type == "image" else "n_features"
            texts.append(f"dataset.{part}: {dataset.type} data needs {needed}")
    if model.type not in models:
        near = difflib.get_close_matches(model.type, models, 1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(models)}"
        texts.append(f'unknown model "{model.type}"; {hint}')
    if model.type in ("nn", "cnn") and "layers" not in model.params:
        texts.append(f"a {model.type} needs its layers in params")
    return [Problem(place, text) for text in texts]


def read(file: Path, tasks: Sequence[str]) -> tuple[dict[str, object], list[Problem]]:
    """A metadata.json that a person wrote, held against the tasks."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return {}, [Problem(file.name, f"cannot be read: {error}")]
    stated = value.get("components_type") if isinstance(value, dict) else None
    if not isinstance(stated, dict):
        return {}, [Problem(file.name, "has no components_type with the kind of each task")]
    lacking = [f"components_type lacks the task {name}" for name in tasks if name not in stated]
    surplus = [f"components_type names {name}, which is no task" for name in stated if name not in tasks]
    return value, [Problem(file.name, text) for text in lacking + surplus]


def _without_none(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return value
