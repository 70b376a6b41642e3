"""What a message without a title is about, in a few words: the subject line of an e-mail. Nothing of what it
says stands there, and nobody's name."""

from prompts.catalog import text

invitation = text(lambda cohort: "Your invitation to {cohort}")
seat = text(lambda cohort: "Your seat in {cohort}")
taking_part = text(lambda cohort: "Do you take part in {cohort}?")
which_cohort = text(lambda: "Which cohort are you part of?")
channel = text(lambda cohort: "The channel of {cohort}")
asked_for_seat = text(lambda cohort: "A request for a seat in {cohort}")
group = text(lambda: "Your group in the session")
no_group = text(lambda: "A person without a group")
account = text(lambda: "One of your accounts")
whose_account = text(lambda: "Whose account is this?")
were_you_there = text(lambda: "Were you at the session?")
partners = text(lambda: "Your conversations with a partner")
answer = text(lambda: "The answer to what you wrote")
