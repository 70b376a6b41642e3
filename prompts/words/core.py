"""What the bot answers whatever the feature: rights, unknown commands, mistakes."""

from prompts.catalog import text
from prompts.text import Marked

not_allowed = text(lambda who: "Sorry, I cannot do this for you, and nothing was changed. {who} Please ask one of them. `help` shows what you can do yourself.")
not_allowed_ask = text(lambda who, names: "Sorry, I cannot do this for you, and nothing was changed. {who} Here you can turn to {names}. `help` shows what you can do yourself.")
can_prepare_session = text(lambda: "A presenter, facilitator or administrator can do it.")
can_run_cohort = text(lambda: "A facilitator or administrator can do it.")
can_read_reports = text(lambda: "A facilitator, evaluator or administrator can do it.")
can_read_responses = text(lambda: "An evaluator can do it.")
can_manage_community = text(lambda: "An administrator can do it.")


WHO_CAN = {
    "prepare_session": can_prepare_session,
    "run_cohort": can_run_cohort,
    "read_reports": can_read_reports,
    "read_responses": can_read_responses,
    "manage_community": can_manage_community,
}


def who_can(language: str, action: str) -> Marked:
    """Who may do an action (the value of `bot.core.permissions.Action`)."""
    return WHO_CAN[action](language)


no_cohort = text(lambda: "You are not in a cohort yet. If you were given a code, type `join` and the code. If not, ask your facilitator to add you.")
which_cohort = text(lambda names: "Which cohort do you mean? Add its name, for example `cohort=name`. You can choose from: {names}.")
unknown_command = text(lambda text, nearest: "I do not know `{text}`. Did you mean {nearest}? Type `help` to see what you can do.")
unknown_command_at_all = text(lambda text: "I do not know `{text}`. Type `help` to see what I can do.")
nobody_reads_this = text(lambda: "I know commands only, and nobody reads this chat. Type `help` to see what I can do, or `reflect` to write something down for yourself.")
stale_button = text(lambda: "This button does not work any more. Nothing was changed. Type `help` to see what you can do now.")
stale_form = text(lambda: "This form has been open too long, or what it was about has changed. Nothing was changed. Please open it again.")
went_wrong = text(lambda code: "Something went wrong on our side, and nothing was changed. Please try again in a minute. If it happens again, tell your administrator this code: `{code}`.")
missing_argument = text(lambda name, usage: "Please add **{name}**. Like this: `{usage}`.")
bad_argument = text(lambda name, why, usage: "**{name}**: {why} Like this: `{usage}`.")
unknown_someone = text(lambda given: "I do not know “{given}” here. Mention the person with @, or give the email address from the roster.")
several_people = text(lambda given: "More than one person is called “{given}”. Mention the one you mean with @, or give their email address.")
extra_words = text(lambda given, usage: "I do not know what to do with “{given}”. Like this: `{usage}`.")
fill_in = text(lambda title: "This needs a few more details. Open **{title}** to fill them in.")
open_form = text(lambda: "Open the form")
deleted_person = text(lambda: "Your data was deleted at your wish. To take part again, ask your facilitator for a new invitation.")
form_from_elsewhere = text(lambda: "Throughline is not installed in your workspace, so nothing was saved. Ask the person who invited you for your own link.")
answer_not_shown = text(lambda: "What you asked for is done or looked up, but I could not show the answer here. `my page` opens your own page, where you can read it.")
no_email_here = text(lambda: "No e-mail is set up here. Ask who runs the bot to set `SMTP_URL`.")
