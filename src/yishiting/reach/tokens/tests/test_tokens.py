"""Keys: made by their owner alone, shown once, ended by time or by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.together import codes, together
from tests.support.world import START, World, make_world
from yishiting.ground.organisations.actors import NOBODY
from yishiting.ground.people.sign_in import account_for
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.reach.tokens import rules, selectors, services
from yishiting.reach.tokens.models import Token

pytestmark = pytest.mark.django_db
PAGE = "/account/tokens/"
TYPED = {"label": "我的表格", "kind": "personal", "scopes": ["matters:read"], "days": "30"}


@pytest.fixture
def world() -> World:
    world = make_world(3)
    for owner in world.owners:
        account_for(owner, now=START)
    return world


def make(world: World, who: int = 0, **changes: object) -> services.Made:
    wanted = {"kind": "personal", "label": "程序", "scopes": ["matters:read"], "days": 30} | changes
    return services.make_token(actor=world.actor(who), now=world.now, **wanted)


def test_a_key_opens_until_it_ends(world: World) -> None:
    made = make(world, days=1)
    assert services.holder_of(made.secret, now=START) == made.token
    assert services.holder_of(made.secret, now=START + timedelta(days=1, seconds=-1)) is not None
    assert services.holder_of(made.secret, now=START + timedelta(days=1)) is None
    assert services.holder_of(made.secret + "x", now=START) is None
    assert services.holder_of("", now=START) is None


def test_what_opens_is_kept_nowhere(world: World) -> None:
    made = make(world)
    row = Token.objects.get()
    assert made.secret not in " ".join(str(value) for value in vars(row).values())
    assert made.secret.endswith(row.hint)
    assert len(made.secret) > 40


def test_nobody_ends_the_key_of_another(world: World) -> None:
    made = make(world)
    with pytest.raises(NotFound):
        services.revoke_token(actor=world.actor(1), token_id=made.token.pk, now=world.now)
    assert services.holder_of(made.secret, now=START) is not None
    first = services.revoke_token(actor=world.actor(0), token_id=made.token.pk, now=world.now)
    again = services.revoke_token(actor=world.actor(0), token_id=made.token.pk, now=world.now + timedelta(hours=1))
    assert first.revoked_at == again.revoked_at == START
    assert services.holder_of(made.secret, now=START) is None
    assert selectors.tokens_of(world.actor(1), now=world.now) == []


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("label", {"label": " "}),
        ("label", {"label": "长" * 41}),
        ("kind", {"kind": "robot"}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["everything"]}),
        ("scopes", {"kind": "device", "scopes": ["roster:read"]}),
        ("scopes", {"kind": "device", "scopes": ["votes:write"]}),
        ("scopes", {"scopes": ["record:write"]}),
        ("scopes", {"kind": "device", "scopes": ["roster:write"]}),
        ("scopes", {"kind": "device", "scopes": ["cases:read"]}),
        ("scopes", {"kind": "device", "scopes": ["canvasses:write"]}),
        ("days", {"days": 0}),
        ("days", {"days": 367}),
        ("days", {"kind": "device", "days": 732}),
    ],
)
def test_what_may_not_be_is_said_by_field(world: World, field: str, changes: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        make(world, **changes)
    assert field in refused.value.fields
    assert not Token.objects.exists()


def test_a_scope_that_there_is_not_is_no_matter_of_devices(world: World) -> None:
    with pytest.raises(BadInput) as refused:
        make(world, scopes=["everything"])
    assert "设备" not in str(refused.value.fields["scopes"])


def test_nobody_makes_a_key_without_being_somebody() -> None:
    with pytest.raises(NotAllowed):
        services.make_token(actor=NOBODY, kind="personal", label="程序", scopes=["matters:read"], days=1, now=START)


def test_a_device_may_hold_longer(world: World) -> None:
    made = make(world, kind="device", days=731)
    assert made.token.expires_at == START + timedelta(days=731)


def test_there_are_at_most_so_many_that_hold(world: World) -> None:
    for _ in range(services.MOST):
        last = make(world)
    with pytest.raises(WrongState):
        make(world)
    services.revoke_token(actor=world.actor(0), token_id=last.token.pk, now=world.now)
    make(world)


def test_every_scope_has_a_room_with_words() -> None:
    for kind in rules.Kind:
        for scope in rules.scopes_for(kind):
            assert scope.partition(":")[0] in rules.ROOMS


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_do_not_make_one_too_many(world: World) -> None:
    for _ in range(services.MOST - 1):
        make(world)
    answers = together(*(lambda: make(world) for _ in range(3)))
    assert codes(answers) == ["too_many_tokens"] * 2
    assert Token.objects.count() == services.MOST


def test_the_page_shows_a_key_once_and_ends_it(world: World) -> None:
    client = sign_in(Client(), world.owners[0])
    made = client.post(PAGE, TYPED)
    assert made.status_code == 200
    assert "no-store" in made.headers["Cache-Control"]
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert services.holder_of(secret, now=Token.objects.get().made_at) is not None
    listed = client.get(PAGE).content.decode()
    assert secret not in listed
    assert "我的表格" in listed
    assert "看事项" in listed
    token = Token.objects.get()
    assert sign_in(Client(), world.owners[1]).post(PAGE, {"revoke": token.pk}).status_code == 404
    asked = client.post(PAGE, {"revoke": str(token.pk)}).content.decode()
    assert "也不能恢复" in asked
    assert f'name="revoke" value="{token.pk}"' in asked
    token.refresh_from_db()
    assert token.revoked_at is None
    assert client.post(PAGE, {"revoke": str(token.pk), "confirm": "1"}, follow=True).status_code == 200
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "已停用" in client.get(PAGE).content.decode()


def test_the_page_is_for_who_is_signed_in_and_keeps_what_was_typed(world: World) -> None:
    assert Client().get(PAGE).status_code == 302
    client = sign_in(Client(), world.owners[0])
    wrong = client.post(PAGE, {**TYPED, "days": "400"})
    assert wrong.status_code == 422
    assert "我的表格" in wrong.content.decode()
    assert not Token.objects.exists()
