"""Witness or withhold: what is hidden in published tables cannot be worked out from all of them together.

A *world* is another community that would have published the very same numbers: every person keeps the series
that they came to, and some exchange their groups (states, roles …). A world in which a hidden number is
another one is a *witness*: whoever holds everything ever published cannot tell the two apart. A table is
published only while each hidden count below k, and each difference below k between two tables of which one
holds the other's people, has its witness; each witness is checked by plain counting in a routine of its own.

Because every person keeps their series, all that is published about how many came (sessions, participations,
completion, how often) is the same in every world, whatever it is and whenever it was published. Who met
whom may be other pairs there (`meetings`). Completion and pairs, which add up over cohorts, have worlds of
their own (`sums`).
"""
