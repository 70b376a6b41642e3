"""The commands, forms, buttons and messages of communities and their people."""

from __future__ import annotations

from bot.communities import (
    cohort_editing,
    guide,
    introducing,
    inviting,
    joining,
    letting_in,
    linking_channels,
    members,
    newcomers,
    opening,
    opting_out,
    pausing,
    place_requests,
    preferences,
    registration,
    removing,
    roles,
    settings,
    structure,
    welcoming,
)
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec, form_of
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from prompts.words import communities as words
from prompts.words import registration as registration_words

_COHORT = Argument("cohort", "text", required=False)
ALL, RUN, MANAGE = Action.TAKE_PART, Action.RUN_COHORT, Action.MANAGE_COMMUNITY

_FOR_EVERYBODY = (
    CommandSpec("me", ALL, words.me_summary, guide.me_typed, aliases=("status",)),
    CommandSpec("join", ALL, words.join_summary, joining.join_typed, (Argument("code", "text"),),
                example="join HJKMNPQR"),
    CommandSpec("introduce", ALL, words.introduce_summary, introducing.introduce_typed, (_COHORT,)),
    CommandSpec("leave", ALL, words.leave_summary, joining.leave_typed, (_COHORT,)),
    CommandSpec("pause", ALL, words.pause_summary, pausing.pause_typed, pausing.PAUSE,
                aliases=("pause until", "pause for"), form="pause",
                example="pause until 2027-03-01"),
    CommandSpec("resume", ALL, words.resume_summary, pausing.resume_typed),
    CommandSpec("settings", ALL, words.settings_summary, preferences.settings_typed,
                (Argument("zone", "word", required=False), Argument("quiet", "word", required=False),
                 Argument("language", "word", required=False), Argument("partners", "word", required=False),
                 Argument("country", "word", required=False), Argument("contact", "word", required=False)),
                aliases=("preferences",),
                example="settings zone=Boise quiet=17:00-08:00 language=es"),
    CommandSpec("stop", ALL, words.stop_summary, opting_out.stop_typed,
                (Argument("kind", "text", required=False),),
                aliases=("unsubscribe", "opt out", "opt-out", "optout")),
    CommandSpec("setup", ALL, words.setup_summary, roles.setup_typed, (Argument("code", "text"),)),
)  # fmt: skip

_FOR_FACILITATORS = (
    CommandSpec("year new", RUN, words.year_summary, structure.year_typed, structure.YEAR,
                form="year-new", example='year new "Year 9" 2026-09-30 2027-09-29'),
    CommandSpec("project new", RUN, words.project_summary, structure.project_typed, structure.PROJECT,
                form="project-new", example='project new "Workforce Well-Being" Public Health Fund'),
    CommandSpec("series new", RUN, words.series_summary, structure.series_typed,
                (structure.SLUG, structure.TITLE, *structure.PLACE), form="series-new",
                example='series new steady-teams "Steady Teams" "Workforce Well-Being" "Year 9"'),
    CommandSpec("cohort new", RUN, words.cohort_summary, structure.cohort_typed, structure.COHORT,
                form="cohort-new",
                example='cohort new steady-teams "Spring 2027" zone=Boise capacity=45'),
    CommandSpec("cohort edit", RUN, words.cohort_edit_summary, cohort_editing.cohort_edit_typed,
                (*cohort_editing.EDIT, _COHORT),
                example='cohort edit name="Spring 2028" seats=40 zone=Boise'),
    CommandSpec("cohort open", RUN, words.open_summary, opening.open_typed, (_COHORT,)),
    CommandSpec("cohort link", RUN, words.link_summary, opening.link_typed, (_COHORT,)),
    CommandSpec("invite", RUN, words.invite_summary, inviting.invite_typed, (_COHORT,)),
    CommandSpec("register open", RUN, registration_words.open_summary, registration.open_typed,
                (Argument("approval", "choice", required=False, choices=("yes", "no")), _COHORT),
                example="register open approval=yes"),
    CommandSpec("register close", RUN, registration_words.close_summary, registration.close_typed,
                (_COHORT,)),
    CommandSpec("register", RUN, registration_words.list_summary, registration.registrations_typed,
                (_COHORT,)),
    CommandSpec("members", RUN, words.members_summary_line, members.members_typed, (_COHORT,),
                aliases=("roster",)),
    CommandSpec("member remove", RUN, words.member_remove_summary, removing.remove_typed,
                (Argument("person", "person"), _COHORT),
                example="member remove @Ana"),
)  # fmt: skip

