from client import fetch


def load() -> str:
    return fetch("/report", 2500)
