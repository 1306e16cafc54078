#!/usr/bin/env python3
"""Says what is lost without each part of the ranking, the weights fitted anew and each repository left out.

usage: ablate.py FOLDER PLAIN   (as for fit.py; PLAIN holds the signals of the same tasks with no file parsed)
"""
import sys
from pathlib import Path

import numpy as np

from fit import FORMS, OTHERS, OURS, measured, read

# Names of signals, and numbers of features as `rank/piece.rs` lists them, from 1.
PARTS = {
    "history": (
        "messages message going_on also_said also_said_piece told labelled just last here_alike here_recently here_told"
        " here_told_text here_message here_labelled here_just here_last",
        [9, 15, 16, 17, 18, 24, 25],
    ),
    "who wrote which lines": ("", [15, 16, 17, 18, 25]),
    "words of like commits": ("also_said also_said_piece", [24]),
    "words of paths": ("path path_pairs stem scope short here_window_path here_path here_path_pairs here_few_path here_folder", []),
    "pieces among files": ("piece pieces also_said_piece expanded here_pieces here_line_pieces here_some_pieces", []),
    "names": ("name_pairs declares uses here_uses here_declares here_line_names", [10, 11, 12, 22, 23]),
}
FIGURES = ("R@5", "R@10", "MRR", "hunk@8k")


def without(question, signals, features):
    names = question["names"]
    kept = [column for index, name in enumerate(names) if name not in signals for column in (2 * index, 2 * index + 1)]
    columns = [column for column in range(question["features"].shape[1]) if column not in features]
    return question | {"signals": question["signals"][:, kept], "features": question["features"][:, columns]}


def show(label, figures, whole):
    dice = np.random.default_rng(1)
    group = lambda one: (one[0] == "other", one[1])
    for is_other, form in sorted({group(one) for one in whole}):
        chosen = sorted(one for one in whole if group(one) == (is_other, form))
        now = np.array([figures.get(one, (0, 0, 0, 0)) for one in chosen])
        losses = now - np.array([whole[one] for one in chosen])
        means = [losses[dice.integers(0, len(chosen), len(chosen))].mean(0) for _ in range(4000)]
        low, high = 100 * np.percentile(means, (2.5, 97.5), axis=0)
        cells = zip(FIGURES, 100 * now.mean(0), 100 * losses.mean(0), low, high)
        row = "  ".join(f"{name} {mean:.1f} {loss:+.2f} [{a:+.2f}, {b:+.2f}]" for name, mean, loss, a, b in cells)
        print(f"{label:30s} {'others' if is_other else 'ours':6s} {form:6s} {len(chosen):5d}  {row}", flush=True)


def questions(folder, which):
    return [q for q in read(Path(folder), which) if len(q["right"]) and len(q["hit"])]


def main():
    parsed, plain = ([questions(folder, which) for which in (OURS, OTHERS)] for folder in sys.argv[1:3])
    for forms in FORMS.values():
        of = lambda sets: [[q for q in one if q["form"] in forms] for one in sets]
        whole = measured(*of(parsed))
        show("whole", whole, whole)
        show("without any grammar", measured(*of(plain)), whole)
        for label, (signals, features) in PARTS.items():
            less = [[without(q, signals.split(), features) for q in one] for one in of(parsed)]
            show(f"without {label}", measured(*less), whole)


if __name__ == "__main__":
    main()
