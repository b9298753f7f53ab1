"""From the columns of the data to the numbers that a model reads.

A module of its own: a stored model names the functions that it needs by their module.
"""

from typing import Any

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from project.data import load_contract, read_date

KINDS = {"number": "number", "integer": "number", "boolean": "number", "date": "date"}


def count_seconds(frame: pd.DataFrame, form: str | None = None) -> pd.DataFrame:
    return frame.apply(lambda column: column.map(lambda cell: read_date(cell, form)))


def as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(float)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), "").astype(str)


def make_preparation(params: dict[str, Any]) -> ColumnTransformer:
    """By type in the contract: numbers as they are, dates as seconds, text a column per value."""
    columns = load_contract()["columns"]
    kinds: dict[str, list[str]] = {"number": [], "date": [], "text": []}
    for name in params["features"]:
        kinds[KINDS.get(columns[name]["type"], "text")].append(name)

    def fill() -> SimpleImputer:
        return SimpleImputer(strategy="median", keep_empty_features=True)

    form = {"form": (params.get("cells") or {}).get("dates")}
    ways = {
        "number": make_pipeline(FunctionTransformer(as_numbers), fill()),
        "date": make_pipeline(FunctionTransformer(count_seconds, kw_args=form), fill()),
        "text": make_pipeline(
            FunctionTransformer(as_text),
            OneHotEncoder(handle_unknown="ignore", max_categories=30, sparse_output=False),
        ),
    }
    return ColumnTransformer([(kind, ways[kind], names) for kind, names in kinds.items() if names])
