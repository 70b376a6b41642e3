"""Reflections and commitments: prompts, answers, plans, check-ins."""

from prompts.catalog import message
from prompts.text import Marked


@message
def who_sees_label() -> str:
    """Who may see this?"""


@message
def who_sees_hint() -> str:
    """Only you, unless you choose somebody here. Your name stands with what you share."""


@message
def private() -> str:
    """Only me"""


@message
def partner() -> str:
    """My learning partner"""


@message
def group() -> str:
    """My breakout group"""


@message
def cohort() -> str:
    """The whole cohort"""


@message
def facilitators() -> str:
    """The facilitators"""


@message
def save() -> str:
    """Save"""


@message
def answer() -> str:
    """Answer"""


@message
def step(minutes: int, text: str) -> str:
    """- **{minutes} min** {text}"""


@message
def steps_title(minutes: int) -> str:
    """Step by step, {minutes} minutes"""


@message
def scale_ends(low: str, high: str) -> str:
    """0 is "{low}", 10 is "{high}"."""


@message
def own_words() -> str:
    """Or in your own words"""


@message
def not_yours() -> str:
    """You do not take part in that cohort. Type `me` to see yours."""


@message
def no_such_session(number: int, cohort: str, numbers: str) -> str:
    """**{cohort}** has no session {number}. It has: {numbers}."""


@message
def reflect_title() -> str:
    """What would you like to reflect on?"""


@message
def reflect_now() -> str:
    """Reflect"""


@message
def which_cohort() -> str:
    """You take part in more than one cohort. Which one is it about?"""


@message
def no_such_kind(given: str, names: str) -> str:
    """There is no prompt called "{given}". Choose one of: {names}."""


@message
def nothing_saved() -> str:
    """Nothing was written, so nothing was saved. Skipping is always fine."""


@message
def empty_edit() -> str:
    """Please write something, or delete the reflection instead."""


@message
def saved_title() -> str:
    """Saved"""


@message
def saved(audience: str) -> str:
    """Who sees it: **{audience}**."""


@message
def key_ideas() -> str:
    """The key ideas of that session"""


@message
def already_shared() -> str:
    """What you shared before stays in the chat where it was posted."""


@message
def edit() -> str:
    """Edit"""


@message
def delete() -> str:
    """Delete"""


@message
def sure() -> str:
    """Delete it for good?"""


@message
def stale_prompt() -> str:
    """That prompt is not there any more. Type `reflect` to choose one."""


@message
def no_reflection() -> str:
    """There is no such reflection of yours. Type `my reflections` to see them."""


@message
def no_reflections() -> str:
    """You have not written any reflection yet. Type `reflect` to begin."""


@message
def my_reflections_title() -> str:
    """Your reflections"""


@message
def counted(n: int, shown: int) -> str:
    """{n} reflection, {shown} shown.
    ---
    {n} reflections, the newest {shown} shown. Type `export` to get all.
    """


@message
def seen_by(audience: str) -> str:
    """Who sees it: {audience}"""


@message
def already_deleted() -> str:
    """That reflection is gone already."""


@message
def deleted() -> str:
    """Deleted for good."""


@message
def deleted_shared() -> str:
    """Deleted here for good. What you had shared stays in the chat where it was posted, until you delete it there or ask a facilitator."""


@message
def shared_title(name: str, kind: str) -> str:
    """{name} shared: {kind}"""


@message
def shared_context(audience: str) -> str:
    """Shared by its writer with: {audience}."""


@message
def saved_reply() -> str:
    """Saved as your private reflection."""


@message
def undo() -> str:
    """Undo"""


@message
def add_or_share() -> str:
    """Add to it or share it"""


@message
def undone() -> str:
    """Undone. I kept nothing of it."""


@message
def prompt_preview_title() -> str:
    """Preview: nothing is sent yet"""


@message
def prompt_preview(n: int, cohort: str) -> str:
    """This goes to {n} person in **{cohort}**, as a direct message, now.
    ---
    This goes to {n} people in **{cohort}**, to each as a direct message, now.
    """


@message
def send_prompt(n: int) -> str:
    """Send it to {n} person
    ---
    Send it to {n} people
    """


@message
def other_wording() -> str:
    """Another wording"""


@message
def prompt_already_sent() -> str:
    """This wording went out for that session already. Nothing was sent again."""


@message
def prompt_sent(n: int) -> str:
    """On its way to {n} person. Answers are theirs: you see what they choose to share.
    ---
    On its way to {n} people. Answers are theirs: you see what they choose to share.
    """


@message
def prompt_context(private: str) -> str:
    """{private} Press Answer, or just write back here."""


@message
def prompt_skipped() -> str:
    """Skipped. That is always fine."""


