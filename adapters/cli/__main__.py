"""``python -m adapters.cli`` is the `throughline` command."""

from adapters.cli.main import main

main()
