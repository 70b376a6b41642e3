"""The few words that only e-mail needs: what stands around a message there."""

from prompts.catalog import text

message_for_you = text(lambda: "A message for you")
more = text(lambda: "Read the rest on the page")
stop = text(lambda: "Stop all e-mail to this address")
replies_are_read = text(lambda: "You can answer this e-mail. A program reads the answer, not a person.")
replies_are_not_read = text(lambda: "Please do not answer this e-mail: nobody reads the answers. Use the buttons.")
open_form = text(lambda: "Open the form")
