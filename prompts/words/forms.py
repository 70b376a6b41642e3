"""What a form says when an answer does not fit."""

from prompts.catalog import text

required = text(lambda: "Please fill this in.")
too_long = text(lambda most, given: "Please keep this to {most} characters. It has {given} now. Nothing was lost: shorten it and send again.")
not_a_number = text(lambda: "Please give a whole number.")
at_least = text(lambda low: "Please give {low} or more.")
out_of_range = text(lambda low, high: "Please give a number from {low} to {high}.")
none_of_these = text(lambda choices: "Please choose one of these: {choices}.")
not_an_option = text(lambda: "Please pick one of the options shown.")
too_many = text(lambda most: "Please pick at most {most}.")
unknown_person = text(lambda: "I do not know that person. Pick a name from the list.")
