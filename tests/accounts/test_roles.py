"""The table of roles, and that nothing else decides by a role's name."""

import ast

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts import roles
from accounts.models import User
from accounts.roles import Permission
from tests.architecture.source import ROOT, modules, name, templates, tree
from tests.factories import UnitFactory, UserFactory

TABLE = ROOT / "accounts" / "roles.py"
AUDITOR = roles.Role(
    "auditor", "稽核", "只讀。", roles.Scope.COUNTY, frozenset({Permission.READ_HISTORIES})
)


def test_an_account_may_what_its_row_says_and_nothing_else():
    for role in roles.ROLES.values():
        user = User(role=role.code)
        assert {one for one in Permission if user.may(one)} == role.permissions
        assert user.scope is role.scope


def test_who_may_not_sign_in_may_nothing():
    user = User(role=roles.PLATFORM_ADMINISTRATOR.code, is_active=False)
    assert not any(user.may(permission) for permission in Permission)
    assert not user.is_staff


@pytest.mark.parametrize("code", ["", "ruler", "COUNTY_VIEWER"])
def test_a_role_that_the_table_does_not_have_may_nothing(code):
    user = User(role=code)
    assert not any(user.may(permission) for permission in Permission)
    assert user.scope is roles.Scope.UNIT


@pytest.mark.django_db
def test_no_account_is_given_such_a_role():
    with pytest.raises(ValidationError):
        User.objects.create_user("somebody", unit=UnitFactory(), role="ruler")


def test_who_only_reads_changes_nothing():
    writing = set(Permission) - {Permission.VIEW, Permission.READ_HISTORIES}
    assert not roles.COUNTY_VIEWER.permissions & writing


@pytest.mark.django_db
def test_a_new_row_is_a_role_everywhere_and_needs_no_migration(client, monkeypatch):
    monkeypatch.setitem(roles.ROLES, AUDITOR.code, AUDITOR)
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)

    client.force_login(UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR))
    page = client.get("/admin/accounts/user/add/").content.decode()
    assert '<option value="auditor">稽核</option>' in page

    user = User.objects.create_user("reader", unit=UnitFactory(), role=AUDITOR.code)
    assert user.get_role_display() == "稽核"
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/accounts/history/").status_code == 200
    assert client.get("/hierarchy/").status_code == 403


def test_nothing_but_the_table_knows_a_role_by_its_code():
    """Permissions are asked for; `roles.X` is named only where an account is made with it."""
    texts = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        if path != TABLE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value in roles.ROLES
    ]
    assert texts == []
    assert [
        name(path)
        for path in templates()
        if any(code in path.read_text(encoding="utf-8") for code in roles.ROLES)
    ] == []


def test_nothing_compares_roles():
    named = tuple(f"roles.{key}" for key, row in vars(roles).items() if isinstance(row, roles.Role))
    compared = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        if path != TABLE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare)
        for side in map(ast.unparse, (node.left, *node.comparators))
        if side.endswith(".role") or side.startswith(named)
    ]
    assert compared == []
