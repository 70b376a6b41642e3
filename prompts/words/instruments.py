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
before = text(lambda question: "Before the program: {question}")
now = text(lambda question: "Now: {question}")
only_if = text(lambda answers, question: 'Only if you answered "{answers}" to: {question}')
nothing_answered = text(lambda: "Please answer at least one question, or close the form.")
too_small_group = text(lambda people, k: "Only {people} people can answer. We show results from {k} answers up, so these may stay hidden.")
