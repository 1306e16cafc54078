"""Figures about figures."""


def mean(values):
    """The mean, or None where there is nothing to take it of."""
    return sum(values) / len(values) if values else None
