import json
from collections.abc import Callable
from pathlib import Path

import joblib
import pytest

from project import evaluate, train
from project.data import DATASET, SLICES, load_dataset, load_params
from project.evaluate import SCORES
from project.train import METADATA, MODEL, TEST, choose_test_rows, hash_file


def test_it_has_learned_something(trained: Path) -> None:
    """Of the rows that it knows: whether it is good on others, metrics/scores.json says."""
    scores = evaluate.score(joblib.load(MODEL), load_dataset(), load_params())
    if "r2" in scores:
        assert scores["r2"] > 0
        assert scores["mae"] <= scores["baseline_mae"]
    else:
        assert scores["accuracy"] >= scores["baseline_accuracy"]


def test_scores_are_of_the_rows_kept(trained: Path) -> None:
    scores = json.loads(SCORES.read_text())
    assert scores["rows"] == train.has_label(load_dataset(TEST), load_params()).sum()


def test_the_same_data_and_seed_give_the_same_figures(trained: Path) -> None:
    first = (SCORES.read_text(), METADATA.read_text(), TEST.read_text())
    train.main()
    evaluate.main()
    assert (SCORES.read_text(), METADATA.read_text(), TEST.read_text()) == first


def test_metadata_says_where_the_model_came_from(trained: Path) -> None:
    metadata = json.loads(METADATA.read_text())
    assert metadata["data_sha256"] == hash_file(DATASET)
    assert metadata["model_sha256"] == hash_file(MODEL)
    assert metadata["rows"] == len(load_dataset())


def test_a_row_kept_for_evaluation_stays_kept_when_data_arrives(trained: Path) -> None:
    dataset = load_dataset()
    half = dataset.iloc[: len(dataset) // 2]
    kept_then = choose_test_rows(half, 0.2, seed=7)
    kept_now = choose_test_rows(dataset, 0.2, seed=7)
    assert kept_now.any()
    assert kept_then.equals(kept_now.iloc[: len(half)])


def test_it_trains_on_whatever_slices_are_there(
    trained: Path, pipeline: Callable[[], None]
) -> None:
    before = METADATA.read_text()
    slices = sorted(SLICES.glob("*.[ct]sv"))
    if not slices:
        pytest.skip("no slice is a text file whose last row could be taken away")
    text = slices[0].read_bytes()
    slices[0].write_bytes(text[: text.rstrip().rindex(b"\n") + 1])
    pipeline()
    assert METADATA.read_text() != before
