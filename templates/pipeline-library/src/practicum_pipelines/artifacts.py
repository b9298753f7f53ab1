"""What a task's arguments may be: files that it reads, files that it writes. Everything else is a parameter."""

import os
from pathlib import Path


class Artifact:
    """A file. Its `path` is where to read or to write; `open(artifact)` works as well."""

    direction = ""
    sort = ""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"


class InputDataset(Artifact):
    direction, sort = "input", "Dataset"


class OutputDataset(Artifact):
    direction, sort = "output", "Dataset"


class InputModel(Artifact):
    direction, sort = "input", "Model"


class OutputModel(Artifact):
    direction, sort = "output", "Model"


class OutputMetrics(Artifact):
    """JSON with numbers: Practicum shows them and their change."""

    direction, sort = "output", "Metrics"
