"""Orders of words."""


def sort_words(words: list[str]) -> list[str]:
    """The words in dictionary order, whatever their case."""
    return sorted(words, key=str.casefold)
