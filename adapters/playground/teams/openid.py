"""The identity side: OpenID metadata and keys for the bot, access tokens for its calls."""

from __future__ import annotations

from aiohttp import web

from adapters.playground.teams.tokens import (
    CONNECTOR_AUDIENCE,
    GRAPH_AUDIENCE,
    TOKEN_SECONDS,
    TokenDesk,
)


def identity_routes(ctx: TokenDesk) -> list[web.RouteDef]:
    """`/.well-known/openidconfiguration`, `/keys` and `/{tenant}/oauth2/v2.0/token`."""

    async def metadata(request: web.Request) -> web.Response:
        root = str(request.url.origin())
        return web.json_response(
            {
                "issuer": "https://api.botframework.com",
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": f"{root}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def keys(_: web.Request) -> web.Response:
        return web.json_response({"keys": [key.public() for key in ctx.keys]})

    async def token(request: web.Request) -> web.Response:
        form = await request.post()
        refusal = _refusal(ctx, {name: str(value) for name, value in form.items()})
        if refusal:
            status, code, text = refusal
            return web.json_response({"error": code, "error_description": text}, status=status)
        audience = str(form["scope"]).removesuffix("/.default")
        access = ctx.issue_access(request.match_info["tenant"], audience)
        return web.json_response(
            {"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "access_token": access}
        )

    return [
        web.get("/.well-known/openidconfiguration", metadata),
        web.get("/keys", keys),
        web.post("/{tenant}/oauth2/v2.0/token", token),
    ]


def _refusal(ctx: TokenDesk, form: dict[str, str]) -> tuple[int, str, str] | None:
    if form.get("grant_type") != "client_credentials":
        return 400, "unsupported_grant_type", "AADSTS70003: only client_credentials is supported here."
    if form.get("client_id") != ctx.app_id:
        return 400, "unauthorized_client", "AADSTS700016: no such application in the directory."
    if form.get("client_secret") != ctx.app_password:
        return 401, "invalid_client", "AADSTS7000215: Invalid client secret provided."
    if form.get("scope") not in (f"{CONNECTOR_AUDIENCE}/.default", f"{GRAPH_AUDIENCE}/.default"):
        return 400, "invalid_scope", "AADSTS1002012: the scope must end with /.default of a known resource."
    return None
