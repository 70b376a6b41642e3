"""E-mail: does the relay take us in, and do receivers find what they ask of a sender's domain.

DKIM signing is the relay's own work; here it is only looked whether the domain publishes any key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import dns.asyncresolver
import dns.exception
import dns.resolver

from adapters.doctor.finding import Finding
from adapters.email.config import EmailConfig
from adapters.email.platform import EmailPlatform
from adapters.email.relay import Relay
from adapters.loopback import is_loopback
from adapters.settings import Settings
from bot.core.cards import Card
from bot.core.clock import SystemClock
from bot.core.links import Links
from bot.core.platform import Address, PlatformError, Throttled
from storage.base import opaque_id

SECONDS = 5.0
Nameserver = tuple[str, int]


async def email_findings(
    settings: Settings, config: EmailConfig, nameservers: Sequence[Nameserver] = ()
) -> AsyncIterator[Finding]:
    """The relay first, then the three records of the sender's domain."""
    yield await _relay(config)
    if is_loopback(config.host):
        yield Finding("the mail relay is on this machine: the domain's records were not looked at")
        return
    async for finding in records(config.domain, nameservers):
        yield finding


async def _relay(config: EmailConfig) -> Finding:
    relay, what = Relay(config), f"the mail relay {config.host}:{config.port}"
    try:
        await relay.greet()
    except Throttled:
        return Finding(what, "it refuses our name and password: see SMTP_URL (characters like @ as %40)")
    except PlatformError as error:
        return Finding(what, f"{error}: check SMTP_URL, its port, and that it offers STARTTLS or TLS")
    finally:
        await relay.close()
    return Finding(what)


async def records(domain: str, nameservers: Sequence[Nameserver] = ()) -> AsyncIterator[Finding]:
    """SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of a domain, where a name server answers."""
    resolver = _resolver(nameservers)
    try:
        spf = [text for text in await _texts(resolver, domain) if text.startswith("v=spf1")]
        has_keys = await _exists(resolver, f"_domainkey.{domain}")
        dmarc = [text for text in await _texts(resolver, f"_dmarc.{domain}") if text.startswith("v=DMARC1")]
    except dns.exception.DNSException:
        yield Finding("no name server answers here: SPF, DKIM and DMARC were not looked at")
        return
    remedy = f"publish one TXT record at {domain} that begins with v=spf1 and includes your relay"
    yield Finding(f"SPF of {domain}: {len(spf)} records", "" if len(spf) == 1 else remedy)
    remedy = f"let your relay sign as {domain}, and publish its key at _domainkey.{domain}"
    yield Finding(f"DKIM of {domain}: {'a key' if has_keys else 'no key'}", "" if has_keys else remedy)
    remedy = f"publish a TXT record at _dmarc.{domain}, such as v=DMARC1; p=none; rua=mailto:you@{domain}"
    yield Finding(f"DMARC of {domain}: {len(dmarc)} records", "" if len(dmarc) == 1 else remedy)


async def send_test(settings: Settings, config: EmailConfig, address: str) -> Finding:
    """One message, sent as all others are."""
    platform = EmailPlatform(config, Links(settings.base_url, *settings.link_secrets()), SystemClock())
    text = "Your relay has taken this message. Look at its headers for SPF, DKIM and DMARC."
    card = Card(title="Test message", text=text)
    try:
        await platform.send(Address("doctor", address), card, mark=opaque_id(), users={}, language="en")
    except PlatformError as error:
        return Finding(f"a test message to {address}", f"{error}")
    finally:
        await platform.relay.close()
    return Finding(f"the relay has taken a test message to {address}")


def _resolver(nameservers: Sequence[Nameserver]) -> dns.asyncresolver.Resolver:
    resolver = dns.asyncresolver.Resolver(configure=not nameservers)
    if nameservers:
        resolver.nameservers = [host for host, _ in nameservers]
        resolver.port = nameservers[0][1]
    resolver.lifetime = SECONDS
    return resolver


async def _texts(resolver: dns.asyncresolver.Resolver, name: str) -> list[str]:
    try:
        answer = await resolver.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


async def _exists(resolver: dns.asyncresolver.Resolver, name: str) -> bool:
    """Whether anything is published at a name or below it: then the name itself exists (RFC 8020)."""
    try:
        await resolver.resolve(name, "TXT")
    except dns.resolver.NXDOMAIN:
        return False
    except dns.resolver.NoAnswer:
        return True
    return True
