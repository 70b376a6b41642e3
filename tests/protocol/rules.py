"""The rules of the sending protocol, each with a name. A planted bug is the protocol without one of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them hold in the product. The text says what is done wrong without the rule."""

    lease_keeps_others_out: bool = True
    """A claimed message is claimed again although its lease still runs."""
    expired_is_claimed_again: bool = True
    """A message whose process died is never claimed again."""
    held_is_not_claimed: bool = True
    """A message that a facilitator holds is claimed."""
    unknown_is_left: bool = True
    """A message that may have arrived is claimed and posted again."""
    recheck: bool = True
    """Nobody looks whether the message is still wanted."""
    recheck_before_mark_only: bool = True
    """A message that may stand already is skipped."""
    mark_before_post: bool = True
    """The platform is called before that is written down."""
    mark_names_the_lease: bool = True
    """A process that has lost its lease marks, and posts."""
    mark_renews_the_lease: bool = True
    """The lease ends while the platform is called."""
    clock_after_mark: bool = True
    """A process that slept past its lease posts when it wakes."""
    settle_names_the_lease: bool = True
    """A process that has lost its lease writes how its attempt ended."""
    look_before_repeat: bool = True
    """A message that may stand is posted again without a look."""
    two_looks: bool = True
    """One look that finds nothing is enough."""
    looks_are_counted: bool = True
    """The first look is forgotten: it is looked for again and again."""
    look_after_it_settled: bool = True
    """It is looked for while the platform may still be at it."""
    found_is_sent: bool = True
    """What was found is planned again."""
    unsure_where_nobody_can_look: bool = True
    """Where a platform cannot be asked, the message is planned again."""
    uncertain_is_looked_for: bool = True
    """A broken connection counts as a refusal."""
    uncertain_is_not_failed: bool = True
    """A broken connection counts as failed for good."""
    refused_is_planned_again: bool = True
    """A message that was refused for now counts as sent."""
    give_back_spares_marked: bool = True
    """A process that stops gives back messages that may stand."""
    promotion_doubts: bool = True
    """After a standby took over, what was sent in the lost tail is taken for not sent."""
    promotion_doubts_claimed: bool = True
    """The same for messages that were claimed at that moment."""
    promotion_doubts_held: bool = True
    """The same for messages that a facilitator held, as far as the standby knows."""
    doubt_outlasts_calls: bool = True
    """After a promotion it is looked for while a process is still calling."""

    def without(self, name: str) -> Rules:
        """The protocol with this bug planted."""
        return replace(self, **{name: False})


NAMES = tuple(one.name for one in fields(Rules))
