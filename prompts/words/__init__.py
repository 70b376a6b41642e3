"""Every sentence the bot says, one module a feature; see `prompts.catalog`."""
