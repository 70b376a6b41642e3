"""Every adapter keeps the port's promises."""

from pathlib import Path

from tests.conformance.contract import ChatPlatformContract, OpenFarSide
from tests.conformance.far_sides import email_far_side, slack_far_side, teams_far_side


class TestSlack(ChatPlatformContract):
    def far_side(self, folder: Path) -> OpenFarSide:
        return slack_far_side(folder)


class TestTeams(ChatPlatformContract):
    def far_side(self, folder: Path) -> OpenFarSide:
        return teams_far_side(folder)


class TestEmail(ChatPlatformContract):
    def far_side(self, folder: Path) -> OpenFarSide:
        return email_far_side(folder)
