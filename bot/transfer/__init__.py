"""Import: read a roster or a community file whole, list every problem, then apply it in one transaction.

Every door does the same two steps, and may do the first alone (a dry run)::

    plan = read_roster(content)                                  # pure; plan.errors holds every problem
    problems = await check_roster(db, cohort, plan, may_give)    # what only the database knows
    outcome = await apply_roster(db, cohort, plan, now)          # raises NotApplicable when there are any

    plan = read_community(content, {"people.csv": roster})       # the same for a community file
    outcome = await apply_community(db, community, plan, now)

    plan = read_series(content)                                  # a series from another centre
    problems = await check_series(db, community, plan.file, place)
    outcome = await apply_series(db, community, plan, place, now)

Applying twice changes nothing the second time. The caller's transaction holds everything or nothing.
"""

from bot.transfer.apply_community import apply_community
from bot.transfer.apply_roster import GIVEN_BY_FACILITATORS, NotApplicable, apply_roster, check_roster
from bot.transfer.community import CommunityPlan, read_community
from bot.transfer.problems import ImportOutcome, ImportProblem
from bot.transfer.roster import RosterPlan, RosterRow, read_roster
from bot.transfer.series import Placement, SeriesPlan, apply_series, check_series, read_series

__all__ = [
    "GIVEN_BY_FACILITATORS",
    "CommunityPlan",
    "ImportOutcome",
    "ImportProblem",
    "NotApplicable",
    "Placement",
    "RosterPlan",
    "RosterRow",
    "SeriesPlan",
    "apply_community",
    "apply_roster",
    "apply_series",
    "check_roster",
    "check_series",
    "read_community",
    "read_roster",
    "read_series",
]
