"""Breakout rounds: asking for one, its preview, what is said in its groups, rules about who meets whom."""

from collections.abc import Callable, Mapping

from prompts.catalog import message
from prompts.text import Marked

Words = Callable[[str], Marked]

# --- commands, one line each --------------------------------------------------------------------------


@message
def breakout_summary() -> str:
    """Make breakout groups and look at them first"""


@message
def open_summary() -> str:
    """Open the groups of the preview"""


@message
def close_summary() -> str:
    """Call all groups back now"""


@message
def again_summary() -> str:
    """The next round: same size and minutes, new people"""


@message
def reshuffle_summary() -> str:
    """Draw the preview anew"""


@message
def undo_summary() -> str:
    """Take back the last change of the preview"""


@message
def swap_summary() -> str:
    """Let two people change places in the preview"""


@message
def lock_summary() -> str:
    """Keep someone in their group while the rest is drawn anew"""


@message
def cancel_summary() -> str:
    """Give the preview up"""


@message
def left_summary() -> str:
    """Take someone who had to leave out of their open group"""


@message
def had_to_leave(name: str, number: int) -> str:
    """{name} had to leave group {number}. They do not count as having met the others in this round."""


@message
def alone_now(name: str) -> str:
    """{name} is alone there now. `breakout late` and their name gives them a seat with others."""


@message
def is_back(name: str) -> str:
    """{name} is back"""


@message
def came_back(name: str, number: int) -> str:
    """{name} is in group {number}, and counts as having met the others there."""


@message
def someone_left() -> str:
    """Someone had to leave"""


@message
def leave_title() -> str:
    """Who had to leave?"""


@message
def who_left() -> str:
    """Person"""


@message
def take_out() -> str:
    """Take out"""


@message
def pick_one() -> str:
    """Please pick one person of these groups."""


@message
def sits_nowhere(name: str) -> str:
    """{name} sits in no open group. Nothing was changed."""


@message
def late_summary() -> str:
    """Seat someone who comes late"""


@message
def without_summary() -> str:
    """Take someone who is not here out of the preview"""


@message
def harvest_summary() -> str:
    """Share your group's insight, or post what the groups brought"""


@message
def pair_rule_summary() -> str:
    """Keep two people apart or together"""


@message
def pair_rules_summary() -> str:
    """Who is kept apart or together"""


@message
def pair_lift_summary() -> str:
    """Lift a rule that you set"""


@message
def avoid_summary() -> str:
    """Never be grouped with someone; nobody is told"""


@message
def avoid_end_summary() -> str:
    """Take that wish back"""


# --- asking for a round -------------------------------------------------------------------------------


@message
def breakout_title() -> str:
    """Breakout groups"""


@message
def show_preview() -> str:
    """Show groups"""


@message
def size_label() -> str:
    """People in a group"""


@message
def groups_label() -> str:
    """Or this many groups"""


@message
def minutes_label() -> str:
    """Minutes"""


@message
def prompt_label() -> str:
    """What should they talk about?"""


@message
def mix_field() -> str:
    """Mix people by"""


@message
def match_field() -> str:
    """Or bring equals together by"""


@message
def who_label() -> str:
    """Who is here"""


@message
def who_hint() -> str:
    """Leave it empty for everyone who checked in."""


@message
def trait_state() -> str:
    """state"""


@message
def trait_organisation() -> str:
    """organization"""


@message
def trait_role() -> str:
    """role"""


@message
def trait_setting() -> str:
    """setting"""


@message
def trait_language() -> str:
    """a shared language"""


@message
def who_title() -> str:
    """Who is here?"""


@message
def who_text(n: int) -> str:
    """Nobody has checked in yet. One person is enrolled.
    ---
    Nobody has checked in yet. {n} people are enrolled. Make groups of all of them, or pick who is here."""


@message
def everybody() -> str:
    """Everyone enrolled"""


@message
def pick() -> str:
    """Pick people"""


@message
def nobody_enrolled(cohort: str) -> str:
    """Nobody takes part in {cohort} yet. Invite people first, with `invite`."""


@message
def bad_size(most: int) -> str:
    """A group has 2 to {most} people. Try `breakout 3 10`: threes, for 10 minutes."""


@message
def bad_groups() -> str:
    """Make one group or more. Try `breakout groups=4`."""


@message
def too_many_groups(n: int, most: int) -> str:
    """So many groups would leave people alone: one person is here.
    ---
    So many groups would leave people alone: {n} people are here, which is enough for {most}."""


@message
def bad_minutes(most: int) -> str:
    """A round takes 1 to {most} minutes. Try `breakout 3 10`: threes, for 10 minutes."""


@message
def prompt_too_long() -> str:
    """The question is too long to read in a group. Use 1,500 characters at most."""


