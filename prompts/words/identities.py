"""One person on two platforms: codes, links, undoing them."""

from collections.abc import Mapping

from prompts.catalog import text

PLATFORMS: Mapping[str, str] = {"slack": "Slack", "teams": "Teams", "web": "web"}


link_summary = text(lambda: "Use your accounts on Slack and Teams as one person")
unlink_summary = text(lambda: "Undo the last link of two accounts")
prefer_summary = text(lambda: "Choose where you get your messages: Slack or Teams")
code_title = text(lambda: "Link your other account")
code_text = text(lambda code, minutes: "Your code is **{code}**. Go to your other account, on Slack or Teams, and type there: `link {code}`\n\nIt works once, for {minutes} minutes. Give it to nobody: whoever uses it sees what you see.")
accounts_now = text(lambda accounts: "Your accounts now: {accounts}")
confirm_title = text(lambda: "Is this you?")
confirm_text = text(lambda name, platform: "This code belongs to **{name}** on {platform}. If you go on, that account and this one become one person. Both then show the same reflections, commitments and answers. Go on only if both accounts are yours. If somebody sent you this code, do not.")
confirm_button = text(lambda: "Both are mine: link them")
not_me = text(lambda: "This is not me")
nothing_linked = text(lambda: "Nothing was linked.")
linked = text(lambda name: "Done. Both accounts are **{name}** now, and each message comes once. `write me on` chooses where. `unlink` undoes this within 30 days.")
linked_elsewhere = text(lambda platform: "Your code was used: this account and one on {platform} are one person now. Was that not you? Type `unlink`, and tell a facilitator.")
wrong_code = text(lambda: "This code does not work. It may be older than ten minutes, used before, or mistyped. Type `link` in your other account for a new one.")
too_many = text(lambda: "Too many codes that did not work. Wait an hour, then type `link` in your other account for a new one.")
own_code = text(lambda: "This is already one person: the code is your own. There is nothing to link.")
same_workspace = text(lambda: "This code was given here. Type it in your account on the other platform.")
undo = text(lambda: "Undo")
undo_title = text(lambda: "Two people again?")
undo_text = text(lambda: "Each account gets back what it had. What you have done since the link stays with the account that was there first.")
unlinked = text(lambda: "Done. The two accounts are two people again.")
nothing_to_undo = text(lambda days: "There is no link of yours from the last {days} days to undo. Type `link` to see your accounts.")
not_there = text(lambda platform: "I do not know you on {platform} yet. Type `link` here, then type the code there.")
written_to_on = text(lambda platform: "Your messages come on {platform}.")
written_to_anywhere = text(lambda: "Your messages come where we spoke last.")
rather_on = text(lambda platform: "Rather on {platform}")
my_page_summary = text(lambda: "Open your own page in the browser")
my_page_text = text(lambda: "Your page shows what is next, forms to fill in, and links. This link is yours alone, for one day.")
open_page = text(lambda: "Open my page")
personal_summary = text(lambda: "Get the personal link of somebody on neither Slack nor Teams")
personal_title = text(lambda name: "A personal page for {name}")
personal_text = text(lambda name, url: "Give this link to {name}, and to nobody else:\n\n{url}\n\nTheir page shows what is next, forms to fill in, and links. They need no account.")
personal_context = text(lambda days: "It works for {days} days. Links made before for this person do not work any more. Who opens it acts as this person, so do not open it yourself.")
has_account = text(lambda name: "{name} has an account that I can write to. Ask them to type `my page` there.")
not_in_your_cohort = text(lambda name: "{name} is in no cohort that you run. Put them on the roster first: `import`.")
page_title = text(lambda: "Your page")
page_done = text(lambda: "Done.")
back_to_page = text(lambda: "Back to your page")
