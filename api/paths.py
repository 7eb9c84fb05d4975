"""Ways back: where to go on after a form, and never to another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from api.context import settings


def own_path(wanted: str, otherwise: str = "/") -> str:
    """Return path and query of an address of ours, `otherwise` for any other."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    return parts.path + (f"?{parts.query}" if parts.query else "")


def came_from(otherwise: str = "/") -> str:
    """Return the page of ours that led here, `otherwise` where it was another's or is not known."""
    root = request.host_url.rstrip("/")
    referrer = request.referrer or ""
    return own_path(referrer.removeprefix(root), otherwise) if referrer.startswith(f"{root}/") else otherwise


def public(path: str) -> str:
    """Return the whole address of one of our paths, as people reach it: as set, or as they just did."""
    return (settings().url or request.host_url).rstrip("/") + path