@message
def unknown_mix(given: str, traits: str) -> str:
    """I cannot mix by “{given}”. Choose from: {traits}. Or write `mix=none`."""


@message
def mix_and_match(trait: str) -> str:
    """People cannot be both mixed and brought together by {trait}. Choose one."""


@message
def no_round_yet() -> str:
    """There was no round yet. Start one with `breakout 3 10`: threes, for 10 minutes."""


# --- the preview --------------------------------------------------------------------------------------


@message
def preview_title() -> str:
    """Groups, not open yet"""


@message
def partners_preview_title() -> str:
    """Partners, not told yet"""


@message
def preview_text(n: int, sizes: str) -> str:
    """One person: {sizes}.
    ---
    {n} people: {sizes}."""


@message
def preview_context(seed: str, method: Marked) -> str:
    """Made by {method}. Seed {seed}: the same seed and people give the same groups."""


@message
def method_whole() -> str:
    """taking everyone into one group"""


@message
def method_rotation() -> str:
    """a rotation that repeats nobody"""


@message
def method_design() -> str:
    """a known design"""


@message
def method_search() -> str:
    """a search over all seats"""


@message
def method_matching() -> str:
    """matching the best pairs"""


@message
def group_name(number: int) -> str:
    """Group {number}"""


@message
def group_line(number: int, names: str) -> str:
    """- **Group {number}**: {names}"""


@message
def group_line_held(number: int, names: str, held: str) -> str:
    """- **Group {number}**: {names} (locked: {held})"""


@message
def repeats_label() -> str:
    """Meet again"""


@message
def repeats_value(repeats: int, bound: int) -> str:
    """{repeats}; fewer than {bound} is not possible"""


@message
def no_repeats() -> str:
    """nobody meets someone again"""


@message
def new_label() -> str:
    """New meetings"""


@message
def new_value(n: int, met: int, possible: int) -> str:
    """{n}. Then {met} of {possible} pairs have met."""


@message
def mix_label() -> str:
    """Pairs that differ"""


@message
def mix_share(trait: str, share: str) -> str:
    """by {trait}: {share}"""


@message
def leads_label() -> str:
    """No facilitator or presenter in group"""


@message
def language_missed_label() -> str:
    """No shared language in group"""


@message
def odd_label(sizes: str) -> str:
    """In a group of another size ({sizes})"""


@message
def odd_turn(names: str) -> str:
    """{names}. It is their turn: nobody sits there twice before everyone did once."""


@message
def odd_again(names: str) -> str:
    """{names}. Some sit there again: no other seat kept the rules and locks."""


@message
def no_email_label() -> str:
    """Not in the Zoom file (no email)"""


@message
def open_groups() -> str:
    """Open groups"""


@message
def reshuffle() -> str:
    """Reshuffle"""


@message
def swap() -> str:
    """Swap"""


@message
def lock() -> str:
    """Lock"""


@message
def undo() -> str:
    """Undo"""


@message
def cancel() -> str:
    """Cancel"""


@message
def pair_rule() -> str:
    """Apart or together"""


@message
def zoom_file() -> str:
    """File for Zoom rooms"""


@message
def one_group_only(n: int, size: int) -> str:
    """Groups of {size} need more people than the one who is here.
    ---
    Groups of {size} need more people than the {n} who are here. That makes one group."""


@message
def reshuffled() -> str:
    """Drawn anew."""


@message
def undone() -> str:
    """Taken back."""


@message
def swapped(first: str, second: str) -> str:
    """{first} and {second} changed places."""


@message
def same_group(first: str, second: str) -> str:
    """{first} and {second} sit in the same group. Pick two people of different groups."""


@message
def locked(n: int) -> str:
    """One person stays in place. Everyone else can be drawn anew.
    ---
    {n} people stay in place. Everyone else can be drawn anew."""


@message
def unlocked() -> str:
    """Nobody is locked now."""


@message
def joined_preview(name: str) -> str:
    """{name} has a seat. Nobody moved who did not have to."""


@message
def left_preview(name: str) -> str:
    """{name} is out. Nobody moved who did not have to."""


@message
def not_in_preview(name: str) -> str:
    """{name} is in none of these groups."""


@message
def changed_meanwhile() -> str:
    """The groups have changed since that card was made. Here they are as they stand."""


@message
def cancelled() -> str:
    """The preview is gone. Nobody was told."""


@message
def nothing_to_undo() -> str:
    """Nothing was changed yet."""


@message
def no_preview() -> str:
    """There is no preview here. Make one with `breakout 3 10`: threes, for 10 minutes."""


@message
def no_such_round() -> str:
    """I do not know this round. Make a new one with `breakout 3 10`."""


@message
def still_preview() -> str:
    """These groups are not open yet. Look at them first, then press Open groups."""


@message
def already_open() -> str:
    """These groups are open already. Nothing was changed."""


