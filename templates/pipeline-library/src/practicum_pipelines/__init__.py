"""Pipelines in Python: tasks are functions in files of their own, a pipeline is a file that imports them."""

from practicum_pipelines.artifacts import (
    InputDataset,
    InputModel,
    OutputDataset,
    OutputMetrics,
    OutputModel,
)
from practicum_pipelines.component import Component
from practicum_pipelines.metadata import Dataset, Model, Samples
from practicum_pipelines.pipeline import Pipeline
from practicum_pipelines.problem import DefinitionError, Problem

__all__ = [
    "Component",
    "Dataset",
    "DefinitionError",
    "InputDataset",
    "InputModel",
    "Model",
    "OutputDataset",
    "OutputMetrics",
    "OutputModel",
    "Pipeline",
    "Problem",
    "Samples",
]
