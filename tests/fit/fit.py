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
FORMS = {"query": ("full", "vague"), "cursor": ("cursor",)}


def read(folder):
    """One dict for each question: its form, the signals of the candidates, the features of the pieces."""
    for tasks in sorted(folder.glob("[dm]*.jsonl")):
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


def adam(gradient, weights, steps, floor=None):
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        slope = gradient(weights)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope * slope
        weights = weights - 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        if floor is not None:
            weights = np.maximum(weights, floor)
    return weights


def fit_files(questions, steps=500, penalty=0.02):
    usable = [q for q in questions if q["right"].any() and q["names"]]
    width, rows = usable[0]["signals"].shape[1], max(len(q["right"]) for q in usable)
    x, y = np.zeros((len(usable), rows, width), np.float32), np.zeros((len(usable), rows), np.float32)
    there = np.zeros((len(usable), rows), bool)
    for index, q in enumerate(usable):
        count = len(q["right"])
        x[index, :count], y[index, :count], there[index, :count] = q["signals"], q["right"] / q["right"].sum(), True

    def gradient(weights):
        scores = np.where(there, x @ weights, -1e9)
        chances = np.exp(scores - scores.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        return np.einsum("tnd,tn->d", x, chances - y) / len(usable) + penalty * weights

    return adam(gradient, np.full(width, 0.3, np.float32), steps, floor=0)


def fit_pieces(questions, steps=700, penalty=1e-4):
    usable = [q for q in questions if len(q["hit"])]
    x, y = np.concatenate([q["features"] for q in usable]), np.concatenate([q["hit"] for q in usable])
    mean, spread = x.mean(0), x.std(0) + 1e-6
    mean[0], spread[0] = 0, 1
    x = (x - mean) / spread
    weights = adam(lambda w: x.T @ ((1 / (1 + np.exp(-(x @ w))) - y) / len(y)) + penalty * w, np.zeros(x.shape[1], np.float32), steps)
    weights = weights / spread
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


def main():
    everything = list(read(Path(sys.argv[1])))
    for label, forms in FORMS.items():
        questions = [q for q in everything if q["form"] in forms]
        figures = {}
        for repo in sorted({q["repo"] for q in questions}):
            others = [q for q in questions if q["repo"] != repo]
            files, pieces = fit_files(others, 250), fit_pieces(others, 400)
            for q in (q for q in questions if q["repo"] == repo):
                figures.setdefault((q["kind"], q["form"]), []).append((*files_found(q, files), hunks_held(q, pieces)))
        for key, values in sorted(figures.items()):
            print("left out", *key, "R@5 R@10 MRR hunk@8k", (100 * np.mean(values, 0)).round(1))
        weights = fit_files(questions)
        for index, name in enumerate(next(q["names"] for q in questions if q["names"])):
            print(f"{label} {name}: share {weights[2 * index]:.2f}, place {weights[2 * index + 1]:.2f}")
        print(label, "pieces: bias and weights", [round(float(w), 3) for w in fit_pieces(questions)])


if __name__ == "__main__":
    main()
