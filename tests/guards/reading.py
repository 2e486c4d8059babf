"""Guards of reading: labels and nested rows, aggregates, descriptions and widgets, and fast reads."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    # What hangs on the rows.
    Guard(
        name="labels-that-come-joined-are-of-visible-rows",
        module="conjure.graphql.reading.target_labels",
        text="if columns and (related is None or not is_scoped(related)):",
        without="if columns:",
        tests=(
            "tests/graphql/reading/test_loading.py::test_labels_of_hidden_rows_are_not_told_however_often_one_asks",
        ),
    ),
    Guard(
        name="labels-by-key-are-of-visible-rows",
        module="conjure.graphql.reading.target_labels",
        text="rows = all_rows(model) if related is None or not is_scoped(related) else",
        without="rows = all_rows(model) if True else",
        tests=(
            "tests/graphql/reading/test_loading.py::test_labels_of_hidden_rows_are_not_told_however_often_one_asks",
        ),
    ),
    Guard(
        name="related-rows-are-visible-ones",
        module="conjure.graphql.reading.relations",
        text="rows = select_rows(context, related, using=database_of(related.model, objs))",
        without="rows = related.model._base_manager.all()",
        tests=(
            "tests/graphql/rows/test_visible.py::test_hidden_rows_are_hidden_in_lists_relations_filters_labels_and_counts",
        ),
    ),
    Guard(
        name="nested-lists-have-visible-rows",
        module="conjure.graphql.reading.relations",
        text='rows = select_rows(context, related, filters=arguments.get("filters"), using=using)',
        without="rows = related.model._base_manager.all()",
        tests=(
            "tests/graphql/rows/test_visible.py::test_hidden_rows_are_hidden_in_lists_relations_filters_labels_and_counts",
        ),
    ),
    Guard(
        name="linked-keys-are-of-visible-rows",
        module="conjure.graphql.rows.links",
        text="if related is not None and is_scoped(related):",
        without="if False:",
        tests=(
            "tests/graphql/rows/test_visible.py::test_hidden_rows_are_hidden_in_lists_relations_filters_labels_and_counts",
        ),
    ),
    Guard(
        name="linked-keys-are-of-rows-that-the-manager-shows",
        module="conjure.graphql.rows.links",
        text="elif type(target._default_manager) is not Manager:",
        without="elif False:",
        tests=("tests/graphql/reading/test_loading.py::test_keys_of_rows_that_the_manager_hides_are_not_told",),
    ),
    Guard(
        name="long-nested-lists-lose-no-row",
        module="conjure.graphql.reading.relations",
        text="if len(fetched) > _TRIM_IN_PYTHON:",
        without="if False:",
        tests=(
            "tests/graphql/reading/test_loading.py::test_long_nested_lists_are_cut_by_the_database_as_short_ones_are_here",
        ),
    ),
    Guard(
        name="long-nested-lists-begin-at-their-offset",
        module="conjure.graphql.reading.relations",
        text="numbered.filter(_conjure_number__gt=page.offset, _conjure_number__lte=page.offset + page.limit)",
        without="numbered.filter(_conjure_number__lte=page.limit)",
        tests=(
            "tests/graphql/reading/test_loading.py::test_long_nested_lists_are_cut_by_the_database_as_short_ones_are_here",
        ),
    ),
    Guard(
        name="links-of-a-page-are-limited",
        module="conjure.graphql.reading.relations",
        text="if len(pairs) > _MAX_LINKS:",
        without="if False:",
        tests=("tests/graphql/reading/test_loading.py::test_more_links_than_can_be_held_are_refused",),
    ),
    Guard(
        name="hidden-fields-do-not-exist",
        module="conjure.graphql.context",
        text="found |= set(spec.config.get_exclude(self.request))",
        without="found |= set()",
        tests=(
            "tests/graphql/rows/test_visible.py::test_what_get_exclude_hides_is_forbidden_to_ask_to_filter_and_to_order_by",
        ),
    ),
    # Aggregates, descriptions and widgets.
    Guard(
        name="aggregates-refuse-hidden-fields",
        module="conjure.graphql.aggregates.groups",
        text="if found.name in context.excluded(spec):",
        without="if False:",
        tests=("tests/graphql/aggregates/test_groups.py::test_a_field_hidden_from_this_request_is_refused_everywhere",),
    ),
    Guard(
        name="descriptions-ask-the-view-permission",
        module="conjure.graphql.resolvers.descriptions",
        text='context.permissions.require("view", spec)',
        without="pass",
        tests=("tests/rest/views/test_schemas.py::test_who_may_not_view_a_model_is_told_nothing_of_it",),
    ),
    Guard(
        name="descriptions-leave-hidden-fields-out",
        module="conjure.graphql.resolvers.descriptions",
        text="if field.name in hidden:",
        without="if False:",
        tests=("tests/graphql/resolvers/test_descriptions.py::test_hidden_fields_are_not_described",),
    ),
    Guard(
        name="widgets-ask-their-permission",
        module="conjure.graphql.resolvers.widgets",
        text="if widget.permission is not None:",
        without="if False:",
        tests=("tests/graphql/resolvers/test_widgets.py::test_a_widget_may_ask_a_permission",),
    ),
    Guard(
        name="recent-writes-are-visible-ones",
        module="conjure.graphql.widgets.built_in",
        text="if spec is None else scoped_rows(context, spec)",
        without="if spec is None else AdminAuditLog._base_manager.all()",
        tests=("tests/graphql/widgets/test_built_in.py::test_recent_writes_are_those_of_what_the_user_may_see",),
    ),
    Guard(
        name="model-counts-ask-the-view-permission",
        module="conjure.graphql.widgets.built_in",
        text=' or not context.permissions.can("view", spec):',
        without=":",
        tests=(
            "tests/graphql/widgets/test_built_in.py::test_model_counts_are_the_eight_largest_that_the_user_may_view",
        ),
    ),
    Guard(
        name="model-counts-are-of-visible-rows",
        module="conjure.graphql.widgets.built_in",
        text="return scoped_rows(context, spec)",
        without="return spec.model._base_manager.all()",
        tests=("tests/graphql/widgets/test_built_in.py::test_model_counts_count_what_the_user_may_see",),
    ),
    Guard(
        name="introspection-hides-models-and-fields",
        module="conjure.graphql.introspection",
        text="if not hidden.types and not hidden.members:",
        without="if True:",
        tests=("tests/graphql/test_introspection.py::test_one_is_told_of_what_one_may_view",),
    ),
    Guard(
        name="introspection-hides-fields",
        module="conjure.graphql.introspection",
        text="and not (owner is not None and (owner.name, name) in self.hidden.members)",
        without="",
        tests=("tests/graphql/test_introspection.py::test_fields_that_do_not_exist_for_a_user_are_not_told",),
    ),
    # Fast reads.
    Guard(
        name="fast-reads-leave-distinct-alone",
        module="conjure.orm.plain_querysets",
        text='"low_mark",',
        without='"low_mark",\n        "distinct",',
        tests=("tests/orm/test_plain_querysets.py::test_all_other_querysets_are_read_in_djangos_way[distinct]",),
    ),
    Guard(
        name="fast-reads-leave-locks-alone",
        module="conjure.orm.plain_querysets",
        text='"high_mark",',
        without='"high_mark",\n        "select_for_update",',
        tests=("tests/orm/test_plain_querysets.py::test_all_other_querysets_are_read_in_djangos_way",),
    ),
    Guard(
        name="fast-reads-tell-receivers",
        module="conjure.orm.instances",
        text=" and not (pre_init.has_listeners(model) or post_init.has_listeners(model))",
        without="",
        tests=("tests/orm/test_instances.py::test_receivers_are_told_of_every_instance",),
    ),
    Guard(
        name="joined-rows-are-not-hidden-by-their-manager",
        module="conjure.orm.statements",
        text=" or base.query.where:",
        without=":",
        tests=("tests/orm/test_statements.py::test_what_a_manager_hides_is_not_joined",),
    ),
]
