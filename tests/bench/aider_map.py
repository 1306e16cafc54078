"""Makes aider's map of a repository, and says how many seconds that took.

    aider_map.py ROOT < files    absolute paths, one a line

As aider does it for a chat without files: tags of all files into a cache that is empty, ranks, and the text that fits
its usual budget. Not counted are its imports, the model's tokenizer (a division stands for it) and its messages.
"""

import sys
import tempfile
import time

# Imported by the map when it is first ranked.
import networkx  # noqa: F401
import scipy  # noqa: F401
from aider.repomap import RepoMap


class Model:
    def token_count(self, text):
        return len(text) // 4


class Quiet:
    def read_text(self, path):
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeError):
            return None

    def tool_output(self, *_):
        pass

    tool_warning = tool_error = tool_output


def main():
    root = sys.argv[1]
    files = sys.stdin.read().splitlines()
    with tempfile.TemporaryDirectory() as cache:
        # It stands in the repository otherwise.
        RepoMap.TAGS_CACHE_DIR = cache
        started = time.perf_counter()
        repo_map = RepoMap(root=root, main_model=Model(), io=Quiet())
        text = repo_map.get_repo_map([], files)
        took = time.perf_counter() - started
        repo_map.TAGS_CACHE.close()
    if not text:
        sys.exit("the map is empty")
    print(took)


main()
