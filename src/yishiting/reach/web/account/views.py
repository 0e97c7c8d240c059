"""Pages of sign-in. One thing per screen: the phone, then the code; a password for staff; sign-out; a password's change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows import password_change
from allauth.account.internal.stagekit import clear_login
from allauth.account.mixins import NextRedirectMixin, RedirectAuthenticatedUserMixin
from allauth.account.stages import LoginStage
from allauth.account.utils import get_login_redirect_url
from allauth.account.views import LoginView
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormMixin, FormView

from yishiting.ground.people import secrets
from yishiting.ground.people.sign_in import masked
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.web.account import lockout
from yishiting.reach.web.account.codes import SignInCode, signed_in_by_code_within
from yishiting.reach.web.account.forms import CodeForm, NewPasswordForm, OtherPasswordForm, PasswordLoginForm, PhoneForm
from yishiting.reach.web.account.limits import later, take
from yishiting.reach.web.http import Request

#: After a sign-in by code a forgotten password may be replaced for this long, in seconds.
FORGOTTEN_SECONDS = 600
#: Faults that say no more than that it was tried too often; the second is the library's.
TOO_OFTEN = {"too_often", "too_many_login_attempts"}


if TYPE_CHECKING:
    _Form = FormMixin[Any]
else:
    _Form = object


class _SaysSo(_Form):
    """A form that comes back with faults is answered with 422, and with 429 where it was sent too often."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the form again with what is wrong."""
        answer = super().form_invalid(form)
        if answer.status_code == 200:
            codes = {fault.code for faults in form.errors.as_data().values() for fault in faults}
            answer.status_code = 429 if codes & TOO_OFTEN else 422
        return answer


class _Entrance(_SaysSo, NextRedirectMixin, RedirectAuthenticatedUserMixin):
    """A way in: not for those who are in, and always open to begin anew, with another phone say."""

    request: HttpRequest

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        clear_login(request)


