"""Asking for an evaluation, answering it, opening and closing it."""

from prompts.catalog import message


@message
def evaluate_summary() -> str:
    """Answer the form of a session or series"""


@message
def open_summary() -> str:
    """Open a session's form now, and post it; with no number, the series form"""


@message
def close_summary() -> str:
    """Close a form early"""


@message
def status_summary() -> str:
    """How many have answered"""


@message
def session_form(number: int, title: str) -> str:
    """How was session {number}, {title}?"""


@message
def series_form(series: str) -> str:
    """How was {series} as a whole?"""


@message
def follow_up(series: str) -> str:
    """What stayed with you from {series}?"""


@message
def reminder_title() -> str:
    """There is still time to answer"""


@message
def reminder(about: str, day: str) -> str:
    """{about} The form closes on {day}. This is the only reminder."""


@message
def anonymous_ask(about: str) -> str:
    """{about} It takes two minutes, and your answers are **anonymous**."""


@message
def confidential_ask(about: str) -> str:
    """{about} It takes two minutes. Your answers are **confidential**: only evaluators see them with your name."""


@message
def answer() -> str:
    """Answer"""


@message
def choose_title() -> str:
    """Which form?"""


@message
def nothing_open() -> str:
    """No form waits for you now. We send you a message when one opens."""


@message
def not_yet(about: str) -> str:
    """{about} This form is not open yet. It opens near the end; we will write to you then."""


@message
def closed(about: str) -> str:
    """{about} This form is closed, so nothing was kept. To add a thought, write to your facilitator."""


@message
def answered_already(about: str) -> str:
    """{about} You have sent this form already. What you sent stays as it is."""


@message
def not_asked() -> str:
    """This form is for people who take part in that series. Type `evaluate` to see yours."""


@message
def other_language() -> str:
    """This form does not exist in your language. Your facilitator can have it translated, or you can change yours: type `settings`."""


@message
def thanks_title() -> str:
    """Thank you"""


@message
def thanks_anonymous() -> str:
    """We kept your answers without your name. Nobody can find or change them now."""


@message
def thanks_confidential() -> str:
    """We kept your answers. Only evaluators see them with your name."""


@message
def cancelled(about: str) -> str:
    """{about} The session was cancelled, so it has no form."""


@message
def opened_title() -> str:
    """The form is open"""


@message
def opened(about: str, n: int) -> str:
    """{about} It is posted in {n} channel.
    ---
    {about} It is posted in {n} channels."""


@message
def open_already(about: str) -> str:
    """{about} The form was open already, so it was not posted again."""


@message
def not_begun(about: str) -> str:
    """{about} The form can open once the session has begun."""


@message
def closed_title() -> str:
    """The form is closed"""


@message
def not_open(about: str) -> str:
    """{about} No form is open. Type `evaluation status` to see all forms."""


@message
def status_title() -> str:
    """Forms and who has answered"""


@message
def no_forms(cohort: str) -> str:
    """No form was opened in **{cohort}** yet. Type `evaluation open 1` once session 1 has begun."""


@message
def rate(answered: int, eligible: int, percent: str) -> str:
    """{answered} of {eligible} answered ({percent})"""


@message
def rate_of_none() -> str:
    """Nobody could answer"""


@message
def open_until(day: str) -> str:
    """Open until {day}"""


@message
def is_closed() -> str:
    """Closed"""


@message
def names_never() -> str:
    """You see how many have answered, never who."""


@message
def too_small(n: int, k: int) -> str:
    """Only {n} person can answer. We show results from {k} answers up, so these may stay hidden.
    ---
    Only {n} people can answer. We show results from {k} answers up, so these may stay hidden."""


@message
def on_a_page() -> str:
    """Answer on a web page"""


@message
def links_summary() -> str:
    """Links to a form for people on no chat"""


@message
def links_title() -> str:
    """Links to the form"""


@message
def links_text(about: str, n: int) -> str:
    """{about} {n} person is on neither Slack nor Teams. Send them their own link. It works once, until the form closes.
    ---
    {about} {n} people are on neither Slack nor Teams. Send each their own link. It works once, until the form closes."""


@message
def links_none(about: str) -> str:
    """{about} Everybody who is asked can be reached in Slack or Teams, so no link is needed."""


@message
def their_link(name: str, url: str) -> str:
    """{name}: {url}"""


@message
def funder_summary() -> str:
    """Post a link to the funder's own form"""


@message
def funder_title() -> str:
    """Look before it is posted: the funder's form"""


@message
def funder_preview(n: int, cohort: str) -> str:
    """Nothing is posted yet. The channel of **{cohort}** would get the link. {n} person is invited.
    ---
    Nothing is posted yet. The channel of **{cohort}** would get the link. {n} people are invited."""


@message
def funder_where() -> str:
    """Site"""


@message
def funder_channels() -> str:
    """Channels"""


@message
def funder_they_read() -> str:
    """What people read"""


@message
def funder_never_matched() -> str:
    """We keep how many were invited. Who opens the link or answers is never known here, and never matched to a person."""


@message
def funder_post() -> str:
    """Post the link"""


@message
def funder_posted(n: int, invited: str) -> str:
    """The link goes to {n} channel. Invited: {invited}.
    ---
    The link goes to {n} channels. Invited: {invited}."""


@message
def funder_take_back() -> str:
    """Take it back"""


@message
def funder_taken_back() -> str:
    """Taken back, and the count with it. Where the link was posted before, the channel is told not to use it."""


@message
def funder_withdrawn(host: str, day: str) -> str:
    """Please do not use the link to the funder's form at **{host}** that was posted here on {day}. It was posted by mistake. If you have answered already, there is nothing you need to do."""


@message
def funder_nothing_to_undo() -> str:
    """There is no such link to take back. Type `evaluation status` to see all forms."""


@message
def funder_posted_already(series: str) -> str:
    """This link was posted in **{series}** before, so nothing was posted again. Type `evaluation status` to see the count."""


@message
def funder_link_unfit(most: int) -> str:
    """The link to a form is an https address of at most {most} characters, like https://funder.example.org/form. Nothing was posted."""


@message
def funder_no_channel(cohort: str) -> str:
    """**{cohort}** has no channel yet, so the link has no place to go. Open one first: `cohort open`."""


@message
def funder_invited(n: int, host: str, day: str) -> str:
    """{n} person invited on {day}, to {host}
    ---
    {n} people invited on {day}, to {host}"""
