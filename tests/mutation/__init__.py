"""How many planted mistakes of a module its tests notice: `python -m tests.mutation MODULE`."""
