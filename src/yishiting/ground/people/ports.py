"""The way out for sign-in codes: a port that settings fill (``CODE_SENDER``), so that no room knows an SMS provider."""

from __future__ import annotations

import http.client
import json
import logging
import sys
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


class CodeNotSentError(Exception):
    """A code could not be handed over; the text says why and holds neither the phone nor the code."""


class CodeSender(Protocol):
    """Takes a sign-in code to a phone (eleven digits)."""

    def send(self, phone: str, code: str, language: str) -> None:
        """Hand the code over in words of ``language`` (``zh-hans`` or ``en``), or raise :class:`CodeNotSentError`."""


class ConsoleSender:
    """Prints the code where the server runs: for the demonstration and for a box that has no SMS provider yet."""

    def send(self, phone: str, code: str, language: str) -> None:
        with translation.override(language):
            words = _("登录验证码 {code}（手机 {phone}）").format(code=code, phone=phone)
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


class HttpSender:
    """Posts ``{"phone": …, "code": …, "language": …}`` as JSON to an SMS gateway that the operator runs or rents.

    The words are the gateway's: operators let only those through that were filed with them, in ``zh-hans`` and in ``en``.

    The token goes as ``Authorization: Bearer``. A broken connection and the answers 502 to 504 are tried once more with
    the same ``Idempotency-Key``, so that a gateway that knows it sends one message; any other refusal is final.
    """

    TRIES = 2
    TIMEOUT_SECONDS = 5.0
    BUSY = frozenset({502, 503, 504})

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self.url = url if url is not None else settings.SMS_URL
        self.token = token if token is not None else settings.SMS_TOKEN

    def send(self, phone: str, code: str, language: str) -> None:
        body = json.dumps({"phone": phone, "code": code, "language": language}).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        trouble = ""
        for _again in range(self.TRIES):
            try:
                status = self._post(body, headers)
            except (OSError, http.client.HTTPException) as error:
                trouble = f"the gateway did not answer ({type(error).__name__})"
                continue
            if 200 <= status < 300:
                return
            trouble = f"the gateway answered {status}"
            if status not in self.BUSY:
                break
        raise CodeNotSentError(trouble)

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        address = urlsplit(self.url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise CodeNotSentError("YISHITING_SMS_URL is not an http or https address")
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.hostname, address.port, timeout=self.TIMEOUT_SECONDS)
        try:
            path = f"{address.path or '/'}{'?' + address.query if address.query else ''}"
            connection.request("POST", path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read(64 * 1024)
            return answer.status
        finally:
            connection.close()


def code_sender() -> CodeSender:
    """Return the sender that settings name."""
    sender: CodeSender = import_string(settings.CODE_SENDER)()
    return sender


@lru_cache(maxsize=1)
def _couriers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="code")


def hand_over(phone: str, code: str, language: str) -> Future[None]:
    """Send ``code`` beside the request, not within it.

    A page that waited for the gateway would answer later for a phone on the roster than for one that is not, and so tell
    them apart. A failure is logged, never shown, for the same reason; the page says what to do if no code comes.
    """
    sender = code_sender()
    return _couriers().submit(_send, sender, phone, code, language)


def _send(sender: CodeSender, phone: str, code: str, language: str) -> None:
    try:
        sender.send(phone, code, language)
    except CodeNotSentError as error:
        log.error("A sign-in code was not sent: %s", error)
    except Exception as error:
        # A sender of somebody else's making; its message may hold the phone, so only its kind is kept.
        log.error("A sign-in code was not sent: %s", type(error).__name__)
