"""Sorts the words it is given."""

import argparse

from words import sort_words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="+")
    arguments = parser.parse_args()
    print("\n".join(sort_words(arguments.words)))


if __name__ == "__main__":
    main()
