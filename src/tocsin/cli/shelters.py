"""
`tocsin shelters`: the group that every verb about shelters hangs on.

What is asked of one point is in `shelters_nearest`, what a keeper or an official says in
`shelters_said`; what makes a network, imports a register and plans for a city have files of their
own.
"""

from __future__ import annotations

from tocsin.cli.program import group

verbs = group("shelters")
