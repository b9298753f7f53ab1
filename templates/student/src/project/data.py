"""Puts the slices together, after checking each of them against the data contract."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

SLICES = Path("data/incoming")
SCHEMA = Path("data/schema.yml")
DATASET = Path("data/processed/dataset.csv")

Contract = dict[str, Any]


def load_contract(path: Path = SCHEMA) -> Contract:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def find_problems(frame: pd.DataFrame, contract: Contract) -> list[str]:
    """Says in words what breaks the contract; an empty list means that nothing does."""
    columns = contract["columns"]
    problems = [
        f"{name}: column is missing"
        for name, rule in columns.items()
        if name not in frame and not rule.get("optional")
    ]
    if contract.get("extra") != "allow":
        problems += [
            f"{name}: column is not in the contract" for name in frame.columns.difference(columns)
        ]
    for name, rule in columns.items():
        if name in frame:
            problems += [f"{name}: {text}" for text in find_column_problems(frame[name], rule)]
    return problems


def find_column_problems(column: pd.Series, rule: dict[str, Any]) -> list[str]:
    problems = []

    def report(what: str, bad: pd.Series) -> None:
        if bad.any():
            examples = list(dict.fromkeys(column[bad].tolist()))[:5]
            problems.append(f"{what} {examples}")

    present = column.notna()
    if not rule.get("nullable") and not present.all():
        problems.append(f"{int((~present).sum())} of {len(column)} values are missing")
    comparable = column
    if rule["type"] in ("number", "integer"):
        comparable = pd.to_numeric(column, errors="coerce")
        report("not a number:", present & (comparable.isna() | comparable.abs().eq(float("inf"))))
    if rule["type"] == "integer":
        report("not a whole number:", comparable.notna() & (comparable % 1).ne(0))
    if rule["type"] == "date":
        comparable = pd.to_datetime(column, format="%Y-%m-%d", errors="coerce")
        report("not a date:", present & comparable.isna())
    if rule["type"] == "boolean":
        report("not true or false:", present & ~column.isin([True, False]))
    for key, what in (("min", "below"), ("max", "above")):
        if key in rule:
            bound = pd.Timestamp(str(rule[key])) if rule["type"] == "date" else rule[key]
            report(
                f"{what} {rule[key]}:", comparable < bound if key == "min" else comparable > bound
            )
    if "values" in rule:
        report("unexpected", present & ~column.isin(rule["values"]))
    if rule.get("unique"):
        report("repeated", present & column.duplicated())
    return problems


def load_slices(folder: Path, contract: Contract) -> pd.DataFrame:
    """All slices in the order of their names. Raises ValueError with every problem of each."""
    slices = {path.name: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}
    if not slices:
        raise ValueError(f"{folder} holds no .csv file yet")
    problems = [
        f"{name}: {problem}"
        for name, frame in slices.items()
        for problem in find_problems(frame, contract)
    ]
    if not problems:
        dataset = pd.concat(slices.values(), ignore_index=True)
        problems = find_problems(dataset, contract)
    if problems:
        raise ValueError("\n".join(problems))
    return dataset


def main() -> None:
    try:
        dataset = load_slices(SLICES, load_contract())
    except ValueError as problem:
        sys.exit(f"prepare: the data breaks the contract in {SCHEMA}\n{problem}")
    DATASET.parent.mkdir(parents=True, exist_ok=True)
    dataset.to_csv(DATASET, index=False)
    print(f"prepare: {len(dataset)} rows")


if __name__ == "__main__":
    main()
