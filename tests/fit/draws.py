#!/usr/bin/env python3
"""Says how often sets of the development split's size would show that the ranking is better than its plainest signals.

usage: draws.py FOLDER   (as for fit.py)

The ranking has weights from other repositories; what it is compared with is fitted on each set itself, as the split's
own baselines are.
"""
import sys
from pathlib import Path

import numpy as np

from fit import FORMS, OURS, files_found, fit_files, read

# What the split's fitted baselines are made of: words of the text and the path, names, history.
PLAIN = {
    "query": "text path declares uses messages just",
    "cursor": "here_window here_path here_folder here_uses here_declares here_recently here_just",
}
SIZE = {"full": 123, "vague": 123, "cursor": 60}
FIGURE = {"full": (0, "R@5"), "vague": (0, "R@5"), "cursor": (1, "R@10")}
SETS = 200
PENALTY = 0.01   # hardly any: a baseline may fit its set as well as it can


def plain_weights(questions, names):
    columns = [column for name in names for column in (2 * questions[0]["names"].index(name), 2 * questions[0]["names"].index(name) + 1)]
    weights = np.zeros(2 * len(questions[0]["names"]))
    weights[columns] = fit_files([q | {"signals": q["signals"][:, columns]} for q in questions], PENALTY)
    return weights


def left_out(questions, figure, form):
    """The figure of each question of the form, by weights from the other repositories."""
    found = {}
    for repo in {q["repo"] for q in questions}:
        weights = fit_files([q for q in questions if q["repo"] != repo])
        found |= {id(q): files_found(q, weights)[figure] for q in questions if q["repo"] == repo and q["form"] == form}
    return found


def interval(gains, dice):
    means = gains[dice.integers(0, len(gains), (1000, len(gains)))].mean(1)
    return 100 * np.percentile(means, (2.5, 97.5))


def show(form, questions, plain):
    figure, name = FIGURE[form]
    ours, dice = left_out(questions, figure, form), np.random.default_rng(7)
    of_form = [q for q in questions if q["form"] == form]

    def gains(of):
        weights = plain_weights(of, plain)
        return np.array([ours[id(q)] - files_found(q, weights)[figure] for q in of])

    whole = gains(of_form)
    sets = [gains([of_form[index] for index in dice.choice(len(of_form), SIZE[form], replace=False)]) for _ in range(SETS)]
    low, high = np.transpose([interval(one, dice) for one in sets])
    print(
        "%s: %s %+.1f [%+.1f, %+.1f] over all %d;" % (form, name, 100 * whole.mean(), *interval(whole, dice), len(whole)),
        f"in sets of {SIZE[form]} {100 * np.mean(sets):+.1f}, interval {np.mean(high - low):.1f} wide,",
        f"clear of zero in {np.mean(low > 0):.0%}",
        flush=True,
    )


def main():
    everything = [q for q in read(Path(sys.argv[1]), OURS) if len(q["right"]) and len(q["hit"])]
    for label, forms in FORMS.items():
        for form in forms:
            show(form, [q for q in everything if q["form"] in forms], PLAIN[label].split())


if __name__ == "__main__":
    main()