_FOR_ADMINISTRATORS = (
    CommandSpec("community", MANAGE, words.community_summary, settings.community_typed, settings.COMMUNITY,
                example='community name="Northwest" states=AK,ID,OR,WA zone=Pacific'),
    CommandSpec("roles", MANAGE, words.roles_summary, roles.roles_typed),
    CommandSpec("role give", MANAGE, words.give_summary, roles.give_typed, roles.ROLE, form="role-give",
                example="role give @Ana facilitator steady-teams"),
    CommandSpec("role take", MANAGE, words.take_summary, roles.take_typed, roles.ROLE,
                example="role take @Ana facilitator steady-teams"),
)  # fmt: skip

FEATURE = Feature(
    "communities",
    commands=(*_FOR_EVERYBODY, *_FOR_FACILITATORS, *_FOR_ADMINISTRATORS),
    forms=(
        FormSpec("introduce", ALL, introducing.introduction_form, introducing.introduction_sent),
        FormSpec("pause", ALL, pausing.pause_form),
        FormSpec("settings", ALL, preferences.settings_form, preferences.settings_sent),
        form_of("year-new", RUN, words.year_title, words.save, structure.YEAR),
        form_of("project-new", RUN, words.project_title, words.save, structure.PROJECT),
        FormSpec("series-new", RUN, structure.series_form),
        FormSpec("cohort-new", RUN, structure.cohort_form),
        FormSpec("cohort-edit", RUN, cohort_editing.cohort_edit_form, cohort_editing.cohort_edit_sent),
        FormSpec("community", MANAGE, settings.community_form, settings.community_sent),
        FormSpec("role-give", MANAGE, roles.role_form),
    ),
    presses=(
        PressSpec("join", ALL, joining.join_pressed),
        PressSpec("join.agree", ALL, joining.agreed),
        PressSpec("join.not_now", ALL, joining.not_now),
        PressSpec("registration.close", RUN, registration.close_pressed),
        PressSpec("registration.approve", RUN, registration.approved),
        PressSpec("registration.decline", RUN, registration.declined),
        PressSpec("leave", ALL, joining.leave_pressed, "part"),
        PressSpec("leave.undo", ALL, joining.leave_undone, "part"),
        PressSpec("channel.again", ALL, joining.channel_again),
        PressSpec("resume", ALL, pausing.resume_pressed),
        PressSpec("stop", ALL, opting_out.stop_pressed, "messages"),
        PressSpec("start", ALL, opting_out.start_pressed, "messages"),
        PressSpec("cohort.change", RUN, cohort_editing.cohort_change_pressed),
        PressSpec("cohort.keep", RUN, cohort_editing.cohort_kept),
        PressSpec("member.remove", RUN, removing.remove_pressed),
        PressSpec("member.back", RUN, removing.back_pressed),
        PressSpec("cohort.preview", RUN, opening.open_previewed),
        PressSpec("cohort.open", RUN, opening.open_confirmed),
        PressSpec("invite.preview", RUN, inviting.invite_previewed),
        PressSpec("invite.send", RUN, inviting.invite_sent),
        PressSpec("invite.again", RUN, inviting.invited_again),
        PressSpec("role.take", MANAGE, roles.take_pressed),
    ),
    joined=(joining.channel_joined,),
    changed=(newcomers.arrived,),
    left=(joining.channel_left,),
    home=(guide.home,),
    messages=(
        MessageKind("welcome", welcoming.welcome, rank=1, kept=True, shown_ahead=True),
        MessageKind(inviting.KIND, inviting.not_found),
    ),
    jobs={
        "open_channel": opening.open_channel,
        "channel_invite": opening.channel_invite,
        "channel_remove": opening.channel_remove,
        "invite": inviting.send_invitation,
        "look_into_channel": linking_channels.look_into_channel,
        "find_newcomer": newcomers.find_newcomer,
    },
    refused={
        "open_channel": opening.opening_refused,
        **dict.fromkeys(letting_in.STEPS, letting_in.step_refused),
    },
    housekeeping=(
        place_requests.forget_unconfirmed,
        pausing.end_pauses,
    ),
)
