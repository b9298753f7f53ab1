from pathlib import Path

import pandas as pd
import pytest
import yaml

from project.data import (
    DATASET,
    SCHEMA,
    SLICES,
    find_problems,
    load_contract,
    load_dataset,
    load_params,
    load_slices,
    main,
    read_slice,
)

# A contract of these tests' own: they hold for whatever data the project is about.
CONTRACT = {
    "columns": {
        "date": {"type": "date", "unique": True},
        "precipitation": {"type": "number", "min": 0},
        "temp_max": {"type": "number", "max": 45},
        "wind": {"type": "number", "min": 0},
        "weather": {"type": "string", "values": ["drizzle", "fog", "rain", "snow", "sun"]},
    }
}
DAY = {
    "date": "2030-01-01",
    "precipitation": 0.0,
    "temp_max": 8.0,
    "wind": 3.0,
    "weather": "sun",
}


def problems_with(**changes: object) -> list[str]:
    return find_problems(pd.DataFrame([DAY | changes]), CONTRACT)


def add_slice(name: str, *days: dict[str, object]) -> None:
    pd.DataFrame(days).to_csv(SLICES / name, index=False)


def test_a_good_day_has_no_problems() -> None:
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
def test_a_bad_day_is_named(changes: dict[str, object], problem: str) -> None:
    assert problems_with(**changes) == [problem]


def test_a_missing_column_is_named() -> None:
    frame = pd.DataFrame([DAY]).drop(columns="wind")
    assert find_problems(frame, CONTRACT) == ["wind: column is missing"]


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
        ({"type": "date", "min": "1949-02-01"}, "1949-02", None),
        ({"type": "date", "min": "1949-02-01"}, "1949-01", "x: below 1949-02-01: ['1949-01']"),
    ],
)
def test_every_kind_of_column_is_checked(rule: dict, value: object, problem: str | None) -> None:
    found = find_problems(pd.DataFrame({"x": [value]}), {"columns": {"x": rule}})
    assert found == ([problem] if problem else [])


def test_columns_may_be_optional_and_others_allowed() -> None:
    contract = {"columns": {"x": {"type": "number", "optional": True}}, "extra": "allow"}
    assert find_problems(pd.DataFrame({"y": [1]}), contract) == []


WRITTEN = {"decimal": ",", "thousands": ".", "delimiter": ";", "missing": ["n/a"]}


def test_cells_are_read_as_the_data_writes_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("day;code;x\n31.12.2029;007;1.234,5\n01.01.2030;NA;n/a\n")
    rules = {
        "day": {"type": "date", "min": "2029-12-31"},
        "code": {"type": "string"},
        "x": {"type": "number", "nullable": True},
    }
    frame = read_slice(tmp_path / "a.csv", {"columns": rules}, WRITTEN)
    assert frame["code"].tolist() == ["007", "NA"]
    assert frame["x"].tolist()[0] == 1234.5
    assert frame["x"].isna().tolist() == [False, True]
    assert find_problems(frame, {"columns": rules}, {"dates": "%d.%m.%Y"}) == []
    assert find_problems(frame, {"columns": rules}) == [
        "day: not a date: ['31.12.2029', '01.01.2030']"
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_json_is_read_too(tmp_path: Path, name: str) -> None:
    lines = name.endswith("l")
    frame = pd.DataFrame([{"x": 1.5, "code": "007"}, {"x": 2.5, "code": "010"}])
    frame.to_json(tmp_path / name, orient="records", lines=lines)
    rules = {"x": {"type": "number"}, "code": {"type": "string"}}
    read = read_slice(tmp_path / name, {"columns": rules}, {})
    assert read["code"].tolist() == ["007", "010"]


def test_the_sample_stands_in_until_there_is_a_release(tmp_path: Path) -> None:
    pd.DataFrame([DAY]).to_csv(tmp_path / "release-0.csv", index=False)
    params = {"sample": str(tmp_path / "release-0.csv")}
    assert len(load_slices(tmp_path, CONTRACT, params)) == 1
    pd.DataFrame([DAY, DAY | {"date": "2030-01-02"}]).to_csv(
        tmp_path / "release-1.csv", index=False
    )
    assert len(load_slices(tmp_path, CONTRACT, params)) == 2


def test_without_data_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no data yet"):
        load_slices(tmp_path, CONTRACT)


def test_what_the_project_has_keeps_its_contract(project: Path) -> None:
    main()
    contract = load_contract()
    assert find_problems(load_dataset(), contract, load_params()["cells"]) == []
    assert set(load_params()["features"]) <= set(contract["columns"])
    assert load_params()["target"] in contract["columns"]


@pytest.fixture
def days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project about the contract above, with one slice."""
    monkeypatch.chdir(tmp_path)
    SLICES.mkdir(parents=True)
    SCHEMA.write_text(yaml.safe_dump(CONTRACT))
    Path("params.yaml").write_text("cells: {}")
    add_slice("release-0.csv", DAY | {"date": "2029-12-31"})
    return tmp_path


def test_a_new_slice_joins_the_dataset(days: Path) -> None:
    main()
    before = load_dataset()
    add_slice("release-9.csv", DAY)
    main()
    after = load_dataset()
    assert len(after) == len(before) + 1
    assert after.iloc[-1]["date"] == DAY["date"]


def test_a_day_in_two_slices_is_refused(days: Path) -> None:
    add_slice("release-8.csv", DAY)
    add_slice("release-9.csv", DAY)
    with pytest.raises(ValueError, match="date: repeated"):
        load_slices(SLICES, load_contract())


def test_every_bad_slice_is_named_and_nothing_is_written(days: Path) -> None:
    add_slice("release-8.csv", DAY | {"weather": "hail"})
    add_slice("release-9.csv", DAY | {"wind": -1})
    with pytest.raises(SystemExit) as stop:
        main()
    assert "release-8.csv: weather: unexpected ['hail']" in str(stop.value)
    assert "release-9.csv: wind: below 0: [-1]" in str(stop.value)
    assert not DATASET.exists()
