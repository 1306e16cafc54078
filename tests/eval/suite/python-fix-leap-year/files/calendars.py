"""Days and years."""


def is_leap(year: int) -> bool:
    """Whether the Gregorian calendar has a 29 February in that year."""
    return year % 4 == 0


def days_in(year: int) -> int:
    return 366 if is_leap(year) else 365
