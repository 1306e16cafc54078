#!/usr/bin/env python3
"""Says what is lost without each part of the ranking, the weights fitted anew and each repository left out.

usage: ablate.py FOLDER   (as for fit.py)
"""
import sys
from pathlib import Path

import numpy as np

from fit import FORMS, files_found, fit_files, fit_pieces, hunks_held, read

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
    "syntax": ("name_pairs declares uses here_uses here_declares here_line_names", [10, 11, 12, 22, 23]),
}
FIGURES = ("R@5", "R@10", "hunk@8k")


def without(question, signals, features):
    names = question["names"]
    kept = [column for index, name in enumerate(names) if name not in signals for column in (2 * index, 2 * index + 1)]
    columns = [column for column in range(question["features"].shape[1]) if column not in features]
    return question | {"signals": question["signals"][:, kept], "features": question["features"][:, columns]}


def left_out(questions):
    """R@5, R@10 and hunk@8k of each question, with weights from the other repositories."""
    figures = np.zeros((len(questions), len(FIGURES)))
    for repo in {q["repo"] for q in questions}:
        others = [q for q in questions if q["repo"] != repo]
        files, pieces = fit_files(others, 150), fit_pieces(others, 300)
        for index, q in enumerate(questions):
            if q["repo"] == repo:
                figures[index] = (*files_found(q, files)[:2], hunks_held(q, pieces))
    return figures


def show(label, questions, forms, figures, losses):
    dice = np.random.default_rng(1)
    for form in forms:
        chosen = np.flatnonzero([q["form"] == form for q in questions])
        means = [losses[dice.choice(chosen, len(chosen))].mean(0) for _ in range(1000)]
        low, high = 100 * np.percentile(means, (2.5, 97.5), axis=0)
        cells = zip(FIGURES, 100 * figures[chosen].mean(0), 100 * losses[chosen].mean(0), low, high)
        row = "  ".join(f"{name} {mean:.1f} {loss:+.1f} [{a:+.1f}, {b:+.1f}]" for name, mean, loss, a, b in cells)
        print(f"{label:30s} {form:6s} {len(chosen):5d}  {row}", flush=True)


def main():
    everything = [q for q in read(Path(sys.argv[1])) if len(q["right"]) and len(q["hit"])]
    for forms in FORMS.values():
        questions = [q for q in everything if q["form"] in forms]
        whole = left_out(questions)
        show("whole", questions, forms, whole, whole - whole)
        for label, (signals, features) in PARTS.items():
            figures = left_out([without(q, signals.split(), features) for q in questions])
            show(f"without {label}", questions, forms, figures, figures - whole)


if __name__ == "__main__":
    main()
