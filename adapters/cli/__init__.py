"""The `throughline` command, a module for each group of subcommands."""
