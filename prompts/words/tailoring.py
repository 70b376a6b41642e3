"""Fitting an evaluation form to a series."""

from prompts.catalog import text
from prompts.text import Marked

tailor_summary = text(lambda: "Fit a form to your series: its words, order and questions")
file_summary = text(lambda: "Fit a form to your series, as a file")
not_found = text(lambda: "This form is not there any more. Type `evaluation tailor` to start over.")
tailor_title = text(lambda: "Fit the form")
tailor_intro = text(lambda series: "For **{series}**. Change the words. Clear a question to drop it. You see the result before it is used.")
preview = text(lambda: "Preview")
question_label = text(lambda number, name, language: "{number}. {name} ({language})")
order_label = text(lambda: "Order")
order_hint = text(lambda: "The names above, in the order to ask. Leave one out to drop it.")
new_label = text(lambda: "A new question: how is it answered?")
new_text_label = text(lambda language: "New question ({language})")
options_label = text(lambda language: "Answers to choose from ({language})")
options_hint = text(lambda: "One a line: answers to choose from, things to put in order, or rows.")
ends_label = text(lambda language: "Words at both ends of a scale ({language})")
ends_hint = text(lambda: "With a slash between them: Not at all / Fully")
ends_unfit = text(lambda: "Write the words of both ends with a slash between them.")
points_label = text(lambda: "Points of the scale, 3 to 7")
na_label = text(lambda: 'Offer "does not apply"')
range_label = text(lambda: "Least and most number")
range_hint = text(lambda: "Only for a number, like 0-60.")
range_unfit = text(lambda: "Write the least and the most number, like 0-60.")
too_long_here = text(lambda: "This form is too long for a chat. Type `evaluation file` to edit it on a page.")
kind_scale5 = text(lambda: "Choose 1 to 5")
kind_scale10 = text(lambda: "0 to 10")
kind_scale = text(lambda: "A scale with words at both ends")
kind_matrix = text(lambda: "Several rows, one scale")
kind_ranking = text(lambda: "Put in order")
kind_number = text(lambda: "A number")
kind_zip = text(lambda: "A ZIP code")
kind_presenter = text(lambda: "Rate each presenter, 1 to 5")
kind_intent = text(lambda: "Yes, maybe or no")
kind_choice = text(lambda: "One answer")
kind_choices = text(lambda: "Several answers")
kind_text = text(lambda: "In their own words")
kind_retrospective = text(lambda: "Before and now, 1 to 5")
kind_link = text(lambda: "A link")
keep_objective = text(lambda: "Keep {{objective}} in it: the goal goes there.")
no_such_question = text(lambda name: "There is no question called {name}. Use the names above.")
named_twice = text(lambda: "A question is named twice. Name each once.")
every_language = text(lambda: "Write it in each language, or clear it in all.")
pick_kind = text(lambda: "Choose how it is answered.")
options_unfit = text(lambda most: "Give 2 to {most} answers, one a line, as many in each language.")
open_file = text(lambda: "Open the file")
file_text = text(lambda: "The form as a file to edit. You see the result before it is used.")
file_label = text(lambda: "The form (YAML)")
file_intro = text(lambda: "Edit it here, or choose a file. Problems are shown with their line.")
other_form = text(lambda name, kind: "This must stay the form {name} of the kind {kind}. Change its questions only.")
preview_title = text(lambda version: "Version {version} of the form")
nothing_yet = text(lambda: "It is not used yet. Look at it, then use it.")
cannot_use = text(lambda languages: "It cannot be used yet: a text is missing in {languages}.")
mode_label = text(lambda: "Answers")
mode_anonymous = text(lambda: "Anonymous")
mode_confidential = text(lambda: "Confidential")
questions = text(lambda: "Questions")
question_line = text(lambda number, text, kind: "{number}. {text} ({kind})")
look = text(lambda: "See it as they will")
change_more = text(lambda: "Change more")
use_it = text(lambda: "Use it")
use_everywhere = text(lambda n: "Use it in all {n} series of the project", "Use it in all {n} series of the project")
open_ones_stay = text(lambda: "Forms that are open stay as they are.")
longer = text(
    lambda n: "{n} question more than the short form. In thousands of web surveys, each further one lost about 7 of 10,000 answers. Answers to late questions are shorter and all alike.",
    "{n} questions more than the short form. In thousands of web surveys, each further one lost about 7 of 10,000 answers. Answers to late questions are shorter and all alike.",
)
example_presenter = text(lambda: "Ana Ruiz")
keep_presenter = text(lambda: "Keep {{presenter}} in it: the name goes there.")
example = text(lambda: "Name one way to pause")
only_a_preview = text(lambda: "That was a preview, so nothing was kept.")
used = text(lambda version, series: "Version {version} is used from now on in {series}.")
undo = text(lambda: "Undo")
nothing_to_undo = text(lambda: "The form is as it came, so there is nothing to undo.")
undone = text(lambda: "The version before is used again.")
changed_since = text(lambda: "Somebody changed the form since. Type `evaluation tailor` to see it as it is now.")
kind_promoter = text(lambda: "Would you recommend it, 0 to 10 (NPS)")


_KINDS = {
    "scale5": kind_scale5,
    "scale10": kind_scale10,
    "promoter": kind_promoter,
    "scale": kind_scale,
    "matrix": kind_matrix,
    "ranking": kind_ranking,
    "number": kind_number,
    "zip": kind_zip,
    "presenter": kind_presenter,
    "intent": kind_intent,
    "choice": kind_choice,
    "choices": kind_choices,
    "text": kind_text,
    "retrospective": kind_retrospective,
    "link": kind_link,
}


def kind(language: str, name: str) -> Marked:
    """How a kind of question is answered, in words."""
    return _KINDS[name](language)