@message
def plan(cue: str, lead: str, action: str) -> str:
    """{cue}, {lead} {action}"""


@message
def commit_title() -> str:
    """What will you do?"""


@message
def commit_intro() -> str:
    """Choose up to three, or write your own. Only you see them; facilitators see counts. I ask you in three days how it went."""


@message
def cue_hint() -> str:
    """A moment that is sure to come. You can leave it empty."""


@message
def action_missing() -> str:
    """You picked a cue. What will you do then?"""


@message
def three_at_most() -> str:
    """Three commitments are the most. Please leave one out."""


@message
def plan_too_long(most: int) -> str:
    """That plan is too long. Please say it in {most} characters or fewer."""


@message
def committed_title() -> str:
    """Your commitment"""


@message
def see_commitments() -> str:
    """My commitments"""


@message
def committed_context(day: str) -> str:
    """I will ask you on {day} how it went. Only you see this."""


@message
def committed_before() -> str:
    """You had this one already, so nothing was added."""


@message
def no_commitments() -> str:
    """You have no open commitment."""


@message
def write_one() -> str:
    """Write one"""


@message
def my_commitments_title() -> str:
    """Your commitments"""


@message
def status_line(status: str) -> str:
    """Now: **{status}**."""


@message
def asked_on(day: str) -> str:
    """I will ask on {day}."""


@message
def carry_forward() -> str:
    """Ask me in a week"""


@message
def no_commitment() -> str:
    """There is no such commitment of yours. Type `my commitments` to see them."""


@message
def status_set(plan: str, status: str) -> str:
    """{plan}: **{status}**."""


@message
def pick_up_again() -> str:
    """Pick it up again"""


@message
def intended() -> str:
    """Planned"""


@message
def tried() -> str:
    """Tried it"""


@message
def working() -> str:
    """It works"""


@message
def changed() -> str:
    """Changed it"""


@message
def let_go() -> str:
    """Let it go"""


@message
def done() -> str:
    """Done"""


@message
def partly() -> str:
    """Partly"""


@message
def not_yet() -> str:
    """Not yet"""


@message
def changed_plan() -> str:
    """I changed the plan"""


@message
def check_in_title() -> str:
    """How did it go?"""


@message
def check_in(plan: str) -> str:
    """You planned: {plan}"""


@message
def check_in_context() -> str:
    """One tap is enough. Any answer is a good answer. Only you see it; facilitators see counts."""


@message
def ask_later() -> str:
    """Ask me in 3 days"""


@message
def stop_asking() -> str:
    """Stop asking"""


@message
def answer_thanks(answer: str) -> str:
    """Thank you. Noted: **{answer}**."""


@message
def will_ask(day: str) -> str:
    """I will ask you on {day}."""


@message
def will_not_ask() -> str:
    """I will not ask about it any more. The commitment is still on your list."""


@message
def ask_after_all() -> str:
    """Ask me after all"""


@message
def tally_title(cohort: str) -> str:
    """Commitments in {cohort}"""


@message
def tally_hidden(k: int) -> str:
    """Fewer than {k} people have a commitment. Counts are shown from {k} people up, so that nobody can be found."""


@message
def tally_total(n: int) -> str:
    """{n} people have a commitment. Each counts once, by the latest."""


@message
def tally_context(k: int) -> str:
    """Counts below {k} are hidden, and with them whatever would give them away."""


@message
def hidden_count() -> str:
    """hidden"""


@message
def reflect_summary() -> str:
    """Reflect on a session with one of twelve short prompts"""


@message
def my_reflections_summary() -> str:
    """See, edit or delete what you wrote"""


@message
def commit_summary() -> str:
    """Plan one small thing you will do"""


@message
def my_commitments_summary() -> str:
    """See your commitments and say what became of them"""


@message
def prompt_summary() -> str:
    """Send a prompt to a cohort, after a preview"""


@message
def tally_summary() -> str:
    """See how many people committed, never who"""


_AUDIENCES = {
    "private": private,
    "partner": partner,
    "group": group,
    "cohort": cohort,
    "facilitators": facilitators,
}
_STATUSES = {"intended": intended, "tried": tried, "working": working, "changed": changed, "let_go": let_go}
_ANSWERS = {"done": done, "partly": partly, "not": not_yet, "changed": changed_plan}


def audience(language: str, visibility: str) -> Marked:
    """Who sees a reflection, by the name of its visibility."""
    return _AUDIENCES[visibility](language)


def status(language: str, name: str) -> Marked:
    """What has become of a commitment."""
    return _STATUSES[name](language)


def follow_up(language: str, name: str) -> Marked:
    """An answer to a check-in."""
    return _ANSWERS[name](language)
