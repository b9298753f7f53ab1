"""
The shortest makespan that CP-SAT finds: `python3 cp_sat.py SECONDS < instances.jsonl`, a line of JSON for each answer.

A line in: {"name", "nodes", "work": [{"after", "on": [{"node", "stays", "moves"}]}], "hint": [{"node", "start"}]}.
A line out: {"name", "makespan", "bound", "proven"}, in milliseconds. Needs ortools from PyPI.
"""

import json
import sys

try:
    from ortools.sat.python import cp_model
except ModuleNotFoundError:
    sys.exit("cp_sat.py needs ortools: python3 -m pip install ortools")


def solve(instance: dict, seconds: float) -> dict:
    model = cp_model.CpModel()
    work, hint = instance["work"], instance["hint"]
    horizon = max(slot["start"] + max(max(on["stays"], on["moves"]) for on in task["on"]) for slot, task in zip(hint, work))
    starts = [model.new_int_var(0, horizon, f"s{i}") for i in range(len(work))]
    ends = [model.new_int_var(0, horizon, f"e{i}") for i in range(len(work))]
    lines: list[list] = [[] for _ in range(instance["nodes"])]
    here: list[dict] = []
    for i, task in enumerate(work):
        chosen = []
        here.append({})
        for on in task["on"]:
            node = on["node"]
            # A task without anything before it moves nothing.
            ways = [("stays", on["stays"])] if not task["after"] else [("stays", on["stays"]), ("moves", on["moves"])]
            on_node = []
            for way, length in ways:
                picked = model.new_bool_var(f"x{i}.{node}.{way}")
                lines[node].append(model.new_optional_interval_var(starts[i], length, ends[i], picked, f"i{i}.{node}.{way}"))
                if way == "stays":
                    for before in task["after"]:
                        there = here[before].get(node)
                        model.add_implication(picked, there) if there is not None else model.add(picked == 0)
                on_node.append(picked)
            present = model.new_bool_var(f"p{i}.{node}")
            model.add(sum(on_node) == present)
            here[i][node] = present
            chosen.append(present)
            model.add_hint(present, int(hint[i]["node"] == node))
        model.add_exactly_one(chosen)
        for before in task["after"]:
            model.add(starts[i] >= ends[before])
        model.add_hint(starts[i], hint[i]["start"])
    for line in lines:
        model.add_no_overlap(line)
    makespan = model.new_int_var(0, horizon, "makespan")
    model.add_max_equality(makespan, ends)
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {"name": instance["name"], "makespan": None, "bound": solver.best_objective_bound, "proven": False}
    return {
        "name": instance["name"],
        "makespan": int(solver.objective_value),
        "bound": int(solver.best_objective_bound),
        "proven": status == cp_model.OPTIMAL,
    }


if __name__ == "__main__":
    for text in sys.stdin:
        print(json.dumps(solve(json.loads(text), float(sys.argv[1]))), flush=True)
