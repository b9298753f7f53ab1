"""What the notebook calculates: results in the published fields, read, compared and drawn. Standard library alone."""

import csv
import html
import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One run of a strategy: a folder with pipelines.json, and n_pipelines.csv where there is one."""

    folder: Path
    pipelines: list[dict[str, object]]
    counts: list[tuple[float, int, int]]
    """Seconds of the epoch, running, waiting."""

    @property
    def started(self) -> list[dict[str, object]]:
        return [one for one in self.pipelines if one["scheduled_at"]]

    @property
    def unfinished(self) -> list[str]:
        """Named, since no figure below can count them."""
        return [
            f"{one['name']} ({str(one['state']).lower()})"
            for one in self.pipelines
            if one["state"] != "SUCCEEDED" or not one["finished_at"]
        ]

    def total(self) -> float:
        """From the first start to the last end, as the published analysis counts it."""
        return self._end() - min(_seconds(one["scheduled_at"]) for one in self.started)

    def total_from_submission(self) -> float:
        return self._end() - min(_seconds(one["submitted_at"]) for one in self.pipelines)

    def waits(self) -> list[int]:
        """From submission to the first task, in whole seconds."""
        return [int(_seconds(one["scheduled_at"]) - _seconds(one["submitted_at"])) for one in self.started]

    def executions(self) -> list[float]:
        ended = [one for one in self.started if one["finished_at"]]
        return [_seconds(one["finished_at"]) - _seconds(one["scheduled_at"]) for one in ended]

    def _end(self) -> float:
        ends = [_seconds(one["finished_at"]) for one in self.pipelines if one["finished_at"]]
        if not ends:
            raise ValueError(f"{self.folder}: no pipeline has ended yet")
        return max(ends)


def read_strategy(folder: str | Path) -> list[Run]:
    """A folder with pipelines.json is one run; a folder of such folders is several, such as one for each seed."""
    top = Path(folder)
    files = [top / "pipelines.json"] if (top / "pipelines.json").exists() else sorted(top.glob("*/pipelines.json"))
    if not files:
        raise FileNotFoundError(f"{top} has no pipelines.json, and no folder below it has one")
    return [read_run(file.parent) for file in files]


def read_run(folder: Path) -> Run:
    file = folder / "pipelines.json"
    pipelines = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(pipelines, list) or not pipelines:
        raise ValueError(f"{file} has no pipelines")
    fields = ("name", "state", "submitted_at", "scheduled_at", "finished_at")
    for number, one in enumerate(pipelines):
        lacking = [field for field in fields if field not in one]
        if lacking:
            raise ValueError(f"{file}: pipeline {number} lacks {', '.join(lacking)}")
    counts_file = folder / "n_pipelines.csv"
    return Run(folder, pipelines, _read_counts(counts_file) if counts_file.exists() else [])


def _read_counts(file: Path) -> list[tuple[float, int, int]]:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    try:
        return [
            (_seconds(row["timestamp"]), int(row["running_pipelines"]), int(row["waiting_pipelines"])) for row in rows
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file} is not in the published fields: {error}") from error


def _seconds(value: object) -> float:
    text = str(value)
    try:
        return float(text)
    except ValueError:
        return datetime.fromisoformat(text).timestamp()


@dataclass(frozen=True)
class Table:
    """Shown as a table by Jupyter, as text elsewhere."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def _repr_html_(self) -> str:
        def line(cells: Iterable[object], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

        return f"<table>{line(self.columns, 'th')}{''.join(line(row, 'td') for row in self.rows)}</table>"

    def __repr__(self) -> str:
        lines = [self.columns, *self.rows]
        widths = [max(len(str(line[column])) for line in lines) for column in range(len(self.columns))]
        return "\n".join(
            "  ".join(str(cell).ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )


def spread(values: Sequence[float]) -> str:
    """Mean and standard deviation of a sample; one value alone has none."""
    if not values:
        return "none"
    deviation = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{statistics.fmean(values):.1f}{deviation}"


def summarise(strategies: Mapping[str, Sequence[Run]]) -> Table:
    """Over all runs of a strategy. Waiting is over pipelines; its total, like the others, over runs."""
    columns = (
        "strategy",
        "runs",
        "pipelines",
        "not done",
        "total s",
        "from submission s",
        "waiting, total s",
        "waiting, mean s",
        "execution, mean s",
    )
    rows = [
        (
            name,
            len(runs),
            sum(len(run.pipelines) for run in runs),
            sum(len(run.unfinished) for run in runs),
            spread([run.total() for run in runs]),
            spread([run.total_from_submission() for run in runs]),
            spread([float(sum(run.waits())) for run in runs]),
            spread([float(wait) for run in runs for wait in run.waits()]),
            spread([seconds for run in runs for seconds in run.executions()]),
        )
        for name, runs in strategies.items()
    ]
    return Table(columns, rows)


def ratios(strategies: Mapping[str, Sequence[Run]], ours: str) -> Table:
    """`others / ours`: above 1, ours is shorter. The percentages are ours against the other."""
    rows = []
    own_total, own_wait = _means(strategies[ours])
    for name, runs in strategies.items():
        if name == ours:
            continue
        total, wait = _means(runs)
        rows.append((name, *_compare(total, own_total), *_compare(wait, own_wait)))
    return Table(("against", "total, ratio", f"total, {ours}", "waiting, ratio", f"waiting, {ours}"), rows)


def _means(runs: Sequence[Run]) -> tuple[float, float]:
    waits = [wait for run in runs for wait in run.waits()]
    return statistics.fmean(run.total() for run in runs), statistics.fmean(waits)


def _compare(theirs: float, ours: float) -> tuple[str, str]:
    ratio = f"{theirs / ours:.2f}" if ours else "–"
    return ratio, f"{(ours - theirs) / theirs * 100:+.1f} %" if theirs else "–"


def per_pipeline(strategies: Mapping[str, Sequence[Run]]) -> Table:
    """Waiting and execution of each pipeline, by name, as means over runs."""
    names = sorted({str(one["name"]) for runs in strategies.values() for run in runs for one in run.started})
    rows: list[list[object]] = []
    for name in names:
        row: list[object] = [name]
        for runs in strategies.values():
            found = [one for run in runs for one in run.started if one["name"] == name]
            row.append(
                spread([float(int(_seconds(one["scheduled_at"]) - _seconds(one["submitted_at"]))) for one in found])
            )
            ended = [one for one in found if one["finished_at"]]
            row.append(spread([_seconds(one["finished_at"]) - _seconds(one["scheduled_at"]) for one in ended]))
        rows.append(row)
    heads = [f"{name}, {what} s" for name in strategies for what in ("waiting", "execution")]
    return Table(("pipeline", *heads), rows)


@dataclass(frozen=True)
class Chart:
    """Running and waiting pipelines over time, in steps."""

    title: str
    counts: Sequence[tuple[float, int, int]]

    def _repr_svg_(self) -> str:
        begin, end = self.counts[0][0], self.counts[-1][0]
        most = max(max(running, waiting) for _, running, waiting in self.counts) or 1
        wide, high = 640, 160

        def steps(which: int) -> str:
            points: list[str] = []
            last = 0.0
            for line in self.counts:
                x = (line[0] - begin) / max(1, end - begin) * wide
                y = high - line[which] / most * high
                points += [f"{x:.1f},{last:.1f}" if points else f"{x:.1f},{y:.1f}", f"{x:.1f},{y:.1f}"]
                last = y
            return " ".join(points)

        lines = "".join(
            f'<polyline points="{steps(which)}" fill="none" stroke="{colour}" stroke-width="2"/>'
            for which, colour in ((1, "#0969da"), (2, "#bc4c00"))
        )
        label = f"{self.title}: running (blue) and waiting (orange), at most {most}, over {end - begin:.0f} s"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -30 {wide + 16} {high + 40}" '
            f'width="{wide}" role="img">'
            f'<text y="-12" font-family="sans-serif" font-size="14">{html.escape(label)}</text>'
            f'<path d="M0 0V{high}H{wide}" fill="none" stroke="#8c959f"/>{lines}</svg>'
        )

    def __repr__(self) -> str:
        most = max(waiting for _, _, waiting in self.counts)
        return f"{self.title}: {len(self.counts)} moments, at most {most} waiting"


def charts(strategies: Mapping[str, Sequence[Run]]) -> list[Chart | str]:
    """A chart for each run that has counts; a sentence for one that has none."""
    return [
        Chart(f"{name}, {run.folder.name}", run.counts)
        if run.counts
        else f"{name}: {run.folder} has no n_pipelines.csv"
        for name, runs in strategies.items()
        for run in runs
    ]
