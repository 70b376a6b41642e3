"""Planning a session with its presenters."""

from prompts.catalog import message


@message
def checklist_summary() -> str:
    """See what is to be done before a session"""


@message
def brief_summary() -> str:
    """See who is in the cohort, in counts"""


@message
def checklist() -> str:
    """Checklist"""


@message
def run_of_show() -> str:
    """Run of show"""


@message
def brief() -> str:
    """Who is coming"""


@message
def checklist_title(number: str, title: str) -> str:
    """Checklist for session {number}: {title}"""


@message
def still_open(n: int) -> str:
    """{n} thing is still to be done.
    ---
    {n} things are still to be done."""


@message
def no_items() -> str:
    """Nothing is on the list yet."""


@message
def checklist_context(when: str) -> str:
    """The session starts {when}."""


@message
def add_item() -> str:
    """Add to the list"""


@message
def add() -> str:
    """Add"""


@message
def done() -> str:
    """Done"""


@message
def not_done() -> str:
    """Not done after all"""


@message
def done_line() -> str:
    """Done."""


@message
def due_line(day: str) -> str:
    """Due {day}"""


@message
def open_line() -> str:
    """Open"""


@message
def owned(text: str, name: str) -> str:
    """{text} · {name}"""


@message
def no_such_item() -> str:
    """This is not on the list any more. Type `checklist` and the session's number to see it."""


@message
def what_label() -> str:
    """What is to be done"""


@message
def owner_label() -> str:
    """Who does it"""


@message
def due_label() -> str:
    """By when"""


@message
def too_many_items(most: int) -> str:
    """A checklist has {most} entries at most. Tick some off first."""


@message
def by_state() -> str:
    """State"""


@message
def by_role() -> str:
    """Role"""


@message
def by_setting() -> str:
    """Setting"""


@message
def surfaced() -> str:
    """What surfaced last time"""


@message
def brief_title(number: str) -> str:
    """Who is coming to session {number}"""


@message
def brief_text(n: int) -> str:
    """{n} person takes part.
    ---
    {n} people take part."""


@message
def too_few() -> str:
    """The cohort is still too small to say anything about it without pointing at somebody."""


@message
def brief_context(k: int) -> str:
    """Counts below {k} are hidden, so that nobody can be found."""


@message
def unknown() -> str:
    """unknown"""


@message
def feedback_summary() -> str:
    """What people said of a session, for its presenters"""


@message
def feedback() -> str:
    """What people said"""


@message
def feedback_title(title: str) -> str:
    """What people said of {title}"""


@message
def feedback_text(n: int) -> str:
    """{n} person answered. Nobody is named, and nobody else sees this.
    ---
    {n} people answered. Take what helps your next session; leave the rest."""


@message
def feedback_context(k: int) -> str:
    """No names. A question that fewer than {k} people answered stays hidden."""


@message
def feedback_not_yours() -> str:
    """This is for those who presented that session, and for its facilitators."""


@message
def no_form_yet() -> str:
    """Nobody has been asked about this session yet. The form opens in its last minutes."""


@message
def form_is_open(day: str) -> str:
    """People can still answer until {day}. You get what they said after that."""


@message
def too_few_answers(k: int) -> str:
    """Fewer than {k} people answered, so nothing is shown: it would say who wrote what."""


@message
def comments_with_evaluators() -> str:
    """These answers carry names, so their words are for evaluators only."""


@message
def mean_of_five(mean: str, n: int) -> str:
    """{mean} of 5 (n = {n})"""


@message
def said_yes(percent: str, n: int) -> str:
    """yes: {percent} (n = {n})"""


@message
def hidden() -> str:
    """hidden"""


@message
def cell(label: str, count: str) -> str:
    """{label}: {count}"""


@message
def planning_title(title: str) -> str:
    """Let's plan: {title}"""


@message
def planning_text(when: str) -> str:
    """Your session starts {when}. Fifteen minutes now save an hour later: agree on the objectives and on how long you talk and how long people try things."""


@message
def week_title(title: str) -> str:
    """One week to go: {title}"""


@message
def week_text(when: str) -> str:
    """Your session starts {when}. Here is what is still open."""


@message
def tech_title(title: str) -> str:
    """Tech check: {title}"""


@message
def tech_text(when: str) -> str:
    """Your session starts {when}. Please try your sound, your screen and the breakout rooms once."""


@message
def open_items() -> str:
    """Still open"""


@message
def open_room() -> str:
    """Open the room"""


@message
def item_due(text: str, day: str) -> str:
    """{text} (due {day})"""


@message
def sum_differs(planned: int, minutes: int) -> str:
    """The agenda has {planned} minutes, the session {minutes}. They should be the same."""


@message
def ask_summary() -> str:
    """Ask the presenters something before the next session"""


@message
def questions_summary() -> str:
    """See what people ask before a session, and vote"""


@message
def ask_title() -> str:
    """Ask beforehand"""


@message
def ask() -> str:
    """Ask a question"""


@message
def ask_intro(title: str) -> str:
    """For the presenters of **{title}**. Nobody sees who asked."""


@message
def question_label() -> str:
    """Your question"""


@message
def no_session_to_ask() -> str:
    """There is no session to ask about right now."""


@message
def question_too_long(most: int) -> str:
    """Use {most} characters at most."""


@message
def too_many_questions(most: int) -> str:
    """You have {most} questions already. Take one back first."""


@message
def asked() -> str:
    """Your question is on the list."""


@message
def questions_title(title: str) -> str:
    """Questions for: {title}"""


@message
def no_questions() -> str:
    """Nobody has asked anything yet. Be the first."""


@message
def questions_context() -> str:
    """Nobody sees who asked or voted."""


@message
def me_too() -> str:
    """I want to know too"""


@message
def not_me() -> str:
    """Not me after all"""


@message
def take_back_question() -> str:
    """Take it back"""


@message
def no_such_question() -> str:
    """This question is not on the list any more."""


@message
def questions() -> str:
    """Questions"""


@message
def wanted_by(n: int) -> str:
    """{n} person wants to know
    ---
    {n} people want to know"""
