"""Where the bot is installed: coming, going, and coming back."""
