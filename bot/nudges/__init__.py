"""Planned messages: when each is due for whom, what was planned, what went out.

Pure: `quiet_hours`, `reader` (when a person may be written to), `cadence` (a step and its due moment),
`default_cadence`, `kinds`, `budget` (where each message of a person goes), `schedule`, `planned` and
`series_plan` (every nudge of a series): they know no table and no clock.
"""
