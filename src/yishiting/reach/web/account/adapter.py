"""How allauth finds a person by phone and sends him a code."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yishiting.ground.people import ports, secrets
from yishiting.ground.people.models import Account
from yishiting.ground.people.sign_in import may_sign_in, mobile
from yishiting.kernel.errors import BadInput, NotAllowed
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.web import language
from yishiting.reach.web.account import last_seen
from yishiting.reach.web.account.limits import later, seconds_to_wait
from yishiting.reach.web.http import Request


class PhoneField(forms.CharField):
    """A Chinese mobile however it is typed; its value is eleven digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return mobile(text)
        except BadInput as refusal:
            raise forms.ValidationError(_(refusal.message.template), code=refusal.code) from refusal


class PhoneAdapter(DefaultAccountAdapter):
    """Phone and code over the roster: nobody signs up, whoever is on a roster signs in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "phone_password_mismatch": _("手机号或密码不对。请再试一次，或者改用验证码登录。"),
        "enter_current_password": _("现在的密码不对，请再输一次。"),
        "incorrect_code": _("验证码不对，请对照短信再输一次。"),
        "account_inactive": _("这个账号停用了，请到社区居委会问一下。"),
    }

    # ---------------------------------------------------------------- phones
    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> Account | None:
        """Return the account that may sign in by ``phone``; a person who has none yet gets it from a code alone."""
        person = may_sign_in(phone)
        return getattr(person, "account", None) if person else None

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        return (user.person.phone, True) if user.person.phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        """A phone is changed on the roster by staff, who see the person, and never here."""
        raise NotAllowed(Sentence(gettext_noop("换手机号请到社区居委会，在名册上改。")))

    def set_phone_verified(self, user: Account, phone: str) -> None:
        """Nothing to keep: the roster already vouches for the phone."""

    def send_verification_code_sms(self, user: Account | None, phone: str, code: str, **kwargs: Any) -> None:
        """Send it in the language that the account keeps, else in that of the page on which it was asked for."""
        kept = user.language if user is not None else ""
        ports.hand_over(phone, code, kept if kept in dict(settings.LANGUAGES) else get_language())

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Nothing: a stranger's phone is left in peace."""

    # ---------------------------------------------------------------- ways in
    def login(self, request: Request, user: Account) -> None:
        super().login(request, user)
        last_seen.begin(request)
        language.at_sign_in(request, user)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        """The code is the only stage; there is no e-mail, and the phone was proven by the code."""
        return ["allauth.account.stages.LoginByCodeStage"]

    def get_login_redirect_url(self, request: Request) -> str:
        """Whoever holds a post starts at the desk, all others at their own page."""
        return "/desk/" if request.actor.offices else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/me/sessions/"

    # ---------------------------------------------------------------- limits
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth knows e-mail and user name here alone: all phones would share one counter, and five strangers'
        # mistakes would close the password page to everyone.
        return secrets.lookup_hash(str(credentials.get("phone", "")))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt with a password; refuse with the time to wait where there were too many."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action="login_failed", key=key)
        if not self._login_failed_rl_usage:
            wait = seconds_to_wait(request, action="login_failed", key=key)
            raise forms.ValidationError(later(_("密码输错的次数太多了。"), wait), code="too_many_login_attempts")
