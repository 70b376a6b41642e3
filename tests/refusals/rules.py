"""What an error leads to, by what the method is for and how the adapter takes the error."""

from __future__ import annotations

METHODS = {
    "chat.postMessage": "message",
    "conversations.open": "message",
    "chat.postEphemeral": "answer",
    "chat.update": "answer",
    "views.open": "answer",
    "views.publish": "home",
    "conversations.create": "opening",
    "users.conversations": "opening",
    "conversations.history": "looking",
    "conversations.invite": "letting in",
    "conversations.kick": "taking out",
    "conversations.setTopic": "furnishing",
    "pins.add": "furnishing",
    "bookmarks.list": "furnishing",
    "bookmarks.add": "furnishing",
    "bookmarks.edit": "furnishing",
    "conversations.info": "linking",
    "conversations.members": "linking",
    "users.info": "meeting",
    "users.lookupByEmail": "inviting",
    "send to conversation": "message",
    "create conversation": "message",
    "get member": "meeting",
    "auth.test": "starting",
    "oauth.v2.access": "installing",
    "get an access token": "signing in",
    "apps.connections.open": "socket",
    "blocks.validate": "validating",
    "update activity": "answer",
    "get paged members": "linking",
    "Graph: find the app": "grouping",
    "Graph: create chat": "grouping",
    "Graph: install the app in the chat": "grouping",
}

_HELD = (
    "The workspace is held: its messages wait, expire by their own rule, and go out when it works again",
    "Administrators and facilitators, once, on another platform or when it works again",
    "test_a_workspace_that_refuses_everything_keeps_its_messages",
)
_LATER = (
    "It stays in the inbox and is done when the platform says, or after a pause that grows",
    "The log; the person gets the answer then",
    "test_an_answer_put_off_for_two_minutes_goes_out_after_two_minutes",
)
_JOB_LATER = (
    "The job is done again when the platform says, or after a pause that grows; after ten tries it failed",
    "The log; whoever asked, when it failed",
    "test_who_asked_for_a_channel_hears_why_there_is_none_and_goes_on",
)
_ASKED = (
    "No channel is opened; a second try goes on where this one stopped",
    "Whoever asked for the channel, with what to do and a button to try again",
    "test_who_asked_for_a_channel_hears_why_there_is_none_and_goes_on",
)
_FACILITATORS = (
    "The step is left out; the rest goes on",
    "The facilitators, once a day for each reason, with what to do",
    "test_a_step_that_is_refused_is_told_once",
)

_START_FAILS = (
    "The bot does not start, and says in a sentence what to do",
    "Who starts it, on the terminal or in the log",
    "test_a_wrong_token_ends_with_a_sentence",
)
_SLACK_LATER = (
    "The rest is served, `/readyz` says why Slack is not, and Slack is asked again each minute",
    "Who runs the bot, at the start, by the log and `/readyz`",
    "test_slack_that_is_down_at_the_start_keeps_nobody_else_waiting",
)
_NOT_INSTALLED = (
    "Nothing is written down; the page offers to start again",
    "Who installs it, in the browser; the log",
    "test_an_installation_that_slack_refuses_is_told_in_the_browser",
)
_NO_TOKEN_NOW = (
    "An older token does until its end; then each call is as when the platform is away, and made again",
    "The log; the reader gets it then",
    "test_a_token_that_is_not_to_be_had_now_loses_no_message",
)
_NO_SOCKET = (
    "The rest is served, `/readyz` says why nothing comes, and a socket is tried again each minute",
    "Who runs the bot, by the log and `/readyz`",
    "test_a_socket_refused_at_the_start_is_told_once_and_opened_when_it_may_be",
)
_NOT_ASKED = (
    "`doctor --blocks` ends with the reason",
    "Who typed it",
    "test_what_slack_does_not_let_us_ask_is_told",
)
_ONE_BY_ONE = (
    "Each of the group is written to alone",
    "The facilitators, at once, with the reason",
    "test_a_group_chat_that_graph_refuses_is_told_one_by_one",
)
_GROUP_LATER = (
    "The group's job is done again, and goes on where it stopped: no second chat is made",
    "The facilitators, after two tries",
    "test_a_chat_is_made_once_however_often_graph_puts_the_app_off",
)

