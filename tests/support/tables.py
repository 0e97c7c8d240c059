"""The tables of a test's database: made from the models, and what the migrations make besides."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

PRODUCT = "yishiting."


def finish(connection: BaseDatabaseWrapper) -> None:
    """Complete tables that were made straight from the models, so that nothing tells them from migrated ones.

    Migrating draws every model anew for each of its steps, which takes longer than most files of tests; that it comes to
    the same is held by ``tests/architecture/test_migrations.py``. What a migration does by a function of its own is done
    here too (an index of words), and all are noted as done.
    """
    settings.MIGRATION_MODULES = {}
    with connection.schema_editor() as editor:
        for app in apps.get_app_configs():
            for operation in _own_operations(app.name) if app.name.startswith(PRODUCT) else ():
                operation.code(apps, editor)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app_label, name in MigrationLoader(None).disk_migrations:
        recorder.record_applied(app_label, name)


def _own_operations(app: str) -> list[migrations.RunPython]:
    """Return what the migrations of an app do by functions, in their order."""
    try:
        package = import_module(f"{app}.migrations")
    except ModuleNotFoundError:
        return []
    names = sorted(module.name for module in iter_modules(package.__path__))
    steps = [step for name in names for step in import_module(f"{package.__name__}.{name}").Migration.operations]
    other = [step for step in steps if isinstance(step, (migrations.RunSQL, migrations.SeparateDatabaseAndState))]
    assert not other, f"{app}: teach this module to do {other}"
    return [step for step in steps if isinstance(step, migrations.RunPython)]
