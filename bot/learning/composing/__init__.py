"""Writing the learning messages from plain values: no store, no clock.

Every text comes in as a mapping from language to words. One that lacks the reader's language raises
`prompts.catalog.MissingTranslation`: the message then does not go out in that language, and never in another.
"""
