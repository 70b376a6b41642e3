"""What every `ChatPlatform` promises, as tests that a new adapter is pointed at in three lines:

    class TestPigeon(ChatPlatformContract):
        def far_side(self, folder: Path) -> OpenFarSide:
            return pigeon_far_side(folder)

`pigeon_far_side(folder)` is an async context manager that yields a `FarSide`: the adapter connected to
something that accepts, counts, refuses and breaks as the real platform does.
"""
