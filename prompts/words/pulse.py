"""A pulse: one question in the running session, answered with one tap."""

from prompts.catalog import text

summary = text(lambda: "Ask one question in the session that is on; people answer with one tap")
title = text(lambda: "A pulse for this session")
which_question = text(lambda: "Choose the question. I post it in the channel, and everybody answers with one tap.")
only_in_session = text(lambda: "A pulse is for a session that is on. Type `pulse` again when it has begun.")
no_such_question = text(lambda: "That question is not there any more. Type `pulse` to see which there are.")
not_found = text(lambda: "I cannot find that pulse.")
not_yours = text(lambda: "This question is for people who take part in the cohort.")
tap_once = text(lambda: "Tap your answer once. Nobody sees who chose what.")
is_open = text(lambda: "It is open until the session ends. The channel shows the result as people answer.")
is_closed = text(lambda: "This question is closed.")
close_it = text(lambda: "Close it now")
how_counts_show = text(lambda k: "_Counts go up in steps of {k}. Smaller ones stay hidden._")
at_least = text(lambda n: "{n} or more")
fewer_than = text(lambda k: "fewer than {k}")
counted = text(lambda answer: "Counted: **{answer}**. Nothing is kept of who chose what.")
counted_already = text(lambda: "You have answered already. The first tap counts, because nobody can tell later which one was yours.")
