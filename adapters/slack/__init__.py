"""Slack: payloads in, Block Kit out, and the Web API behind the `ChatPlatform` port."""
