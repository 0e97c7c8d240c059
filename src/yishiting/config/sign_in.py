"""Settings of sign-in: phone and six-digit code, a password too for those who hold a post; limits and lock-out.

Every counter is in the shared cache (the database on one box, Redis on several) or in a table, so that all processes and
nodes count the same attempts. A rate is ``amount/time/per``: ``ip`` the address that asks, ``key`` the phone (its keyed
hash), ``user`` the account. What each is for:

=====================  ==================  ===============================================================================
request_login_code     1/30s, 5/h, 20/d    codes to one phone: nobody is flooded with messages, no budget is emptied
                       60/10m per address  a hall full of neighbours on one Wi-Fi still gets in; a machine does not
confirm_login_code     3/10m               guesses at one code, counted outside the session, so parallel guesses count too
login                  30/m per address    posts of the password page
login_failed           10/h per phone      wrong passwords for one phone, from wherever they come
                       30/10m per address  wrong passwords from one address, whatever the phone
change_password        10/h                changes of one account's password
make_token             20/h                keys that one account makes for programmes and devices
=====================  ==================  ===============================================================================

Above these stands a lock (django-axes, in a table): eight wrong codes or passwords for one phone from one address within
an hour close that phone to that address for an hour. It never closes a phone to its owner elsewhere.
"""

from __future__ import annotations

import os

ACCOUNT_ADAPTER = "yishiting.reach.web.account.adapter.PhoneAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
# Nobody signs up (no such page is routed); allauth asks this list whether a phone and a password are known at all.
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# A phone on a roster and one that is not are answered alike.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
#: How long a code is good for, in seconds.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
# The default is letters with a dash, which nobody types on a phone's number pad.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/me/"

ACCOUNT_RATE_LIMITS = {
    "request_login_code": "60/10m/ip,1/30s/key,5/h/key,20/d/key",
    "confirm_login_code": "3/10m/key",
    "login": "30/m/ip",
    "login_failed": "30/10m/ip,10/h/key",
    "change_password": "10/h/user",
    "make_token": "20/h/user",
}

#: How many proxies of ours stand before the server; their last entries in X-Forwarded-For are believed, no others.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("YISHITING_PROXIES") or 0)

# Both counters must mean the same address and the same phone.
AXES_CLIENT_IP_CALLABLE = "yishiting.reach.web.account.lockout.address"
AXES_USERNAME_CALLABLE = "yishiting.reach.web.account.lockout.phone_key"
AXES_LOCKOUT_CALLABLE = "yishiting.reach.web.account.lockout.page"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Knocking while it is locked does not lengthen the lock, so that the time which the page names is true.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Its table of attempts must hold no phone and no code in the clear; it keeps no list of who came when.
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "login",
    "phone",
    "code",
    "oldpassword",
    "password1",
    "password2",
]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

#: Where ``people.ports.HttpSender`` posts codes, and the token that it shows there.
SMS_URL = os.environ.get("YISHITING_SMS_URL", "")
SMS_TOKEN = os.environ.get("YISHITING_SMS_TOKEN", "")