@message
def already_closed() -> str:
    """This round is over. Start the next one with `breakout again`."""


@message
def already_cancelled() -> str:
    """This preview was given up. Make a new one with `breakout 3 10`."""


@message
def session_cancelled() -> str:
    """The session was cancelled, so no groups were opened."""


@message
def swap_title() -> str:
    """Change places"""


@message
def first_person() -> str:
    """This person"""


@message
def second_person() -> str:
    """changes places with"""


@message
def pick_two() -> str:
    """Pick two different people who are in the groups."""


@message
def lock_title() -> str:
    """Keep in place"""


@message
def lock_intro() -> str:
    """These people stay in their group when you reshuffle."""


@message
def locked_people() -> str:
    """Who stays"""


# --- rules that clash ---------------------------------------------------------------------------------


@message
def clash_offer(reason: Marked, nearest: Marked) -> str:
    """{reason} What would work: {nearest}."""


@message
def clash_too_few(n: int) -> str:
    """Groups need at least two people, and only one is here. Add people who are here, or wait for more.
    ---
    Groups need at least two people, and {n} are here. Add people who are here, or wait for more."""


@message
def clash_size() -> str:
    """This size does not work. A group has 2 people or more."""


@message
def clash_generic() -> str:
    """No groups keep all the rules and wishes at once. Some wishes are private, so I do not say which. Try another size, fewer locks, or fewer people to keep apart or together."""


@message
def clash_wishes() -> str:
    """The rules to keep people apart or together, and the locks, cannot all hold with groups of this size."""


@message
def clash_swap() -> str:
    """These two cannot change places: the groups would not fit all rules and wishes. Some of them are private, so I do not say which. Try another person, or reshuffle."""


@message
def clash_together_apart(names: str) -> str:
    """{names} are to be kept both together and apart. Lift one of the two rules."""


@message
def clash_together_locks(names: str) -> str:
    """{names} are to be together, but are locked in different groups."""


@message
def clash_together_size(names: str) -> str:
    """{names} are to be together, but a group does not hold so many."""


@message
def clash_locks_size(names: str) -> str:
    """{names} are locked in a group that does not hold so many."""


@message
def clash_apart_locks(names: str) -> str:
    """{names} are to be kept apart, but are locked in the same group."""


@message
def clash_apart(names: str) -> str:
    """{names} are to be kept apart."""


@message
def drop_together() -> str:
    """keep nobody together"""


@message
def drop_locks() -> str:
    """lift the locks"""


@message
def drop_apart() -> str:
    """keep nobody apart"""


@message
def drop_wishes() -> str:
    """go on without these rules"""


@message
def drop_to_groups(n: int) -> str:
    """make one group
    ---
    make {n} groups"""


# --- open groups --------------------------------------------------------------------------------------


@message
def opening(n: int, until: Marked) -> str:
    """**One group is opening.** It runs until {until}.
    ---
    **{n} groups are opening.** They run until {until}."""


@message
def not_reached(names: str) -> str:
    """I have no account to write to for {names}. Tell them their group yourself."""


@message
def close_round() -> str:
    """Call back now"""


@message
def closed() -> str:
    """The groups are called back. What they bring goes to the channel."""


@message
def again() -> str:
    """Next round"""


@message
def none_open() -> str:
    """No groups are open now. Start with `breakout 3 10`: threes, for 10 minutes."""


@message
def you_are_together(names: Marked) -> str:
    """You are a group: {names}."""


@message
def until(when: Marked) -> str:
    """You have until {when}."""


@message
def odd_here(n: int) -> str:
    """You are one, because the numbers did not come out even. This seat goes around: next time it is someone else's.
    ---
    You are {n}, because the numbers did not come out even. This seat goes around: next time it is someone else's."""


@message
def two_minutes_left() -> str:
    """**Two minutes left.** What one insight will you bring back?"""


@message
def come_back() -> str:
    """**Time is up.** Please come back to the session."""


# --- late ---------------------------------------------------------------------------------------------


@message
def you_sit_in(number: int, names: str) -> str:
    """You are in **group {number}**, with {names}."""


@message
def seat_coming() -> str:
    """The groups are open. Your facilitator will find you a seat."""


@message
def seated(name: str, number: int, names: str) -> str:
    """{name} is in group {number} now, with {names}."""


@message
def sits_already(name: str, number: int) -> str:
    """{name} sits in group {number} already."""


@message
def no_seat(name: str) -> str:
    """{name} came late, and no seat keeps all the rules. Please look for a place yourself."""


# --- the harvest --------------------------------------------------------------------------------------


@message
def share_insight() -> str:
    """Share our insight"""


@message
def harvest_title() -> str:
    """Our insight"""


@message
def share() -> str:
    """Share"""


