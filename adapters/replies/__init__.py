"""E-mail that comes in: replies, bounces and complaints, told to the bot as events."""
