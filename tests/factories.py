"""Rows for tests. Names and codes are made up; passwords start on the quick initial hasher."""

from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from accounts import roles
from accounts.models import County, Unit, User

PASSWORD = "initial-password"


class CountyFactory(DjangoModelFactory):
    """連江縣, unless another letter and name are given; one row per letter."""

    class Meta:
        model = County
        django_get_or_create = ("letter",)

    letter = "z"
    name = "連江縣"
    name_en = "Lienchiang County"


class UnitFactory(DjangoModelFactory):
    """A unit of 連江縣 without a parent: give `parent=` for one below another."""

    class Meta:
        model = Unit

    code = factory.Sequence(lambda number: f"{300000000 + number}Z")
    name = factory.Sequence(lambda number: f"第 {number} 單位")
    county = factory.SubFactory(CountyFactory)


class UserFactory(DjangoModelFactory):
    """The account of a unit; `role=` is a row of the table, `password=` what is typed."""

    class Meta:
        model = User

    unit = factory.SubFactory(UnitFactory)
    username = factory.LazyAttribute(
        lambda user: f"{user.unit.county_id}{user.unit.code}" if user.unit else "administrator"
    )
    role = roles.UNIT_STAFF
    password = PASSWORD

    @classmethod
    def _adjust_kwargs(cls, **fields: Any) -> dict[str, Any]:
        return fields | {
            "role": fields["role"].code,
            "password": make_password(fields["password"], hasher="initial_pbkdf2_sha256"),
        }
