"""A sign-in code on its way: allauth's stage of a login, kept so that a session holds neither a phone nor a code."""

from __future__ import annotations

import secrets as randomness
import time
from datetime import datetime
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal.cryptokit import generate_user_code
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from yishiting.ground.people import secrets
from yishiting.ground.people.sign_in import account_for, may_sign_in


class SignInCode(LoginCodeVerificationProcess):
    """A code asked for by a phone.

    Runs the same way for a phone that nobody may sign in by: a code is made and compared, and never sent, so that
    neither words nor time tell who is on a roster. The account is made when the right code comes back.
    """

    @classmethod
    def begin(cls, *, request: HttpRequest, phone: str) -> SignInCode:
        """Send a code to ``phone`` and remember in the session that it is awaited."""
        login = Login(user=None)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        process = cls(LoginByCodeStage(LoginStageController(request, login), request, login))
        process.state["phone_sealed"] = secrets.seal(phone)
        process.send()
        return process

    @classmethod
    def awaited(cls, request: HttpRequest) -> SignInCode | None:
        """Return what this session awaits, expired or not, or None."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        return cls(stage) if stage and stage.state.get("nonce") else None

    @property
    def phone(self) -> str:
        """The phone that the code was asked for."""
        return secrets.unseal(self.state["phone_sealed"])

    @property
    def nonce(self) -> str:
        """Names this one code; guesses are counted under it."""
        return str(self.state["nonce"])

    def send(self, skip_enumeration_mails: bool = False) -> None:
        """Make a new code, the earlier one is void, and send it where somebody may sign in."""
        adapter = get_adapter()
        code = generate_user_code(**app_settings.LOGIN_BY_CODE_FORMAT)
        nonce = randomness.token_hex(16)
        person = may_sign_in(self.phone)
        known = person is not None
        self.state.update(
            at=time.time(), nonce=nonce, failed_attempts=0, expected=self._mark(nonce, code) if known else ""
        )
        if known:
            # Read together with the person, so that a phone that is known takes no longer.
            account = getattr(person, "account", None)
            adapter.send_verification_code_sms(user=account, phone=self.phone, code=code)
        else:
            adapter.send_unknown_account_sms(self.phone)
        self.persist()

    @staticmethod
    def _mark(nonce: str, code: str) -> str:
        return secrets.lookup_hash(f"code {nonce} {code}")

    def matches(self, code: str) -> bool:
        """Return whether ``code`` is the one that was sent."""
        return constant_time_compare(self._mark(self.nonce, code), self.state["expected"])

    def sign_in(self, redirect_url: str | None, *, now: datetime) -> HttpResponse | None:
        """Sign the person in, with a new session and, the first time, a new account.

        None where the roster has changed since the code was sent and nobody may sign in by the phone any more.
        """
        person = may_sign_in(self.phone)
        if person is None:
            self.abort()
            return None
        account = account_for(person, now=now)
        self.abort()
        record_authentication(self.request, account, method="code")
        answer: HttpResponse = perform_login(self.request, Login(user=account, redirect_url=redirect_url))
        return answer


def signed_in_by_code_within(request: HttpRequest, seconds: int) -> bool:
    """Return whether this session was opened by a code at most ``seconds`` ago."""
    records: list[dict[str, Any]] = request.session.get("account_authentication_methods") or []
    return any(record["method"] == "code" and time.time() - record["at"] <= seconds for record in records)
