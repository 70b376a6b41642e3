"""Sessions as invitations: asked for, the same entry through every change, gone when cancelled."""

from __future__ import annotations

from typing import Any

from icalendar import Calendar

from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story


def invitations(ana: OnEmail) -> list[tuple[str, Any]]:
    """The method and the entry of each invitation in a mailbox, oldest first."""
    found = []
    for letter in ana.mailbox:
        for part in letter.message.walk():
            if part.get_content_type() == "text/calendar":
                calendar = Calendar.from_ical(str(part.get_content()))
                found.append((str(part.get_param("method")), calendar.walk("VEVENT")[0]))
    return found


async def test_an_entry_follows_its_session(story: Story, ana: OnEmail) -> None:
    lead = story.facilitator("slack")
    assert lead is not None
    assert invitations(ana) == []
    await story.command([ana], "invitations yes")
    first = {str(event["uid"]): event for _, event in invitations(ana)}
    assert len(first) == len(invitations(ana)) >= 3
    assert {method for method, _ in invitations(ana)} == {"REQUEST"}

    await lead.type("session move 2 2027-03-04 12:00")
    await lead.push_main()
    await story.settle()
    method, moved = invitations(ana)[-1]
    assert method == "REQUEST"
    before = first[str(moved["uid"])]
    assert moved["sequence"] > before["sequence"]
    assert moved.decoded("dtstart") != before.decoded("dtstart")
    assert "Before: " in str(moved["description"])
    assert str(moved["attendee"]) == f"mailto:{ana.person.email}"

    await lead.type("session cancel 2 The room is gone")
    await lead.push_main()
    await story.settle()
    method, gone = invitations(ana)[-1]
    assert method == "CANCEL"
    assert gone["uid"] == moved["uid"]
    assert gone["sequence"] > moved["sequence"]
    assert str(gone["summary"]).startswith("Cancelled: ")

    count = len(invitations(ana))
    await story.command([ana], "invitations no")
    await lead.type("session move 3 2027-03-18 12:00")
    await lead.push_main()
    await story.settle()
    assert len(invitations(ana)) == count
