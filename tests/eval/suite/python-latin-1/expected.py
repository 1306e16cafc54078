# -*- coding: latin-1 -*-
"""Grüße für Gäste."""

GREETING = "Schönen Abend"


def greet(name):
    return f"{GREETING}, {name}!"
