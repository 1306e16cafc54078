#!/usr/bin/env python3
"""Fits the weights of signals and of pieces, and says how well they do on repositories left out.

usage: fit.py FOLDER   (holds <tasks>.jsonl and signals-<tasks>.jsonl; EVAL as in the README)
"""
import json
import os
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, os.environ["EVAL"])
from common import is_candidate  # noqa: E402

BUDGET = 8000
THRIFT = 0.35
TOKENS_MIN = 15   # as in packing.rs
LIKELY = 120      # candidates by the plain sum of their signals that compete with the right ones
ALIKE = 0.25      # what each signal weighs where the tasks do not say that it is better or worse than others
FORMS = {"query": ("full", "vague"), "cursor": ("cursor",)}


OURS, OTHERS = "[dm]*.jsonl", "other-*.jsonl"


def read(folder, which):
    """One dict for each question: its form, the signals of the candidates, the features of the pieces."""
    for tasks in sorted(folder.glob(which)):
        kind, repo = tasks.stem.split("-", 1)
        by_id = {task["id"]: task for task in map(json.loads, tasks.open())}
        for line in (folder / f"signals-{tasks.name}").open():
            answer = json.loads(line)
            yield question(by_id[answer["id"]], answer) | {"kind": kind, "repo": repo}


def question(task, answer):
    own = task["cursor"]["path"] if task["cursor"] else None
    counts = lambda path: is_candidate(path) and path != own
    files = sorted((file for file in answer["files"] if counts(file["path"])), key=lambda file: -sum(file["signals"]))
    files = [file for place, file in enumerate(files) if place < LIKELY or file["path"] in task["gold"]]
    pieces = [piece for piece in answer["pieces"] if counts(piece[0])]
    changed = {path: [(max(1, first), first + max(lines, 1) - 1) for first, lines in task["gold_hunks"][path]] for path in task["gold"]}

    def held(path, span):
        return [(path, index) for index, (first, last) in enumerate(changed.get(path, [])) if first <= last and span[0] <= last and span[1] >= first]

    hits = [held(path, span) for path, span, _ in pieces]
    return {
        "id": task["id"],
        "form": "cursor" if own else answer["form"],
        "gold": len(task["gold"]),
        "hunks": sum(len(task["gold_hunks"][path]) for path in task["gold"]),
        "names": files[0]["names"] if files else [],
        "signals": np.array([file["signals"] for file in files], np.float32),
        "right": np.array([file["path"] in task["gold"] for file in files], bool),
        "features": np.array([[1.0, *row] for _, _, row in pieces], np.float32),
        "tokens": np.array([span[2] / 4 for _, span, _ in pieces], np.float32),
        "hits": hits,
        "hit": np.array([bool(hit) for hit in hits], np.float32),
    }


def least(model, weights, floor=-np.inf):
    """The weights, none below `floor`, at which a convex loss is least; `model` gives loss, slope and curvature there."""
    loss, slope, curvature = model(weights)
    while True:
        step = downhill(weights, slope, curvature, floor)
        promised = -(slope @ step) / 2
        if promised < 1e-9:
            return weights
        length = 1.0
        while (ahead := model(weights + length * step))[0] > loss - 0.1 * length * promised:
            length /= 2
            if length < 1e-6:
                return weights
        weights = weights + length * step
        loss, slope, curvature = ahead


def downhill(weights, slope, curvature, floor):
    """The step to where the parabola of slope and curvature is lowest, one weight after the other."""
    step, rest = np.zeros_like(weights), slope.copy()
    for _ in range(500):
        moved = 0.0
        for one in range(len(weights)):
            to = max(floor - weights[one], step[one] - rest[one] / curvature[one, one])
            rest += (to - step[one]) * curvature[one]
            moved, step[one] = max(moved, abs(to - step[one])), to
        if moved < 1e-7:
            break
    return step


