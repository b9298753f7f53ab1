from pathlib import Path

import pandas as pd
import pytest

from project.data import DATASET, SLICES, find_problems, load_contract, load_slices, main

DAY = {
    "date": "2030-01-01",
    "precipitation": 0.0,
    "temp_max": 8.0,
    "temp_min": 2.0,
    "wind": 3.0,
    "weather": "sun",
}


def problems_with(**changes: object) -> list[str]:
    return find_problems(pd.DataFrame([DAY | changes]), load_contract())


def add_slice(name: str, *days: dict[str, object]) -> None:
    pd.DataFrame(days).to_csv(SLICES / name, index=False)


def test_a_good_day_has_no_problems(project: Path) -> None:
    assert problems_with() == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"weather": "hail"}, "weather: unexpected ['hail']"),
        ({"precipitation": -1.0}, "precipitation: below 0: [-1.0]"),
        ({"temp_max": 99.0}, "temp_max: above 45: [99.0]"),
        ({"wind": "strong"}, "wind: not a number: ['strong']"),
        ({"wind": None}, "wind: 1 of 1 values are missing"),
        ({"date": "1 January"}, "date: not a date: ['1 January']"),
        ({"humidity": 80}, "humidity: column is not in the contract"),
    ],
)
def test_a_bad_day_is_named(project: Path, changes: dict[str, object], problem: str) -> None:
    assert problems_with(**changes) == [problem]


def test_a_missing_column_is_named(project: Path) -> None:
    frame = pd.DataFrame([DAY]).drop(columns="wind")
    assert find_problems(frame, load_contract()) == ["wind: column is missing"]


@pytest.mark.parametrize(
    ("rule", "value", "problem"),
    [
        ({"type": "integer"}, 1.5, "x: not a whole number: [1.5]"),
        ({"type": "boolean"}, "maybe", "x: not true or false: ['maybe']"),
        (
            {"type": "date", "min": "2030-01-01"},
            "2029-12-31",
            "x: below 2030-01-01: ['2029-12-31']",
        ),
        ({"type": "date", "max": "2030-01-01"}, "2030-01-01", None),
        ({"type": "number", "nullable": True}, None, None),
    ],
)
def test_every_kind_of_column_is_checked(rule: dict, value: object, problem: str | None) -> None:
    found = find_problems(pd.DataFrame({"x": [value]}), {"columns": {"x": rule}})
    assert found == ([problem] if problem else [])


def test_columns_may_be_optional_and_others_allowed() -> None:
    contract = {"columns": {"x": {"type": "number", "optional": True}}, "extra": "allow"}
    assert find_problems(pd.DataFrame({"y": [1]}), contract) == []


def test_a_new_slice_joins_the_dataset(project: Path) -> None:
    main()
    before = pd.read_csv(DATASET)
    add_slice("release-9.csv", DAY)
    main()
    after = pd.read_csv(DATASET)
    assert len(after) == len(before) + 1
    assert after.iloc[-1]["date"] == DAY["date"]


def test_a_day_in_two_slices_is_refused(project: Path) -> None:
    add_slice("release-8.csv", DAY)
    add_slice("release-9.csv", DAY)
    with pytest.raises(ValueError, match="date: repeated"):
        load_slices(SLICES, load_contract())


def test_every_bad_slice_is_named_and_nothing_is_written(project: Path) -> None:
    add_slice("release-8.csv", DAY | {"weather": "hail"})
    add_slice("release-9.csv", DAY | {"wind": -1})
    with pytest.raises(SystemExit) as stop:
        main()
    assert "release-8.csv: weather: unexpected ['hail']" in str(stop.value)
    assert "release-9.csv: wind: below 0: [-1]" in str(stop.value)
    assert not DATASET.exists()
