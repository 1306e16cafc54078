import client


def pull() -> str:
    return client.fetch("/changes", timeout=30000)