def fit_files(questions, penalty=0.1):
    usable = [q for q in questions if q["right"].any() and q["names"]]
    width, rows = usable[0]["signals"].shape[1], max(len(q["right"]) for q in usable)
    x, y = np.zeros((len(usable), rows, width), np.float32), np.zeros((len(usable), rows), np.float32)
    there = np.zeros((len(usable), rows), bool)
    for index, q in enumerate(usable):
        count = len(q["right"])
        x[index, :count], y[index, :count], there[index, :count] = q["signals"], q["right"] / q["right"].sum(), True
    flat = x.reshape(-1, width)

    def model(weights):
        scores = np.where(there, x @ weights.astype(np.float32), -1e9)
        scores -= scores.max(1, keepdims=True)
        chances = np.exp(scores)
        sums = chances.sum(1, keepdims=True)
        chances /= sums
        mean = np.einsum("tnd,tn->td", x, chances)
        curvature = (flat * chances.reshape(-1, 1)).T @ flat - mean.T @ mean
        slope = (mean - np.einsum("tnd,tn->td", x, y)).sum(0)
        loss = np.log(sums).sum() - (np.where(there, scores, 0) * y).sum()
        many = len(usable)
        return (
            loss / many + penalty * ((weights - ALIKE) @ (weights - ALIKE)) / 2,
            slope / many + penalty * (weights - ALIKE),
            curvature / many + penalty * np.eye(width),
        )

    return least(model, np.full(width, ALIKE), floor=0)


def fit_pieces(questions, penalty=1e-4):
    usable = [q for q in questions if len(q["hit"])]
    x, y = np.concatenate([q["features"] for q in usable]), np.concatenate([q["hit"] for q in usable])
    mean, spread = x.mean(0), x.std(0) + 1e-6
    mean[0], spread[0] = 0, 1
    x = (x - mean) / spread

    def model(weights):
        scores = x @ weights.astype(np.float32)
        chances = 1 / (1 + np.exp(-scores))
        curvature = (x * (chances * (1 - chances))[:, None]).T @ x
        loss = np.logaddexp(0, scores).sum(dtype=float) - scores[y > 0].sum(dtype=float)
        many = len(y)
        return (
            loss / many + penalty * (weights @ weights) / 2,
            x.T @ (chances - y) / many + penalty * weights,
            curvature / many + penalty * np.eye(len(weights)),
        )

    start = np.zeros(x.shape[1])
    start[0] = np.log(y.mean() / (1 - y.mean()))
    weights = least(model, start) / spread
    weights[0] -= (weights * mean)[1:].sum()
    return weights


def files_found(q, weights):
    """R@5, R@10, reciprocal rank."""
    if not len(q["right"]) or not q["signals"].shape[1]:
        return 0, 0, 0
    right = q["right"][np.argsort(-(q["signals"] @ weights), kind="stable")]
    places = np.nonzero(right)[0]
    return right[:5].sum() / q["gold"], right[:10].sum() / q["gold"], 1 / (places[0] + 1) if len(places) else 0


def hunks_held(q, weights):
    if not len(q["hit"]):
        return 0
    value = 1 / (1 + np.exp(-(q["features"] @ weights))) / np.maximum(q["tokens"], TOKENS_MIN) ** THRIFT
    left, held = BUDGET, set()
    for piece in np.argsort(-value, kind="stable"):
        if q["tokens"][piece] <= left:
            left -= q["tokens"][piece]
            held.update(q["hits"][piece])
    return len(held) / max(1, q["hunks"])


def found(q, files, pieces):
    """R@5, R@10, reciprocal rank, hunk@8k."""
    return *files_found(q, files), hunks_held(q, pieces)


def measured(ours, others):
    """The figures of each question: of ours with weights from our other repositories, of others with weights from ours."""
    figures = {}
    for repo in {q["repo"] for q in ours}:
        rest = [q for q in ours if q["repo"] != repo]
        files, pieces = fit_files(rest), fit_pieces(rest)
        figures |= {key(q): found(q, files, pieces) for q in ours if q["repo"] == repo}
    files, pieces = fit_files(ours), fit_pieces(ours)
    return figures | {key(q): found(q, files, pieces) for q in others}


def key(question):
    return question["kind"], question["form"], question["repo"], question["id"]


def main():
    everything, others = (list(read(Path(sys.argv[1]), which)) for which in (OURS, OTHERS))
    for label, forms in FORMS.items():
        ours = [q for q in everything if q["form"] in forms]
        figures = measured(ours, [q for q in others if q["form"] in forms])
        for kind, form in sorted({one[:2] for one in figures}):
            values = [value for one, value in figures.items() if one[:2] == (kind, form)]
            print("left out", kind, form, len(values), "R@5 R@10 MRR hunk@8k", (100 * np.mean(values, 0)).round(1))
        weights, pieces = fit_files(ours), fit_pieces(ours)
        for index, name in enumerate(next(q["names"] for q in ours if q["names"])):
            print(f"{label} {name}: share {weights[2 * index]:.2f}, place {weights[2 * index + 1]:.2f}")
        print(label, "pieces: bias and weights", [round(float(w), 3) for w in pieces])


if __name__ == "__main__":
    main()
