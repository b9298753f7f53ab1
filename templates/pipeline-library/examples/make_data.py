"""
Data with the columns of the published sets, drawn from a seed: the sets themselves are large and have owners.

    python3 make_data.py adult_income --rows 2000     writes data/adult_income.csv
"""

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path

# Columns of whole numbers, of words and of real numbers, beside the label.
TABLES = {
    "adult_income": (6, 8, 0),
    "credit_card": (11, 0, 13),
    "UNSW_NB15": (29, 3, 11),
    "kddcup99": (22, 4, 15),
}
PIXELS = {"MNIST": 28 * 28, "CIFAR_10": 32 * 32 * 3}


def rows_of(name: str, count: int) -> Iterator[list[object]]:
    draw = random.Random(name)
    if name in PIXELS:
        yield ["label", *(f"p{index}" for index in range(PIXELS[name]))]
        for number in range(count):
            label = number % 10
            bright = [min(255, max(0, int(draw.gauss(25 * label, 40)))) for _ in range(PIXELS[name])]
            yield [label, *bright]
        return
    whole, words, real = TABLES[name]
    yield [f"c{index}" for index in range(whole + words + real)] + ["label"]
    for _ in range(count):
        label = int(draw.random() < 0.3)
        line: list[object] = [int(draw.gauss(50 + 15 * label, 20)) for _ in range(whole)]
        line += [draw.choice("abcd" if label else "abcdef") for _ in range(words)]
        line += [round(draw.gauss(label, 1.5), 4) for _ in range(real)]
        yield [*line, label]


def main() -> None:
    parser = argparse.ArgumentParser(description="Data with the columns of a published set.")
    parser.add_argument("name", choices=[*TABLES, *PIXELS])
    parser.add_argument("--rows", type=int, default=2000)
    given = parser.parse_args()
    file = Path("data", f"{given.name}.csv")
    file.parent.mkdir(exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows_of(given.name, given.rows))
    print(f"{file}: {given.rows} rows")


if __name__ == "__main__":
    main()