@message
def insight_label() -> str:
    """One thing worth bringing back"""


@message
def insight_hint() -> str:
    """The whole cohort will read it, under your group's number."""


@message
def insight_too_long(most: int, given: int) -> str:
    """Please keep it to {most} characters. Yours has {given}."""


@message
def client_information() -> str:
    """This may hold something about a client: a name, a number or a date. Leave it out, then share again. I did not keep your text."""


@message
def shared() -> str:
    """Thank you. It goes to the cohort when the groups are back."""


@message
def shared_now() -> str:
    """Thank you. It is posted to the cohort."""


@message
def already_posted() -> str:
    """Your group's insight is posted already. Add to it in the channel."""


@message
def harvest_over() -> str:
    """This round is over for more than a day. Write it in the channel instead."""


@message
def not_in_a_group() -> str:
    """You were in no group. You can write in the channel."""


@message
def not_your_group() -> str:
    """Only the people of this group can share for it."""


@message
def harvest_posted_title() -> str:
    """What the groups brought back"""


@message
def harvested(n: int) -> str:
    """One insight is posted to the channel.
    ---
    {n} insights are posted to the channel."""


@message
def nothing_to_harvest() -> str:
    """No group has shared a new insight yet. Ask them to press Share our insight."""


# --- who meets whom -----------------------------------------------------------------------------------


@message
def pair_rule_title() -> str:
    """Apart or together"""


@message
def save() -> str:
    """Save"""


@message
def pair_kind() -> str:
    """What holds"""


@message
def kind_apart() -> str:
    """Keep apart (facilitators see it)"""


@message
def kind_together() -> str:
    """Keep together (facilitators see it)"""


@message
def kind_never() -> str:
    """Never together (nobody is shown it)"""


@message
def person_one() -> str:
    """One person"""


@message
def person_two() -> str:
    """Another person"""


@message
def two_different() -> str:
    """Name two different people."""


@message
def kept_apart(names: str) -> str:
    """{names} are kept apart from the next draw on."""


@message
def kept_together(names: str) -> str:
    """{names} stay together from the next draw on."""


@message
def kept_private() -> str:
    """Noted, from the next draw on. Nobody is told or shown this, in no list and no message."""


@message
def other_rule_first(names: str) -> str:
    """There is an opposite rule for {names}. Lift it first: `pair rules` shows it."""


@message
def redraw_hint() -> str:
    """Press Reshuffle to use it."""


@message
def pair_rules_title() -> str:
    """Kept apart or together"""


@message
def no_pair_rules() -> str:
    """Nobody is kept apart or together. Set a rule with `pair rule apart @Ana @Ben`."""


@message
def apart_line(names: str) -> str:
    """Apart: {names}"""


@message
def together_line(names: str) -> str:
    """Together: {names}"""


@message
def lift() -> str:
    """Lift"""


@message
def lifted() -> str:
    """If such a rule of yours stood, it is lifted."""


@message
def say_it_directly() -> str:
    """Please write this to me in a direct message, so that nobody else reads it."""


# --- who has met whom ---------------------------------------------------------------------------------


@message
def met_command_summary() -> str:
    """Who has met whom so far"""


@message
def who_met() -> str:
    """Who has met whom"""


@message
def who_met_in(cohort: str) -> str:
    """Who has met whom: {cohort}"""


@message
def newest_round() -> str:
    """The newest groups"""


@message
def in_words() -> str:
    """The picture in words"""


@message
def met_summary(people: str, met: str, possible: str) -> str:
    """{people} people; {met} of {possible} pairs have met."""


@message
def has_met(name: str, others: str) -> str:
    """{name} has met {others}."""


@message
def met_nobody(name: str) -> str:
    """{name} has met nobody yet."""


@message
def met_often(name: str, count: str) -> str:
    """{name} ({count} times)"""


# --- names of groups on the platforms -----------------------------------------------------------------


@message
def conversation_name(cohort: str, number: int, when: str) -> str:
    """{cohort}, group {number}, {when}"""


@message
def not_opened(number: int, names: str, reason: str) -> str:
    """Group {number} could not be opened: {reason}. Please tell {names} yourself."""


TRAITS: Mapping[str, Words] = {
    "state": trait_state,
    "organisation": trait_organisation,
    "role": trait_role,
    "setting": trait_setting,
    "language": trait_language,
}


def trait(language: str, name: str) -> Marked:
    """What people are mixed by, in words."""
    return TRAITS[name](language)


def method(language: str, name: str) -> Marked:
    """How the engine found the groups, in words a facilitator can follow."""
    if name == "whole":
        return method_whole(language)
    if name == "matching":
        return method_matching(language)
    if "design" in name:
        return method_design(language)
    if name in {"tabu", "annealing", "none", ""}:
        return method_search(language)
    return method_rotation(language)
