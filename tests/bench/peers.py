"""What users have without conjure, for the same rows: a viewset written by hand, and strawberry-django's own types."""

from __future__ import annotations

from typing import Any

import strawberry
import strawberry_django
from rest_framework import serializers, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import DjangoModelPermissions
from strawberry import auto
from strawberry_django.optimizer import DjangoOptimizerExtension
from strawberry_django.pagination import OffsetPaginated

from tests.testapp import models


class OrderSerializer(serializers.ModelSerializer[Any]):
    """The rows of the REST contract: the columns, and labels beside them."""

    _label = serializers.CharField(source="__str__", read_only=True)
    customer_label = serializers.StringRelatedField(source="customer")
    product_label = serializers.StringRelatedField(source="product")
    assigned_to_label = serializers.StringRelatedField(source="assigned_to")
    coupon_label = serializers.StringRelatedField(source="coupon")
    status_display = serializers.CharField(source="get_status_display", read_only=True)
    priority_display = serializers.CharField(source="get_priority_display", read_only=True)

    class Meta:
        model = models.Order
        exclude = ("secret_note",)


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"


class OrderViewSet(viewsets.ModelViewSet[Any]):
    """As its guide has it, with the foreign keys joined."""

    queryset = models.Order.objects.select_related("customer", "product", "assigned_to", "coupon")
    serializer_class = OrderSerializer
    pagination_class = Pages
    authentication_classes = (SessionAuthentication,)
    permission_classes = (DjangoModelPermissions,)


@strawberry_django.type(models.Customer)
class CustomerType:
    id: auto
    name: auto
    email: auto


@strawberry_django.type(models.Product)
class ProductType:
    sku: auto
    name: auto
    price: auto


@strawberry_django.type(models.OrderItem)
class ItemType:
    id: auto
    quantity: auto
    product: ProductType


@strawberry_django.type(models.Order)
class OrderType:
    id: auto
    number: auto
    status: auto
    priority: auto
    total: auto
    weight: auto
    comment: auto
    is_gift: auto
    ordered_on: auto
    created_at: auto
    updated_at: auto
    customer: CustomerType
    product: ProductType
    items: list[ItemType]


@strawberry.type
class Query:
    orders: OffsetPaginated[OrderType] = strawberry_django.offset_paginated()


schema = strawberry.Schema(Query, extensions=[DjangoOptimizerExtension])
