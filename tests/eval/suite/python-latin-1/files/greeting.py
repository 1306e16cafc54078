# -*- coding: latin-1 -*-
"""Grüße für Gäste."""

GREETING = "Schönen Tag"


def greet(name):
    return f"{GREETING}, {name}!"
