"""The topics of `help`: what one can do, most-used first, so that nobody reads a hundred lines."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.permissions import Action
from prompts.text import Words
from prompts.words import guide as words


@dataclass(frozen=True, slots=True)
class Topic:
    """Shown to who may do `may`, with those of its `commands` that they may use. A topic about a `cohort` is
    left out for people who are in none. Commands that name the topic themselves come after `commands`."""

    slug: str
    title: Words
    commands: tuple[str, ...]
    may: Action = Action.TAKE_PART
    cohort: bool = False


WORK = (
    Topic("planning", words.topic_planning,
          ("session new", "session move", "session link", "attendance", "session edit", "session cancel",
           "presenters", "presenter add", "presenter remove"), Action.RUN_COHORT),
    Topic("messages", words.topic_messages,
          ("nudges", "series page", "stick", "cost", "experiment", "prompt", "commitments"),
          Action.RUN_COHORT),
    Topic("breakouts", words.topic_breakouts,
          ("breakout", "breakout open", "breakout again", "breakout late", "breakout left", "harvest",
           "breakout close", "breakout swap", "breakout reshuffle", "breakout lock", "breakout without",
           "breakout undo", "breakout cancel"), Action.RUN_COHORT),
    Topic("preparing", words.topic_preparing,
          ("checklist", "brief", "feedback", "page"), Action.PREPARE_SESSION),
    Topic("ideas", words.topic_ideas,
          ("ideas", "idea", "themes", "theme add", "theme name", "theme remove"), Action.PREPARE_SESSION),
    Topic("people", words.topic_people,
          ("members", "invite", "member edit", "member remove", "register open", "register", "register close",
           "personal link", "personal link end"),
          Action.RUN_COHORT),
    Topic("forms", words.topic_forms,
          ("evaluation status", "evaluation open", "evaluation close", "evaluation links",
           "evaluation tailor", "evaluation file", "evaluation funder"), Action.READ_REPORTS),
    Topic("meeting", words.topic_meeting,
          ("breakout met", "partners new", "partners every", "pair rule", "pair rules", "pair lift"),
          Action.RUN_COHORT),
    Topic("reports", words.topic_reports,
          ("report", "report share", "report links", "report revoke", "report again", "report audit",
           "benchmark"), Action.READ_REPORTS),
    Topic("series", words.topic_series,
          ("start", "import", "cohort open", "cohort link", "series again", "series new", "cohort new",
           "cohort edit", "project new", "year new", "series export", "series close", "series reopen"),
          Action.RUN_COHORT),
    Topic("community", words.topic_community,
          ("community", "roles", "role give", "role take", "connect slack"), Action.MANAGE_COMMUNITY),
)  # fmt: skip
"""What somebody with a role does for others."""

PERSONAL = (
    Topic("sessions", words.topic_sessions,
          ("sessions", "here", "ask", "agenda", "questions", "invitations"), cohort=True),
    Topic("reflections", words.topic_reflections,
          ("reflect", "commit", "my commitments", "my reflections", "took along"), cohort=True),
    Topic("groups", words.topic_groups,
          ("partners", "partners skip", "partners pause", "partners back", "harvest", "avoid", "avoid end"),
          cohort=True),
    Topic("place", words.topic_place, ("setup", "me", "join", "introduce", "leave", "help")),
    Topic("settings", words.topic_settings,
          ("settings", "pause", "resume", "stop", "start", "write me on", "link", "unlink", "my page")),
    Topic("reading", words.topic_reading, ("resources", "evaluate", "archive")),
    Topic("data", words.topic_data, ("export", "delete")),
)  # fmt: skip
"""What everybody does for themselves."""

TOPICS = (*WORK, *PERSONAL)
