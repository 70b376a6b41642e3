"""What is raised for wrong settings; by itself, so that the command line need not load what reads them."""


class SettingsError(Exception):
    """One sentence a setting: which variable is wrong, and what to write instead."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
