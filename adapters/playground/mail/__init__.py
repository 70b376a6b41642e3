"""The playground's mailbox: a real SMTP server on loopback, and the people who read what it took."""

from adapters.playground.mail.letters import Letter
from adapters.playground.mail.side import CannotMail, MailSide
from adapters.playground.mail.smtp import running

__all__ = ["CannotMail", "Letter", "MailSide", "running"]
