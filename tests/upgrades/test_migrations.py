"""Released migrations are frozen; new ones follow one another."""

from itertools import pairwise

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.upgrades.released import APPS, checksums, migrations, releases


def test_there_is_a_release() -> None:
    assert releases()


@pytest.mark.parametrize("release", releases(), ids=lambda folder: folder.name)
def test_a_released_migration_is_never_edited(release) -> None:
    now = checksums()
    lines = (release / "migrations.sha256").read_text().splitlines()
    released = {path: digest for digest, path in (line.split("  ") for line in lines)}
    assert released
    assert {path: now.get(path) for path in released} == released


def test_migrations_follow_one_another() -> None:
    """One leaf, no merge, and a number that says the place."""
    loader = MigrationLoader(None)
    for app in (app.rpartition("/")[2] for app in APPS):
        names = sorted(name for label, name in loader.disk_migrations if label == app)
        assert loader.graph.leaf_nodes(app) == [(app, names[-1])]
        assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
        for before, name in pairwise(names):
            inside = loader.disk_migrations[app, name].dependencies
            assert [parent for parent in inside if parent[0] == app] == [(app, before)]


def test_the_guard_sees_every_app() -> None:
    assert {path.parts[-3] for path in migrations()} == {"accounts", "inventory", "portal"}
