import os

from defaults import FALLBACK

# 30 was the limit of the old queue.
OLD_TIMEOUT = 30


def timeout(asked=None):
    return asked or int(os.environ.get("JOB_TIMEOUT", FALLBACK["timeout"] * 3))
