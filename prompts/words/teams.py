"""The few words that only Teams needs: its dialogs and cards work a little differently."""

from prompts.catalog import text

open_form = text(lambda: "Open the form")
look_again = text(lambda: "Please look again at what is marked below. Nothing you typed was lost.")
yes = text(lambda label: "Yes: {label}")
more = text(lambda: "See more")
rest_is_here = text(lambda: "The rest does not fit here: read it on the page")
rest_left_out = text(lambda: "The rest does not fit here.")
answered_below = text(lambda: "Done. See the newest message here.")
answered_in_private = text(lambda: "Done. I answered you in our private chat.")
no_private_chat = text(lambda: "I have an answer only for you, but I cannot write to you yet. Add me as a personal app, then ask again.")
nothing_to_show = text(lambda: "Done.")
group_thread = text(lambda group: "**{group}**: this thread is yours. Reply here.")
later = text(lambda: "Teams is busy. What you did is kept, and the answer comes as a message soon.")
try_again = text(lambda: "Teams is busy. Close this window and try again in a minute.")
app_name = text(lambda: "Throughline: sessions into a learning community")
app_short = text(lambda: "Turns a run of live sessions into one learning community.")
app_full = text(lambda: "Throughline stays with a cohort before, between and after its live sessions. It plans sessions and breakout groups. It asks short reflections, keeps commitments and evaluates.")
