"""Forms of sign-in."""

from __future__ import annotations

import unicodedata
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from django import forms
from django.utils.translation import gettext_lazy as _

from yishiting.reach.web.account.adapter import PhoneField

PASSWORD_HELP = _("至少 10 位，不要全是数字，也不要用别人猜得到的。")


class PhoneForm(forms.Form):
    """Where a code is to go."""

    phone = PhoneField(help_text=_("填您登记在小区名册上的手机号。"))


class CodeForm(forms.Form):
    """Six digits; full-width ones and spaces are taken."""

    code = forms.CharField(
        label=_("短信里的六位数字"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "code",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
                "data-no-draft": True,
            }
        ),
    )

    def clean_code(self) -> str:
        code = "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split()).replace("-", "")
        if len(code) != 6 or not (code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("验证码是六位数字，请对照短信再输一次。"), code="format")
        return code


def _plain(form: forms.Form, **labels: Any) -> None:
    """Give password fields our words; a placeholder that repeats the label says nothing."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)


class PasswordLoginForm(LoginForm):
    """Phone and password, for those who hold a post."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("密码"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class NewPasswordForm(SetPasswordForm):
    """A first password, or a new one right after a sign-in by code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1=_("新密码"), password2=_("新密码再输一次"))
        self.fields["password1"].help_text = PASSWORD_HELP


class OtherPasswordForm(ChangePasswordForm):
    """A new password for one who knows the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword=_("现在的密码"), password1=_("新密码"), password2=_("新密码再输一次"))
        self.fields["password1"].help_text = PASSWORD_HELP