RULES: dict[tuple[str, str], tuple[str, str, str]] = {
    ("starting", "throttled"): _SLACK_LATER,
    ("starting", "unavailable"): _SLACK_LATER,
    ("starting", "workspace"): _START_FAILS,
    ("starting", "refused"): _START_FAILS,
    ("installing", "refused"): _NOT_INSTALLED,
    ("signing in", "throttled"): _NO_TOKEN_NOW,
    ("signing in", "unavailable"): _NO_TOKEN_NOW,
    ("signing in", "workspace"): (
        "The organisation is held: messages wait, expire by their own rule, and go out when it works again",
        "Administrators and facilitators, once, on another platform or when it works again",
        "test_credentials_that_microsoft_refuses_keep_the_messages",
    ),
    ("socket", "throttled"): _NO_SOCKET,
    ("socket", "unavailable"): _NO_SOCKET,
    ("socket", "workspace"): _NO_SOCKET,
    ("socket", "refused"): _NO_SOCKET,
    ("validating", "throttled"): (
        "It is asked again when Slack says, or ends with the reason when that is long",
        "Who typed it",
        "test_what_slack_does_not_let_us_ask_is_told",
    ),
    ("validating", "unavailable"): _NOT_ASKED,
    ("validating", "workspace"): _NOT_ASKED,
    ("validating", "refused"): (
        "What Slack would not take is listed; any other reason ends it",
        "Who typed it",
        "test_what_slack_does_not_let_us_ask_is_told",
    ),
    ("grouping", "throttled"): _GROUP_LATER,
    ("grouping", "unavailable"): _GROUP_LATER,
    ("grouping", "uncertain"): (
        "Nobody can look whether the chat stands, so none is made again: each is written to alone",
        "The facilitators, at once, with the reason",
        "test_a_group_chat_that_may_stand_is_not_made_twice",
    ),
    ("grouping", "refused"): _ONE_BY_ONE,
    ("grouping", "done"): (
        "The app is there already",
        "Nobody needs to be: all is as wanted",
        "test_a_chat_is_made_once_however_often_graph_puts_the_app_off",
    ),
    ("message", "throttled"): (
        "It waits as long as the platform says, and goes out",
        "The log; the reader gets it then",
        "test_an_answer_put_off_for_two_minutes_goes_out_after_two_minutes",
    ),
    ("message", "unavailable"): (
        "It is tried again after a pause that grows",
        "The log; the facilitators, when it failed for good",
        "test_a_platform_that_is_down_is_tried_again",
    ),
    ("message", "uncertain"): (
        "It is looked for before it is sent again (Slack), or reported as unknown (Teams)",
        "The facilitators, where nobody can look, with Send again",
        "test_facilitators_are_told_once_of_all_that_may_have_arrived",
    ),
    ("message", "workspace"): _HELD,
    ("message", "person"): (
        "The account counts as unreachable until they write; groups and draws go on without them",
        "The facilitators, once, with whom and what to do",
        "test_who_was_switched_off_is_marked_and_told",
    ),
    ("message", "refused"): (
        "The message failed. An answer goes to the person's own chat, or is replaced by a sentence",
        "The facilitators, once, with which, for whom, what to do, and Send again",
        "test_a_message_that_failed_is_told_once_and_sent_again",
    ),
    ("answer", "throttled"): _LATER,
    ("answer", "unavailable"): _LATER,
    ("answer", "uncertain"): (
        "It may have been shown, and is not shown twice",
        "The log; the person can ask again",
        "test_an_answer_that_may_have_arrived_is_not_given_twice",
    ),
    ("answer", "workspace"): (
        "It stays in the inbox for up to six hours and is shown when the workspace works again",
        "The person then; administrators and facilitators by the first message that is held",
        "test_a_workspace_that_refuses_everything_keeps_its_answers",
    ),
    ("answer", "person"): (
        "The answer cannot be shown to them anywhere",
        "The log",
        "test_a_refused_answer_is_logged_with_its_reason",
    ),
    ("answer", "refused"): (
        "It is shown another way: below, in the person's own chat, as a button, or as a sentence",
        "The person",
        "test_what_may_not_be_shown_there_is_said_in_ones_own_chat",
    ),
    ("home", "throttled"): _LATER,
    ("home", "unavailable"): _LATER,
    ("home", "uncertain"): _LATER,
    ("home", "workspace"): (
        "It is shown when the workspace works again; `me` says what is next in the chat",
        "The log; administrators and facilitators by the first message that is held",
        "test_a_workspace_that_refuses_everything_keeps_its_answers",
    ),
    ("home", "person"): (
        "There is nobody to show it to",
        "The log",
        "test_a_refused_answer_is_logged_with_its_reason",
    ),
    ("home", "refused"): (
        "`me` says what is next in the chat",
        "The log, with the reason",
        "test_a_refused_answer_is_logged_with_its_reason",
    ),
    ("opening", "throttled"): _JOB_LATER,
    ("opening", "unavailable"): _JOB_LATER,
    ("opening", "uncertain"): (
        "The job looks for what may have been made, and goes on with it",
        "The log; whoever asked, when it failed",
        "test_a_second_try_goes_on_where_the_first_stopped",
    ),
    ("opening", "workspace"): (
        "The job waits for the workspace, up to a week",
        "Whoever asked for the channel, at once, with what to do",
        "test_who_asked_for_a_channel_hears_why_there_is_none_and_goes_on",
    ),
    ("opening", "person"): _ASKED,
    ("opening", "refused"): _ASKED,
    ("looking", "throttled"): _JOB_LATER,
    ("looking", "unavailable"): _JOB_LATER,
    ("looking", "workspace"): _HELD,
    ("looking", "refused"): (
        "A message that may stand is not repeated: it is unknown. A channel's opening stops",
        "The facilitators, with Send again; whoever asked for the channel",
        "test_what_nobody_may_look_for_is_not_sent_twice",
    ),
    ("letting in", "throttled"): _JOB_LATER,
    ("letting in", "unavailable"): _JOB_LATER,
    ("letting in", "workspace"): (
        "The job waits for the workspace, up to a week",
        "Whoever asked for the channel, and the facilitators",
        "test_who_asked_for_a_channel_hears_why_there_is_none_and_goes_on",
    ),
    ("letting in", "done"): (
        "They are there already",
        "Nobody needs to be: all is as wanted",
        "test_people_are_invited_a_hundred_at_a_time",
    ),
    ("letting in", "person"): (
        "The others are let in",
        "The facilitators, by name and reason, with what to do",
        "test_who_could_not_be_let_in_is_told_by_name",
    ),
    ("letting in", "refused"): _FACILITATORS,
    ("taking out", "throttled"): _JOB_LATER,
    ("taking out", "unavailable"): _JOB_LATER,
    ("taking out", "workspace"): _FACILITATORS,
    ("taking out", "done"): (
        "They are out already",
        "Nobody needs to be: all is as wanted",
        "test_a_step_that_is_refused_is_told_once",
    ),
    ("taking out", "person"): _FACILITATORS,
    ("taking out", "refused"): _FACILITATORS,
    ("furnishing", "throttled"): _JOB_LATER,
    ("furnishing", "unavailable"): _JOB_LATER,
    ("furnishing", "uncertain"): _JOB_LATER,
    ("furnishing", "workspace"): (
        "The job waits for the workspace, up to a week",
        "Whoever asked for the channel, at once, with what to do",
        "test_who_asked_for_a_channel_hears_why_there_is_none_and_goes_on",
    ),
    ("furnishing", "done"): (
        "It is pinned already",
        "Nobody needs to be: all is as wanted",
        "test_pins_and_bookmarks_may_be_forbidden",
    ),
    ("furnishing", "person"): (
        "The channel is open without it",
        "Whoever asked for the channel",
        "test_pins_and_bookmarks_may_be_forbidden",
    ),
    ("furnishing", "refused"): (
        "The channel is open without it",
        "Whoever asked for the channel (a topic: the log)",
        "test_pins_and_bookmarks_may_be_forbidden",
    ),
    ("linking", "throttled"): _JOB_LATER,
    ("linking", "unavailable"): _JOB_LATER,
    ("linking", "workspace"): _FACILITATORS,
    ("linking", "person"): _FACILITATORS,
    ("linking", "refused"): (
        "The channel is not linked where the bot is not in it; else people are asked when they write",
        "Whoever linked it, with the way out",
        "test_a_public_channel_is_not_linked_and_the_way_out_is_told",
    ),
    ("meeting", "throttled"): (
        "The event stays in the inbox, and is handled when the platform tells who it is",
        "The person, by the answer",
        "test_a_failed_look_up_makes_nobody_and_is_made_again",
    ),
    ("meeting", "unavailable"): (
        "The event stays in the inbox, and is handled when the platform tells who it is",
        "The person, by the answer",
        "test_a_failed_look_up_makes_nobody_and_is_made_again",
    ),
    ("meeting", "workspace"): (
        "The event stays in the inbox until the workspace works again",
        "The person, by the answer",
        "test_a_failed_look_up_makes_nobody_and_is_made_again",
    ),
    ("meeting", "person"): (
        "They are known by what came with the event; the next contact asks again, and makes one of two",
        "The log",
        "test_who_was_not_told_is_told_at_the_next_contact_and_is_one_person",
    ),
    ("meeting", "refused"): (
        "They are known by what came with the event; the next contact asks again, and makes one of two",
        "The log",
        "test_who_was_not_told_is_told_at_the_next_contact_and_is_one_person",
    ),
    ("inviting", "throttled"): _JOB_LATER,
    ("inviting", "unavailable"): _JOB_LATER,
    ("inviting", "workspace"): _FACILITATORS,
    ("inviting", "done"): (
        "The invitation waits until they come into the workspace",
        "Whoever asks `members`, which counts them",
        "test_a_newcomer_gets_the_invitation_that_did_not_find_them_and_nobody_else_is_kept",
    ),
    ("inviting", "person"): _FACILITATORS,
    ("inviting", "refused"): _FACILITATORS,
}
