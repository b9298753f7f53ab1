"""Which file every argument is: an input is what the latest task before wrote under the same name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from practicum_pipelines.component import Component
from practicum_pipelines.problem import Problem


@dataclass(frozen=True)
class Source:
    """Where an input comes from: an output of a task, or a path of the repository."""

    path: str
    task: str | None = None


@dataclass
class Wired:
    component: Component
    inputs: dict[str, Source] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def after(self) -> list[str]:
        """Tasks that it waits for, although it may read nothing of theirs."""
        read = [source.task for source in self.inputs.values() if source.task is not None]
        return list(dict.fromkeys([*read, *(one.name for one in self.component.after)]))


def wire(components: Sequence[Component]) -> tuple[list[Wired], list[Problem]]:
    found: list[Problem] = []
    wired: list[Wired] = []
    made: dict[str, Source] = {}
    owners: dict[str, str] = {}
    for component in components:
        one = Wired(component)
        before = [other.component.name for other in wired]
        if component.name in before:
            found.append(Problem(component.place, f"{component.name} is in the pipeline twice"))
        for earlier in component.after:
            if earlier.name not in before:
                found.append(
                    Problem(
                        component.place,
                        f"{component.name} waits for {earlier.name}, which is not before it",
                    )
                )
        for name in component.artifacts("input"):
            source = _source(component, name, made)
            if isinstance(source, Problem):
                found.append(source)
            else:
                one.inputs[name] = source
        for name in component.artifacts("output"):
            path = component.output_paths.get(name, f"build/{component.name}/{name}")
            if path in owners:
                found.append(
                    Problem(
                        component.place,
                        f"{component.name} writes {path}, and so does {owners[path]}",
                    )
                )
            owners[path] = component.name
            one.outputs[name] = path
            made[name] = Source(path, component.name)
        wired.append(one)
    return wired, found


def _source(component: Component, name: str, made: dict[str, Source]) -> Source | Problem:
    given = component.args.get(name)
    if given is None:
        if name in made:
            return made[name]
        text = f"{component.name} reads {name}, which no task before it writes; give its path in args"
        return Problem(component.place, text)
    if isinstance(given, str) and given:
        return Source(given)
    return Problem(component.place, f"{component.name}: {name} must be a path, not {given!r}")
