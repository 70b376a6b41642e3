"""What every evaluation form says around its questions."""

from prompts.catalog import text

anonymous_mode = text(lambda: "**This form is anonymous.** We keep your answers without your name, the hour or the order. A list kept apart says only who has answered, so we do not remind you twice. Once sent, nobody can find your answers, not even you.")
confidential_mode = text(lambda: "**This form is confidential.** We keep your answers with your name. Only the evaluators of this program see them.")
funder_form = text(lambda: "**This form belongs to the funder.** It opens on another site. We count who was invited. We never see your answers.")
send = text(lambda: "Send")
prefer_not = text(lambda: "Prefer not to answer")
yes = text(lambda: "Yes")
maybe = text(lambda: "Maybe")
no = text(lambda: "No")
not_applicable = text(lambda: "Does not apply to my work")
does_not_apply = text(lambda: "Does not apply")
from_to = text(lambda least, most: "A whole number from {least} to {most}.")
zip_hint = text(lambda: "Five digits. We show only ZIP codes that several people gave.")
no_zip = text(lambda: "Write a ZIP code with five digits, like 83702.")
rank_hint = text(lambda most: "Give each a rank: 1 is first, {most} is last.")
rank_each = text(lambda most: "Give each one its own rank from 1 to {most}, or leave them all empty.")
before = text(lambda question: "Before the program: {question}")
now = text(lambda question: "Now: {question}")
only_if = text(lambda answers, question: 'Only if you answered "{answers}" to: {question}')
nothing_answered = text(lambda: "Please answer at least one question, or close the form.")
too_small_group = text(lambda people, k: "Only {people} people can answer. We show results from {k} answers up, so these may stay hidden.")
