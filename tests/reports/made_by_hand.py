"""A report written by hand, for tests of what shows it."""

from __future__ import annotations

from datetime import date

from bot.reports.document import Figure, NetworkDrawing, Report, Table

COUNTED = "Counted once for each person, whatever they attended."


def handmade(language: str = "en", k: int = 11, **changes: object) -> Report:
    """Every kind of number, plot and hidden cell."""
    values: dict[str, object] = {
        "scope": "series:1",
        "title": "Report: Feeling Safe to Speak Up",
        "cut": date(2027, 6, 1),
        "k": k,
        "language": language,
        "figures": FIGURES,
        "tables": TABLES,
        "network": NETWORK,
        "notes": ("Answers come from closed forms only.",),
    }
    return Report(**(values | changes))  # type: ignore[arg-type]


FIGURES = (
    Figure("reach", "People reached", COUNTED, "36", 36),
    Figure("participations", "Times attended", "Every attended session of every person.", "108", 108),
    Figure("completed", "Completed", "People who attended 75% of the sessions or more.", "69.4% (25 of 36)",
           25 / 36, 36),
    Figure("recommend", "Would recommend it", "Agree and strongly agree, of those who answered.",
           "90.5% (19 of 21; 95% interval 71.1% to 97.3%)", 19 / 21, 21, 0.711, 0.973),
    Figure("response", "Answered the form", "Valid answers of those who attended.",
           "80.8% (21 of 26; 95% interval 62.1% to 91.5%)", 21 / 26, 26, 0.621, 0.915),
    Figure("change", "Change they report, before to now", "Mean of now minus before, complete pairs.",
           "+1.50 (2.56 to 4.06, 18 people)", 1.5, 18),
    Figure("intent", "Plan to use it", "Yes, of those who answered.", None),
    Figure("nps", "=HYPERLINK(\"http://evil.example\")", "<script>alert(1)</script>", "+43 (21 people)",
           43, 21),
)  # fmt: skip
TABLES = (
    Table("setting", "People reached, by setting", "Where people work, as they said.",
          ("Setting", "People"), (("Clinic", 31), ("School", 13), ("Hospital", None), ("Not told", None)),
          "bars"),
    Table("state", "Reach beside the workforce", "Share of people reached by share of the workforce.",
          ("State", "Ratio", "People", "Workforce"),
          (("Alaska", 1.62, 12, 2100), ("Idaho", 0.71, 13, 5200), ("Oregon", None, None, 9100),
           ("Washington", 1.04, 31, 18400)), "ratios"),
    Table("sessions", "Attendance, session by session", "People at each session.",
          ("Session", "People"), (("1", 30), ("2", 28), ("3", None), ("4", 24)), "lines"),
    Table("themes", "Themes that surfaced", "Sessions with the theme, of the sessions coded.",
          ("Theme", "Sessions"), (("No time for supervision", 4), ("Feeling safe to speak up", 3)), "bars"),
    Table("commitments", "Commitments", "What people said of their plans.",
          ("Answer", "People"), (("Done", None), ("Partly", None)), "bars"),
    Table("years", "Projects to date", "Every series, by project year.",
          ("Year", "Series"), (("Year 6: '23–'24", "Feeling Safe"), ("Year 5: '22–'23", "=1+1")), "none"),
)  # fmt: skip
NETWORK = NetworkDrawing(
    "Who has met across states",
    "Pairs of people who have been in a group together, by the states they work in.",
    (("Alaska", 12), ("Idaho", 13), ("Oregon", 15), ("Washington", 31)),
    ((0, 1, 14), (0, 3, 33), (1, 3, 28), (2, 3, 41), (3, 3, 52), (1, 2, 12)),
)
