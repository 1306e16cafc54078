#!/usr/bin/env python3
"""Writes the tasks to fit on: those of the development split, and more commits of the same repositories.

usage: tasks.py FOLDER COMMITS [REPOSITORY…]   (COMMITS more of each; EVAL and MIRRORS as in the README)

Of the repositories named, which are not of the split, come tasks that nothing is fitted on, only measured.
"""
import json
import os
import random
import re
import sys
from pathlib import Path

sys.path.insert(0, os.environ["EVAL"])
from common import REPOS, git, is_candidate, is_source, load, vague  # noqa: E402

TRAILER = re.compile(r"^(Signed-off-by|Co-authored-by|Refs?|Fixes|Closes|Reviewed-by|See also):.*$", re.I | re.M)
NOISE = [
    re.compile(r"https?://\S+"),
    re.compile(r"\(?#\d+\)?"),
    re.compile(r"\b[\w./-]+\.(rs|py|go|lua|ts|js|tsx|vue|md|c|h)\b"),
    re.compile(r"\b\w+/\w+/[\w/]+\b"),
]
OTHER_COMMITS = 150
CHORE = re.compile(r"^(release|chore\(release|bump|version|style|lint|fmt|typo)", re.I)


def request(message):
    """The commit message as someone might have asked for it: no trailers, links, numbers, file names."""
    for pattern in [TRAILER, *NOISE]:
        message = pattern.sub("", message)
    return message.strip()


def commits(repo, known):
    """(time, commit, parent, request, changed source files) of the commits that make a task."""
    log = git(repo, "log", "--no-merges", "--format=%x01%H %P%x02%ct%x02%B%x03", "--name-status", "--no-renames", "-n", "4000", "HEAD")
    for record in log.split("\x01")[1:]:
        head, _, rest = record.partition("\x03")
        ids, time, message = head.split("\x02", 2)
        ids = ids.split()
        changes = [line.split("\t") for line in rest.strip().split("\n") if "\t" in line]
        gold = [change[1] for change in changes if change[0] == "M" and is_candidate(change[1])]
        sources = [change for change in changes if is_source(change[1]) and is_candidate(change[1])]
        text = request(message)
        enough = len(re.findall(r"[A-Za-z]{3,}", text)) >= 4
        if len(ids) == 2 and ids[0] not in known and 1 <= len(gold) <= 6 >= len(sources) and enough and not CHORE.search(text):
            yield int(time), ids[0], ids[1], text, gold


def hunks(repo, parent, commit, gold):
    """{path: [[first line, lines] of the parent]} of what the commit changes."""
    found, path = {}, None
    for line in git(repo, "diff", "-U0", "--no-renames", parent, commit, "--", *gold).split("\n"):
        if line.startswith("+++ b/"):
            path = line[6:]
            found.setdefault(path, [])
        match = re.match(r"@@ -(\d+)(?:,(\d+))? \+", line)
        if match and path:
            found[path].append([int(match[1]), int(match[2]) if match[2] else 1])
    return found


def more_tasks(repo, known, count):
    random.seed(5)
    candidates = list(commits(repo, known))
    for time, commit, parent, text, gold in sorted(random.sample(candidates, min(count, len(candidates)))):
        changed = hunks(repo, parent, commit, gold)
        if any(not changed.get(path) for path in gold):
            continue
        task = {"id": commit, "kind": "nl", "parent": parent, "query": text, "vague": vague(text) or "", "cursor": None,
                "gold": gold, "gold_hunks": changed}
        yield task
        if len(gold) > 1:
            own = random.choice(gold)
            yield task | {"id": commit + "-cursor", "kind": "cursor", "query": "", "vague": "",
                          "cursor": {"path": own, "line": max(1, changed[own][0][0])},
                          "gold": [path for path in gold if path != own],
                          "gold_hunks": {path: changed[path] for path in gold if path != own}}


def write(folder, kind, repo, tasks):
    name = f"{kind}-{repo.replace('/', '+')}.jsonl"
    (folder / name).write_text("".join(json.dumps(task) + "\n" for task in tasks))


def main():
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    own = load("dev")
    for repo in REPOS:
        mine = [task for task in own if task["repo"] == repo]
        for task in mine:
            task["vague"] = (vague(task["query"]) or "") if task["kind"] == "nl" else ""
        known = {task["commit"] for task in mine}
        write(folder, "dev", repo, mine)
        write(folder, "more", repo, more_tasks(repo, known, count))
    for repo in sys.argv[3:]:
        write(folder, "other", repo, more_tasks(repo, set(), OTHER_COMMITS))


main()
