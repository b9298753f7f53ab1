"""`python3 -m practicum_pipelines run FILE.py …`: what pipeline.yml calls."""

import sys

from practicum_pipelines.run_task import run_task

if sys.argv[1:2] == ["run"]:
    run_task(sys.argv[2:])
else:
    raise SystemExit("usage: python3 -m practicum_pipelines run FILE.py --input NAME=PATH … --output NAME=PATH …")
