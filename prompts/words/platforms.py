"""What to do when a platform says no, by its own code; and what people are told then."""

from prompts.catalog import text
from prompts.text import Marked, Words

other = text(lambda: "Ask your administrator to run `throughline doctor`.")
token = text(lambda: "The platform no longer accepts the key of this app. An administrator installs the app again, or gives it the new key.")
permission = text(lambda: "The app has not been allowed to do this. An administrator installs it again with the newest manifest.")
channels_restricted = text(lambda: "The workspace does not let apps do this. A workspace administrator can allow it. Or make the private channel yourself, invite Throughline there, and write `cohort link` in it.")
read_only = text(lambda: "Only some people may post in that channel. Let Throughline post there, or link another channel.")
organisation_moves = text(lambda: "The workspace is moving to an organisation. It works again when the move is done; you need not do anything.")
not_in_workspace = text(lambda: "This person is not in the workspace. A workspace administrator adds them.")
guest = text(lambda: "This person is a guest and may not enter the channel. A workspace administrator adds the channel to their account.")
guest_is_full = text(lambda: "This person is a guest who may be in one channel only. A workspace administrator changes their account.")
cannot_enter = text(lambda: "This person may not enter the channel. Ask a workspace administrator.")
channel_is_full = text(lambda: "The channel holds no more people. Take out those who no longer take part.")
archived_channel = text(lambda: "The channel is archived. Bring it back, or link another one with `cohort link`.")
not_in_channel = text(lambda: "Throughline is not in that channel, or the channel is gone. Invite Throughline there, or link another one with `cohort link`.")
policy = text(lambda: "A rule of the workspace keeps the app out. A workspace administrator allows it again.")
messages_limit = text(lambda: "The workspace has reached its limit of messages. A workspace administrator raises it.")
messages_tab = text(lambda: "The app's Messages tab is off. An administrator switches it on under App Home in the app's settings.")
account_off = text(lambda: "This account is switched off, or it is gone.")
is_a_bot = text(lambda: "This account is a bot and takes no messages.")
name_taken = text(lambda: "A channel of that name exists already. Choose another name, or link that channel with `cohort link`.")
too_large = text(lambda: "The message is too long for the platform. Make it shorter.")
not_installed = text(lambda: "Throughline is not installed there for this person or this team. Add the app there.")
gone = text(lambda: "That conversation is not there any more. Link another channel with `cohort link`.")
credentials = text(lambda: "Microsoft does not accept the app's id and secret. An administrator checks them: secrets run out.")
owners_only = text(lambda: "On Teams, an owner of the team adds people to it and takes them out. A bot cannot.")


_REMEDIES: dict[Words, tuple[str, ...]] = {
    token: (
        "account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked",
        "teams_unauthorized",
    ),
    permission: ("missing_scope", "no_permission", "not_allowed_token_type", "permission_denied"),
    channels_restricted: ("restricted_action",),
    read_only: (
        "restricted_action_read_only_channel", "restricted_action_thread_locked",
        "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
    ),
    organisation_moves: ("org_login_required", "team_added_to_org"),
    not_in_workspace: ("org_user_not_in_team", "user_team_not_in_channel", "user_not_found"),
    guest: ("user_is_restricted", "user_is_ultra_restricted", "cannot_invite_guest"),
    guest_is_full: ("ura_max_channels",),
    cannot_enter: ("cant_invite", "external_team_migrating", "no_external_invite_permission"),
    channel_is_full: ("too_many_members", "too_many_convos_for_team"),
    archived_channel: ("is_archived",),
    not_in_channel: (
        "channel_not_found", "not_in_channel", "user_not_in_channel", "is_inactive",
        "BotNotInConversationRoster",
    ),
    policy: (
        "access_denied", "accesslimited", "ekm_access_denied", "enterprise_is_restricted",
        "team_access_not_granted", "team_not_found", "two_factor_setup_required",
        "BotDisabledByAdmin", "MessageWritesBlocked",
    ),
    messages_limit: ("message_limit_exceeded",),
    messages_tab: ("messages_tab_disabled",),
    account_off: ("user_disabled", "user_not_visible", "users_not_found", "UserNotFound"),
    is_a_bot: ("cannot_dm_bot",),
    name_taken: ("name_taken",),
    too_large: ("msg_blocks_too_long", "msg_too_long", "view_too_large", "MessageSizeTooBig"),
    not_installed: ("ForbiddenOperationException", "NotEnoughPermissions"),
    gone: ("ConversationNotFound", "TeamNotFound", "ActivityNotFoundInConversation"),
    credentials: ("teams_credentials",),
    owners_only: ("teams_owners_only",),
}  # fmt: skip
REMEDIES = {code: remedy for remedy, codes in _REMEDIES.items() for code in codes}


def remedy(language: str, code: str) -> Marked:
    """What somebody can do about a refusal with this code."""
    return REMEDIES.get(code, other)(language)


held = text(lambda platform, workspace, remedy: "{platform} refused everything that I sent to {workspace}. {remedy} Nothing is lost: I try again by myself, and each message goes out if it is still of use by then. If you read this in {workspace}, it works again.")
held_title = text(lambda: "Messages wait")
failed_title = text(lambda n: "{n} message could not be delivered", "{n} messages could not be delivered")
failed_text = text(lambda cohort: "{cohort}: the platform took none of these. Send them again when it is put right.")
failed_for = text(lambda reader, remedy: "To {reader}. {remedy}")
failed_more = text(lambda n: "{n} more stands in `nudges`.", "{n} more stand in `nudges`.")
send_all_again = text(lambda n: "Send it again", "Send all {n} again")
sent_again_already = text(lambda: "These were sent again already, or are no longer of use.")
not_let_in_title = text(lambda: "Not everybody could be let into the channel")
not_let_in = text(lambda cohort, names, remedy: "{cohort}: {names}. {remedy}")
opening_failed = text(lambda cohort, remedy: "The channel of {cohort} could not be opened. {remedy}")
opening_title = text(lambda: "The channel is not open yet")
try_again = text(lambda: "Try again")
channel_gone = text(lambda cohort, channel: "The channel {channel} of {cohort} is archived or gone, or Throughline was taken out of it. Nothing is posted there until it is back. Bring it back, or link another one with `cohort link`.")
channel_gone_title = text(lambda: "A cohort has no channel now")
not_all_set = text(lambda cohort, steps: "{cohort}: the channel is open. These steps were not allowed there, and it works without them: {steps}.")
step_pin = text(lambda: "pinning the notice about client information")
step_bookmark = text(lambda: "the bookmark to the cohort's page")
partner_unreachable = text(lambda names: "{names} cannot be reached at the moment. The others of the group go ahead.")
step_invite = text(lambda: "People could not be invited.")
step_let_in = text(lambda: "A person could not be let into the channel.")
step_take_out = text(lambda: "A person who left could not be taken out of the channel.")
step_look = text(lambda: "The people in the linked channel could not be looked up.")
step_failed = text(lambda cohort, step, remedy: "{cohort}: {step} {remedy}")
step_failed_title = text(lambda: "The platform did not allow a step")