class PhoneView(_Entrance, FormView):
    """The first screen: a phone."""

    form_class = PhoneForm
    template_name = "account/request_login_code.html"

    def form_valid(self, form: PhoneForm) -> HttpResponse:
        """Send a code unless the phone or the address asks too often; known and unknown phones are answered alike."""
        phone = form.cleaned_data["phone"]
        if not lockout.is_open(self.request, phone):
            return lockout.page(self.request, credentials={"phone": phone})
        if wait := take(self.request, action="request_login_code", key=secrets.lookup_hash(phone)):
            said = later(_("这个号码要验证码要得太勤了。"), wait)
            form.add_error("phone", forms.ValidationError(said, code="too_often"))
            return self.form_invalid(form)
        SignInCode.begin(request=self.request, phone=phone)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def get_success_url(self) -> str:
        """Where to for one who is signed in already: as it was asked for, else wherever he starts."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(password_url=self.passthrough_next_url(reverse("account_password")), **kwargs)


class CodeView(_SaysSo, NextRedirectMixin, FormView):
    """The second screen: the code."""

    request: Request

    form_class = CodeForm
    template_name = "account/confirm_login_code.html"

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(get_login_redirect_url(request))
        process = SignInCode.awaited(request)
        if process is None:
            return self._back_to_phone()
        if not process.is_valid():
            process.abort()
            return self._back_to_phone(_("验证码过期了，请重新要一个。"))
        self.process = process
        if not lockout.is_open(request, process.phone):
            return lockout.page(request, credentials={"phone": process.phone})
        return super().dispatch(request, *args, **kwargs)

    def _back_to_phone(self, words: str = "") -> HttpResponse:
        if words:
            messages.warning(self.request, words)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_login")))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") == "resend":
            return self._resend()
        return super().post(request, *args, **kwargs)

    def _resend(self) -> HttpResponse:
        key = secrets.lookup_hash(self.process.phone)
        if wait := take(self.request, action="request_login_code", key=key):
            messages.warning(self.request, later(_("刚刚发过了。"), wait))
        else:
            self.process.send()
            messages.success(self.request, _("又发了一次，请用最新的那一条。"))
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """Compare once per guess; the guesses at one code are counted outside the session, parallel ones too."""
        if take(self.request, action="confirm_login_code", key=self.process.nonce):
            self.process.abort()
            return self._back_to_phone(_("验证码输错了三次，这一条作废了。请重新要一个。"))
        if not self.process.matches(form.cleaned_data["code"]):
            return self._wrong(form)
        answer = self.process.sign_in(self.get_next_url(), now=self.request.now)
        return answer or self._back_to_phone(_("现在不能用这个号码登录，请到社区居委会问一下。"))

    def _wrong(self, form: CodeForm) -> HttpResponse:
        lockout.count_failure(self.request, self.process.phone)
        if not self.process.record_invalid_attempt():
            return self._back_to_phone(_("验证码输错了三次，这一条作废了。请重新要一个。"))
        left = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS - self.process.state["failed_attempts"]
        form.add_error("code", _("验证码不对，请对照短信再输一次。还能再试 {n} 次。").format(n=left))
        # Six digits are typed anew more easily than mended.
        form.data = {}
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            phone=masked(self.process.phone),
            minutes=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            phone_url=self.passthrough_next_url(reverse("account_login")),
            **kwargs,
        )


class PasswordView(_Entrance, LoginView):
    """Phone and password in one screen, for those who use it every day."""

    form_class = PasswordLoginForm
    template_name = "account/login.html"

    def get_form_class(self) -> type[forms.Form]:
        return self.form_class

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(code_url=self.passthrough_next_url(reverse("account_login")), **kwargs)


def has_password(request: HttpRequest) -> bool:
    """Whether who is signed in has a password that opens; nobody has none."""
    return request.user.is_authenticated and request.user.has_usable_password()


def may_hold_password(request: Request) -> Verdict:
    """A password is for those who hold a post; whoever held one may still change or replace it."""
    return allow_if(
        bool(request.actor.offices) or has_password(request),
        Sentence(gettext_noop("密码只给担任职务的人设。您用手机号和验证码登录就可以。")),
    )


class _PasswordPage(_SaysSo, FormView):
    """What setting and changing a password share."""

    request: Request

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise NotAllowed(Sentence(gettext_noop("请先登录。")))
        may_hold_password(self.request).enforce()
        if elsewhere := self.other_page():
            return HttpResponseRedirect(reverse(elsewhere))
        return super().dispatch(request, *args, **kwargs)

    def other_page(self) -> str:
        """Return the name of the page that suits this person better, if any."""
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Every post is counted, since each may be a guess at the present password."""
        if wait := take(request, action="change_password", key=""):
            messages.warning(request, later(_("密码试得太勤了。"), wait))
            return HttpResponseRedirect(reverse("web:sessions"))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: NewPasswordForm | OtherPasswordForm) -> HttpResponse:
        """Save, stay signed in here, and end every other session: somebody else may have known the old password."""
        form.save()
        password_change.finalize_password_change(self.request, form.user)
        end_other_sessions(self.request, self.request.user)
        return HttpResponseRedirect(reverse("web:sessions"))


class SetPasswordView(_PasswordPage):
    """A first password, or another for a forgotten one within ten minutes of a sign-in by code."""

    form_class = NewPasswordForm
    template_name = "account/password_set.html"

    def other_page(self) -> str:
        by_code = signed_in_by_code_within(self.request, FORGOTTEN_SECONDS)
        return "account_change_password" if has_password(self.request) and not by_code else ""


class ChangePasswordView(_PasswordPage):
    """Another password for one who knows the present one."""

    form_class = OtherPasswordForm
    template_name = "account/password_change.html"

    def other_page(self) -> str:
        return "" if has_password(self.request) else "account_set_password"
