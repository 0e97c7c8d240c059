"""Tables point downwards only, and a planted relation that does not is named."""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.test.utils import isolate_apps

from tests.architecture.order import Order
from tests.architecture.relations import migration_faults, relation_faults


@pytest.fixture(scope="module")
def order() -> Order:
    return Order.stated_in(Path(__file__).resolve().parents[2] / "pyproject.toml")


def table(name: str, room: str, **fields: object) -> type[models.Model]:
    """A table as ``room`` would declare it."""
    meta = type("Meta", (), {"app_label": room.rpartition(".")[2]})
    return type(name, (models.Model,), {"__module__": f"yishiting.{room}.models", "Meta": meta, **fields})


def test_every_relation_of_every_table_points_downwards(order: Order) -> None:
    assert relation_faults(apps.get_models(include_auto_created=True), order) == []


def test_the_house_has_tables_to_look_at() -> None:
    ours = {model.__module__.partition(".models")[0] for model in apps.get_models()}

    assert {"yishiting.timeline", "yishiting.ground.places", "yishiting.council.matters"} <= ours


@isolate_apps("django.contrib.contenttypes")
def test_a_planted_string_foreign_key_upwards_is_named(order: Order) -> None:
    table("Planted", "council.matters")
    low = table("Ballot", "council.votes", matter=models.ForeignKey("matters.Planted", on_delete=models.CASCADE))

    assert [fault.partition(":")[0] for fault in relation_faults([low], order)] == [
        "votes.Ballot.matter points to matters.Planted"
    ]


@isolate_apps("django.contrib.contenttypes")
def test_planted_relations_of_every_shape_are_named(order: Order) -> None:
    table("Project", "council.projects")
    estate = table("Estate", "ground.places")
    link = table(
        "Link",
        "council.projects",
        estate=models.ForeignKey("places.Estate", on_delete=models.CASCADE),
        other=models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="+"),
    )
    sideways = table(
        "Meeting",
        "council.meetings",
        project=models.OneToOneField("projects.Project", on_delete=models.CASCADE),
        estates=models.ManyToManyField("places.Estate", through="projects.Link", related_name="+"),
    )
    child = type(
        "Entry",
        (estate,),
        {"__module__": "yishiting.timeline.models", "Meta": type("Meta", (), {"app_label": "timeline"})},
    )

    faults = relation_faults([link, sideways, child], order)

    assert {fault.partition(":")[0] for fault in faults} == {
        "projects.Link.other points to meetings.Meeting",
        "meetings.Meeting.project points to projects.Project",
        "meetings.Meeting.estates points to projects.Link",
        "timeline.Entry.estate_ptr points to places.Estate",
        "timeline.Entry.its parent points to places.Estate",
    }


@isolate_apps("django.contrib.contenttypes")
def test_a_planted_generic_relation_is_named(order: Order) -> None:
    loose = table(
        "Note",
        "ground.people",
        kind=models.ForeignKey(ContentType, on_delete=models.CASCADE),
        number=models.BigIntegerField(),
        about=GenericForeignKey("kind", "number"),
    )

    assert [fault.partition(":")[0] for fault in relation_faults([loose], order)] == [
        "people.Note.about is a generic relation"
    ]


@isolate_apps("django.contrib.contenttypes")
def test_a_relation_downwards_is_not_named(order: Order) -> None:
    table("Estate", "ground.places")
    high = table("Vote", "council.votes", estate=models.ForeignKey("places.Estate", on_delete=models.CASCADE))

    assert relation_faults([high], order) == []


def test_no_migration_waits_for_one_above_it(order: Order) -> None:
    written = MigrationLoader(None).disk_migrations

    migrations = [(label, name, migration.dependencies) for (label, name), migration in written.items()]

    assert migration_faults(migrations, apps.get_app_configs(), order) == []


def test_a_planted_migration_that_waits_for_one_above_it_is_named(order: Order) -> None:
    migrations = [("votes", "0009_planted", [("places", "0001_initial"), ("matters", "0001_initial")])]

    faults = migration_faults(migrations, apps.get_app_configs(), order)

    assert [fault.partition(":")[0] for fault in faults] == ["votes.0009_planted depends on matters"]
