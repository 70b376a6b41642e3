"""A local workplace: the far side of Slack and of Teams, on loopback, with no credentials of anyone.

It listens on 127.0.0.1 only, invents its own secrets, and talks to nothing but the bot it is told of.
"""
