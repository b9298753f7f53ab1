import json
from collections.abc import Callable
from pathlib import Path

import joblib
import pandas as pd

from project import evaluate, train
from project.data import DATASET, SLICES
from project.evaluate import SCORES
from project.train import METADATA, MODEL, TEST, choose_test_rows, hash_file


def test_it_is_better_than_naming_the_most_frequent_class(trained: Path) -> None:
    scores = json.loads(SCORES.read_text())
    assert scores["accuracy"] > scores["baseline_accuracy"]
    assert scores["rows"] == len(pd.read_csv(TEST))


def test_it_learned_what_rain_is(trained: Path) -> None:
    days = pd.DataFrame(
        [
            {"precipitation": 25.0, "temp_max": 9.0, "temp_min": 6.0, "wind": 4.0},
            {"precipitation": 0.0, "temp_max": 14.0, "temp_min": 3.0, "wind": 2.0},
        ]
    )
    assert joblib.load(MODEL).predict(days).tolist() == ["rain", "sun"]


def test_the_same_data_and_seed_give_the_same_figures(trained: Path) -> None:
    first = (SCORES.read_text(), METADATA.read_text(), TEST.read_text())
    train.main()
    evaluate.main()
    assert (SCORES.read_text(), METADATA.read_text(), TEST.read_text()) == first


def test_metadata_says_where_the_model_came_from(trained: Path) -> None:
    metadata = json.loads(METADATA.read_text())
    assert metadata["data_sha256"] == hash_file(DATASET)
    assert metadata["model_sha256"] == hash_file(MODEL)
    assert metadata["rows"] == len(pd.read_csv(DATASET))


def test_a_row_kept_for_evaluation_stays_kept_when_data_arrives(trained: Path) -> None:
    dataset = pd.read_csv(DATASET)
    half = dataset.iloc[: len(dataset) // 2]
    kept_then = choose_test_rows(half, 0.2, seed=7)
    kept_now = choose_test_rows(dataset, 0.2, seed=7)
    assert kept_then.any()
    assert kept_then.equals(kept_now.iloc[: len(half)])


def test_it_trains_on_whatever_slices_are_there(
    trained: Path, pipeline: Callable[[], None]
) -> None:
    before = METADATA.read_text()
    slices = sorted(SLICES.glob("*.csv"))
    first = pd.read_csv(slices[0])
    slices[0].write_text(first.iloc[: len(first) // 2].to_csv(index=False))
    pipeline()
    assert METADATA.read_text() != before
