"""
Runs every code cell of a notebook in order, without Jupyter, and writes the notebook with its outputs.

    python3 run_notebook.py analysis.ipynb OUT.ipynb

Ends with 1 at the first cell that fails. What a cell shows is its last expression, as Jupyter has it.
"""

import ast
import contextlib
import io
import json
import sys
import traceback
from pathlib import Path
from typing import Any


def run_cell(source: str, names: dict[str, Any], count: int) -> list[dict[str, object]]:
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    last = last if isinstance(last, ast.Expr) else None
    tree.body = [part for part in tree.body if part is not last]
    printed = io.StringIO()
    shown: list[dict[str, object]] = []
    names["display"] = lambda *values: shown.extend(
        {"output_type": "display_data", "data": describe(value), "metadata": {}} for value in values
    )
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102 - the notebook is what is to be run
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None  # noqa: S307
    outputs: list[dict[str, object]] = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
    outputs += shown
    if value is not None:
        result = {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": describe(value)}
        outputs.append(result)
    return outputs


def describe(value: object) -> dict[str, str]:
    data = {"text/plain": repr(value)}
    for method, kind in (("_repr_html_", "text/html"), ("_repr_svg_", "image/svg+xml")):
        if hasattr(value, method):
            data[kind] = getattr(value, method)()
    return data


def main() -> int:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    notebook = json.loads(source.read_text(encoding="utf-8"))
    sys.path.insert(0, str(source.resolve().parent))
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for count, cell in enumerate(cells, 1):
        try:
            cell["outputs"] = run_cell("".join(cell["source"]), names, count)
        except Exception:
            print(f"cell {count} of {source.name} failed", file=sys.stderr)
            traceback.print_exc()
            return 1
        cell["execution_count"] = count
    target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{source.name}: {len(cells)} cells ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
