"""Puts the slices together, after checking each of them against the data contract."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

PARAMS = Path("params.yaml")
SLICES = Path("data/incoming")
SCHEMA = Path("data/schema.yml")
DATASET = Path("data/processed/dataset.csv")
ENDINGS = (".csv", ".tsv", ".jsonl", ".json", ".parquet")

Contract = dict[str, Any]
Params = dict[str, Any]


def load_params(path: Path = PARAMS) -> Params:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def load_contract(path: Path = SCHEMA) -> Contract:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def find_problems(
    frame: pd.DataFrame, contract: Contract, words: Params | None = None
) -> list[str]:
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
    form = (words or {}).get("dates")
    for name, rule in columns.items():
        if name in frame:
            problems += [
                f"{name}: {text}" for text in find_column_problems(frame[name], rule, form)
            ]
    return problems


def find_column_problems(
    column: pd.Series, rule: dict[str, Any], form: str | None = None
) -> list[str]:
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
        comparable = pd.Series([read_date(cell, form) for cell in column], index=column.index)
        report("not a date:", present & comparable.isna())
    if rule["type"] == "boolean":
        report("not true or false:", present & ~column.isin([True, False]))
    for key, what in (("min", "below"), ("max", "above")):
        if key in rule:
            bound = read_date(str(rule[key])) if rule["type"] == "date" else rule[key]
            report(
                f"{what} {rule[key]}:", comparable < bound if key == "min" else comparable > bound
            )
    if "values" in rule:
        report("unexpected", present & ~column.isin(rule["values"]))
    if rule.get("unique"):
        report("repeated", present & column.duplicated())
    return problems


def read_date(cell: Any, form: str | None = None) -> float:
    """Seconds since 1970, or NaN. Without a form, dates are ISO 8601; 2026-03 is its first day."""
    try:
        text = str(cell).strip()
        if not form and re.fullmatch(r"\d{4}-\d{2}", text):
            text += "-01"
        when = datetime.strptime(text, form) if form else datetime.fromisoformat(text)
    except ValueError:
        return read_date(cell) if form else float("nan")
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def read_slice(path: Path, contract: Contract, words: Params) -> pd.DataFrame:
    """One file as a table. `words` says how its cells are written; 007 stays text."""
    columns = contract["columns"]
    text = {name: str for name, rule in columns.items() if rule["type"] in ("string", "date")}
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix in (".json", ".jsonl"):
        content = path.read_text(encoding="utf-8")
        lines = content.splitlines() if path.suffix == ".jsonl" else []
        rows = [json.loads(line) for line in lines if line.strip()] or json.loads(content)
        return pd.DataFrame(rows)
    return pd.read_csv(
        path,
        sep=words.get("delimiter", "\t" if path.suffix == ".tsv" else ","),
        dtype=text,
        decimal=words.get("decimal", "."),
        thousands=words.get("thousands"),
        encoding=words.get("encoding", "utf-8"),
        keep_default_na=False,
        na_values=["", *words.get("missing", [])],
    )


def load_slices(folder: Path, contract: Contract, params: Params | None = None) -> pd.DataFrame:
    """All slices in the order of their names. Raises ValueError with every problem of each."""
    params = params or {}
    words = params.get("cells") or {}
    paths = sorted(path for path in folder.rglob("*") if path.suffix in ENDINGS)
    # What the project starts with stands in until there is a release, which brings its rows again.
    sample = Path(params["sample"]) if params.get("sample") else None
    paths = [path for path in paths if path != sample] or paths
    slices = {str(path.relative_to(folder)): read_slice(path, contract, words) for path in paths}
    if not slices:
        raise ValueError(f"{folder} holds no data yet: no {', '.join(ENDINGS)}")
    problems = [
        f"{name}: {problem}"
        for name, frame in slices.items()
        for problem in find_problems(frame, contract, words)
    ]
    if not problems:
        dataset = pd.concat(slices.values(), ignore_index=True)
        problems = find_problems(dataset, contract, words)
    if problems:
        raise ValueError("\n".join(problems))
    return dataset


def load_dataset(path: Path = DATASET) -> pd.DataFrame:
    """What `prepare` wrote, each column read as the contract says."""
    columns = load_contract()["columns"]
    text = {name: str for name, rule in columns.items() if rule["type"] in ("string", "date")}
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])


def main() -> None:
    try:
        dataset = load_slices(SLICES, load_contract(), load_params())
    except ValueError as problem:
        sys.exit(f"prepare: the data breaks the contract in {SCHEMA}\n{problem}")
    DATASET.parent.mkdir(parents=True, exist_ok=True)
    dataset.to_csv(DATASET, index=False)
    print(f"prepare: {len(dataset)} rows")


if __name__ == "__main__":
    main()
