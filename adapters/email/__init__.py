"""E-mail as a chat platform: messages by SMTP, buttons as signed links, replies and bounces read back."""
