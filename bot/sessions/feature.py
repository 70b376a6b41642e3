"""The commands, forms, buttons and messages of sessions."""

from __future__ import annotations

from bot.core.client_information import A_DOCUMENT, AN_OFFICE
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.sessions import (
    agenda,
    attendance_commands,
    attendance_drafts,
    attendance_names,
    cancelling,
    checking_in,
    closing,
    editing,
    invitation_replies,
    invitations,
    listing,
    moving,
    presenting,
    reminders,
    scheduling,
    what_is_next,
)
from prompts.words import sessions as words

ALL, RUN, PREPARE = Action.TAKE_PART, Action.RUN_COHORT, Action.PREPARE_SESSION
_COHORT = Argument("cohort", "word", required=False)
_NUMBER = Argument("number", "number")
_NUMBER_OR_NEAREST = Argument("number", "number", required=False)
_PART = Argument("part", "number", required=False)

FEATURE = Feature(
    "sessions",
    commands=(
        CommandSpec("sessions", ALL, words.sessions_summary, listing.sessions_typed,
                    (Argument("cohort", "text", required=False),), aliases=("calendar",)),
        CommandSpec("invitations", ALL, words.invitations_summary, invitations.invitations_typed,
                    (Argument("wanted", "choice", choices=("yes", "no")),),
                    example="invitations yes"),
        CommandSpec("agenda", ALL, words.agenda_summary, listing.agenda_typed, (_NUMBER_OR_NEAREST, _COHORT),
                    example="agenda 2"),
        CommandSpec("here", ALL, words.here_summary, checking_in.here_typed,
                    (Argument("number", "word", required=False), Argument("cohort", "text", required=False)),
                    aliases=("i'm here",)),
        CommandSpec("session new", RUN, words.new_summary, scheduling.new_typed,
                    (scheduling.TITLE, scheduling.DATE, scheduling.TIME, scheduling.MINUTES, scheduling.ZONE,
                     scheduling.WHICH_HOUR, scheduling.LINK, _COHORT), form="session-new",
                    example='session new "Steady breathing" 2027-02-23 12:00 90'),
        CommandSpec("session move", RUN, words.move_summary, moving.move_typed,
                    (_NUMBER, scheduling.DATE, scheduling.TIME, scheduling.ZONE, scheduling.WHICH_HOUR,
                     _COHORT),
                    form="session-move", example="session move 2 2027-03-03 12:00"),
        CommandSpec("session cancel", RUN, words.cancel_summary, cancelling.cancel_typed,
                    (_NUMBER, Argument("reason", "text", required=False)),
                    example="session cancel 2 The presenter is ill"),
        CommandSpec("session edit", RUN, words.edit_summary, editing.edit_typed,
                    (_NUMBER, Argument("minutes", "number", required=False),
                     Argument("link", "word", required=False), _COHORT), example="session edit 2"),
        CommandSpec("session link", RUN, words.link_summary, editing.link_typed,
                    editing.ITS_LINK, form="session-link",
                    example="session link 2 https://example.org/room"),
        CommandSpec("presenters", RUN, words.presenters_summary, presenting.presenters_typed,
                    (_NUMBER, _COHORT), form="session-presenters", example="presenters 2"),
        CommandSpec("presenter add", RUN, words.presenter_add_summary, presenting.add_typed,
                    (_NUMBER, Argument("person", "person"), _PART, _COHORT),
                    example="presenter add 2 @Pat"),
        CommandSpec("presenter remove", RUN, words.presenter_remove_summary, presenting.remove_typed,
                    (_NUMBER, Argument("person", "person"), _PART, _COHORT),
                    example="presenter remove 2 @Pat"),
        CommandSpec("attendance", RUN, words.attendance_summary, attendance_commands.attendance_typed,
                    (_NUMBER_OR_NEAREST, _COHORT), example="attendance 1"),
    ),
    forms=(
        FormSpec("session-new", RUN, scheduling.new_form, scheduling.new_sent, may_hold=AN_OFFICE),
        FormSpec("session-move", RUN, moving.move_form, moving.move_sent),
        FormSpec("session-edit", RUN, editing.edit_form, editing.edit_sent, may_hold=AN_OFFICE),
        FormSpec("session-link", RUN, editing.link_form, may_hold=AN_OFFICE),
        FormSpec("session-presenters", RUN, presenting.presenters_form, presenting.presenters_sent),
        FormSpec("session-segments", PREPARE, agenda.segments_form, agenda.segments_sent),
        FormSpec("attendance", RUN, attendance_commands.report_form, attendance_commands.report_sent,
                 may_hold=A_DOCUMENT),
        FormSpec("attendance-confirm", RUN, attendance_names.confirm_form, attendance_names.confirm_sent),
        FormSpec("attendance-mark", RUN, attendance_commands.mark_form, attendance_commands.mark_sent),
    ),
    presses=(
        PressSpec("session.agenda", ALL, listing.agenda_pressed),
        PressSpec("session.have", ALL, reminders.have_pressed),
        PressSpec("session.remind", ALL, reminders.remind_pressed),
        PressSpec("session.here", ALL, checking_in.here_pressed, "attendance"),
        PressSpec("session.not_here", ALL, checking_in.not_here_pressed, "attendance"),
        PressSpec("session.move", RUN, moving.move_confirmed),
        PressSpec("session.keep", RUN, moving.kept),
        PressSpec("session.presenters", RUN, presenting.undone),
        PressSpec("session.edit_back", RUN, editing.edit_back_pressed),
        PressSpec("attendance.unmark", RUN, attendance_commands.unmark_pressed),
        PressSpec("session.cancel", RUN, cancelling.cancel_confirmed),
        PressSpec("session.restore", RUN, cancelling.restored),
        PressSpec(invitation_replies.ACTION, ALL, invitation_replies.answered),
        PressSpec("attendance.certain", RUN, attendance_commands.certain_pressed),
        PressSpec("attendance.likely", RUN, attendance_commands.likely_pressed),
        PressSpec("attendance.chosen", RUN, attendance_names.chosen_pressed),
        PressSpec("attendance.unrecord", RUN, attendance_commands.unrecord_pressed),
        PressSpec("attendance.look", RUN, attendance_commands.look_pressed),
        PressSpec("attendance.discard", RUN, attendance_commands.discard_pressed),
    ),
    home=(what_is_next.home,),
    messages=(
        MessageKind("session_tomorrow", reminders.session_tomorrow, rank=1, kept=True, earlier=True,
                    in_calendar=True),
        MessageKind("join_link", reminders.join_link, rank=0, apart=True, waits=False, kept=True),
    ),
    housekeeping=(closing.close_what_is_over, invitations.keep_up, attendance_drafts.drop_old_reports),
)  # fmt: skip
