"""Who has the bot: installing it for a person, in a team or chat, taking it away, people coming and going."""

from __future__ import annotations

import asyncio

from adapters.playground.people import SamplePerson
from adapters.playground.teams.activities import ActivityForms
from adapters.playground.teams.delivery import DeliveryOutcome, Postbox
from adapters.playground.teams.errors import TeamsPlaygroundError
from adapters.playground.teams.model import Chat, Team, TeamsUser
from adapters.playground.teams.workplace import TeamsWorkplace


class AppInstaller:
    """The part of `TeamsSide` that changes who is where and tells the bot about it."""

    workplace: TeamsWorkplace
    forms: ActivityForms
    postbox: Postbox
    background: set[asyncio.Task[None]]

    def user(self, person: TeamsUser | str) -> TeamsUser:
        """Whoever is meant: the record itself, or found by id, email or name."""
        if isinstance(person, TeamsUser):
            return person
        found = self.workplace.user(person)
        if found is None:
            raise TeamsPlaygroundError(f"nobody here is called {person!r}")
        return found

    def populate(self, people: list[SamplePerson], tenant_id: str) -> list[TeamsUser]:
        """Give every person of a sample community an account in a tenant, in the same order."""
        return [
            self.workplace.add_user(
                person.name,
                tenant_id=tenant_id,
                email=person.email,
                locale=person.locale or "en-US",
                timezone=person.tz,
            )
            for person in people
        ]

    async def install_personal(self, user: TeamsUser | str) -> DeliveryOutcome:
        """Install the bot for one person; the outcome is that of the last of the two events."""
        person = self.user(user)
        chat = self.workplace.personal_chat(person)
        self.workplace.personal_installs.add(person.teams_id)
        chat.bot_installed = True
        self.workplace.changed("installed", chat.id, user_id=person.teams_id)
        return await self._tell_of_install(person, chat.id)

    async def add_bot_to_team(
        self, team: Team | str, *, by: TeamsUser | str | None = None
    ) -> DeliveryOutcome:
        """Install the bot in a team (named by record, id or name); `by` is a member of it."""
        found = self.team(team)
        found.bot_installed = True
        self.workplace.changed("installed", found.id)
        return await self._tell_of_install(self.user(by or found.member_ids[0]), found.id)

    async def add_bot_to_chat(self, chat: Chat, *, by: TeamsUser | str | None = None) -> DeliveryOutcome:
        """Install the bot in a group chat."""
        chat.bot_installed = True
        self.workplace.changed("installed", chat.id)
        return await self._tell_of_install(self.user(by or chat.member_ids[0]), chat.id)

    async def _tell_of_install(self, person: TeamsUser, conversation_id: str) -> DeliveryOutcome:
        bot = [self.workplace.bot_id]
        await self.postbox.deliver(self.forms.members_changed(person, conversation_id, added=bot))
        return await self.postbox.deliver(self.forms.installation(person, conversation_id, "add"))

    async def uninstall(
        self, where: TeamsUser | Team | Chat | str, *, by: TeamsUser | str | None = None
    ) -> DeliveryOutcome:
        """Take the bot away from a person, a team or a chat; a text names a person or a team."""
        if isinstance(where, str):
            where = self.workplace.user(where) or self.team(where)
        if isinstance(where, TeamsUser):
            chat = self.workplace.personal_chat(where)
            self.workplace.personal_installs.discard(where.teams_id)
            chat.bot_installed = False
            self.workplace.changed("uninstalled", chat.id, user_id=where.teams_id)
            return await self.postbox.deliver(self.forms.installation(where, chat.id, "remove"))
        where.bot_installed = False
        self.workplace.changed("uninstalled", where.id)
        person = self.user(by or where.member_ids[0])
        bot = [self.workplace.bot_id]
        await self.postbox.deliver(self.forms.members_changed(person, where.id, removed=bot))
        return await self.postbox.deliver(self.forms.installation(person, where.id, "remove"))

    async def join_team(self, user: TeamsUser | str, team: Team | str) -> DeliveryOutcome:
        """Someone becomes a member of a team; the bot hears of it where it is installed."""
        person, found = self.user(user), self.team(team)
        if person.teams_id not in found.member_ids:
            found.member_ids.append(person.teams_id)
        self.workplace.changed("joined", found.id, user_id=person.teams_id)
        if not found.bot_installed:
            return DeliveryOutcome()
        return await self.postbox.deliver(
            self.forms.members_changed(person, found.id, added=[person.teams_id])
        )

    async def leave_team(self, user: TeamsUser | str, team: Team | str) -> DeliveryOutcome:
        """Someone is no longer a member of a team."""
        person, found = self.user(user), self.team(team)
        found.member_ids.remove(person.teams_id)
        self.workplace.changed("left", found.id, user_id=person.teams_id)
        if not found.bot_installed:
            return DeliveryOutcome()
        return await self.postbox.deliver(
            self.forms.members_changed(person, found.id, removed=[person.teams_id])
        )

    async def change_place(self, team: Team | str, event: str, channel: str = "") -> DeliveryOutcome:
        """A channel (by name) or the whole team is archived, deleted, or back, as `event` says."""
        found = self.team(team)
        here = next((one.id for one in found.channels if one.name == channel), "")
        person = self.user(found.member_ids[0])
        return await self.postbox.deliver(self.forms.place_changed(person, found.id, event, here))

    def team(self, team: Team | str) -> Team:
        """A team by record, id or name."""
        if isinstance(team, Team):
            return team
        for found in self.workplace.teams.values():
            if team in (found.id, found.name, found.aad_group_id):
                return found
        raise TeamsPlaygroundError(f"no team is called {team!r}")

    async def installed_through_graph(self, place: str) -> None:
        """Graph has put the bot before a person or into a chat; the events follow on their own."""
        chat = self.workplace.chats.get(place)
        install = self.add_bot_to_chat(chat) if chat else self.install_personal(place)

        async def tell() -> None:
            await install

        task = asyncio.create_task(tell())
        self.background.add(task)
        task.add_done_callback(self.background.discard)
