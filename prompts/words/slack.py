"""The few words that Slack's own frames need: buttons of a form, and what stands where something was cut."""

from prompts.catalog import text

cancel = text(lambda: "Cancel")
yes = text(lambda: "Yes")
confirm_title = text(lambda: "Are you sure?")
open_form = text(lambda: "Open the form")
form_waits = text(lambda title: "**{title}** is ready for you. Press the button to fill it in.")
read_on = text(lambda: "Read the rest")
cut_here = text(lambda: "There is more than fits here.")
nothing_to_choose = text(lambda: "There is nothing to choose from yet.")
update = text(lambda: "An update from Throughline")
your_time = text(lambda: "(your time)")
