"""Walks everything that a person can reach: every address of the house with every name it might take, and every link on every page."""

import io
import re
import zipfile

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

#: what changes with each request and tells nothing
CHANGING = re.compile(rb'csrfmiddlewaretoken" value="[^"]*"|name="uid" value="[^"]*"|nonce="[^"]*"|csrftoken=[^;]*')


def routes(patterns=None, prefix=""):
    """Yield every route of the house, as it is written."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        else:
            yield route


def addresses(uids, tokens):
    """Return every address: each gap filled with each name that fits."""
    found = set()
    for route in routes():
        if "format" in route or "language" in route or route == "elder" or "schema" in route or "docs/" in route or "sign-" in route:
            continue
        route = route.replace("^", "").replace("$", "").replace("\\Z", "")
        route = route.replace(r"(?P<year>\d{4})-(?P<month>\d{2})\.(?P<form>xlsx|pdf)", "2026-11.pdf")
        route = re.sub(r"\(\?P<uid>[^)]*\)|\(\?P<line>[^)]*\)", "<uuid:uid>", route)
        route = re.sub(r"\(\?P<verb>[^)]*\)", "read", route)
        route = re.sub(r"<int:year>", "2026", re.sub(r"<int:\w+>", "1", route))
        route = re.sub(r"<str:(verb|kind|code|step)>|<slug:\w+>", "read", route)
        if "<uuid:" in route or "<str:uid>" in route:
            found |= {"/" + re.sub(r"<uuid:\w+>|<str:uid>", str(uid), route) for uid in uids}
        else:
            found.add("/" + route)
    filled = set()
    for address in found:
        filled |= {re.sub(r"<str:\w+>", token, address) for token in tokens} if "<str:" in address else {address}
    return sorted(address for address in filled if "<" not in address)


def text_of(answer):
    """Return what an answer says, a workbook unpacked, without what changes each time."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(name.encode() + book.read(name) for name in book.namelist())
    said = b"\n".join(f"{name}: {value}".encode() for name, value in answer.items() if name not in ("X-Request-ID", "Set-Cookie"))
    return CHANGING.sub(b"", said + b"\n" + content)


def crawl(browser, starts, most=4000):
    """Return address -> (status, text, queries) of everything reachable from ``starts``; links are followed."""
    waiting, seen = list(starts), {}
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        connection.queries_log.clear()  # of a long crawl it would overflow
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(address)
        text = text_of(answer)
        seen[address] = (answer.status_code, text, len(queries))
        if answer.status_code == 200 and b"<html" in text:
            links = re.findall(rb'(?:href|action|src)="(/[^"#]*)"', text)
            linked = sorted({link.decode().replace("&amp;", "&") for link in links})
            waiting += [a for a in linked if not a.startswith(("/static/", "/language/", "/elder"))]
    return seen
