"""Guards of access: permissions and logins."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    # Permissions.
    Guard(
        name="the-core-is-for-staff",
        module="conjure.auth.staff",
        text="if not is_active_staff(user):",
        without="if False:",
        tests=("tests/graphql/test_permissions.py::test_the_core_itself_is_for_active_staff",),
    ),
    Guard(
        name="the-core-is-for-active-users",
        module="conjure.auth.staff",
        text="if user is None or not user.is_authenticated or not user.is_active:",
        without="if user is None or not user.is_authenticated:",
        tests=("tests/graphql/test_permissions.py::test_the_core_itself_is_for_active_staff",),
    ),
    Guard(
        name="a-check-that-raises-denies",
        module="conjure.graphql.permissions",
        text='self._log_failure(f"{right} {spec.key}", error)\n            return False',
        without='self._log_failure(f"{right} {spec.key}", error)\n            return True',
        tests=("tests/graphql/writes/test_rights.py::test_a_permission_check_that_raises_denies",),
    ),
    Guard(
        name="a-codename-that-cannot-be-asked-denies",
        module="conjure.graphql.permissions",
        text="self._log_failure(permission, error)\n            return False",
        without="self._log_failure(permission, error)\n            return True",
        tests=("tests/graphql/test_permissions.py::test_a_right_that_cannot_be_asked_is_denied",),
    ),
    Guard(
        name="a-check-that-gives-no-bool-denies",
        module="conjure.options",
        text="if isinstance(answer, bool):",
        without="if True:",
        tests=(
            "tests/graphql/test_permissions.py::test_a_hook_that_gives_anything_but_a_bool_denies_and_is_logged",
            "tests/graphql/test_permissions.py::test_a_backend_that_gives_anything_but_a_bool_denies",
        ),
    ),
    Guard(
        name="the-inherited-checks-give-what-the-backend-gives",
        module="conjure.options",
        text="answer: bool = user is not None and user.has_perm(codename)",
        without="answer = bool(user is not None and user.has_perm(codename))",
        tests=("tests/graphql/test_permissions.py::test_a_backend_that_gives_anything_but_a_bool_denies",),
    ),
    Guard(
        name="read-only-models-refuse-writes",
        module="conjure.graphql.permissions",
        text='if right != "view" and spec.is_readonly:\n            return False',
        without="if False:\n            return False",
        tests=("tests/graphql/writes/test_rights.py::test_a_read_only_model_refuses_every_write",),
    ),
    Guard(
        name="a-config-may-deny-superusers",
        module="conjure.graphql.permissions",
        text="if self._may_do_everything and not _is_overridden(right, spec):",
        without="if self._may_do_everything:",
        tests=(
            "tests/graphql/test_introspection.py::test_a_config_that_denies_hides_its_model_from_superusers_too",
            "tests/graphql/test_permissions.py::test_rest_asks_the_view_permission_of_the_row",
        ),
    ),
    Guard(
        name="the-answer-for-a-model-is-not-that-for-a-row",
        module="conjure.graphql.permissions",
        text="if obj is None and key in self._answers:",
        without="if key in self._answers:",
        tests=("tests/graphql/test_permissions.py::test_graphql_asks_the_view_permission_of_the_row",),
    ),
    Guard(
        name="codenames-are-asked",
        module="conjure.graphql.permissions",
        text="if not self.has_codename(permission):",
        without="if False:",
        tests=("tests/graphql/resolvers/test_widgets.py::test_a_widget_may_ask_a_permission",),
    ),
    Guard(
        name="read-only-models-refuse-actions-that-delete",
        module="conjure.graphql.permissions",
        text='is_a_write = permission.right != "change"',
        without="is_a_write = False",
        tests=(
            "tests/graphql/actions/test_run.py::test_actions_run_on_read_only_models_but_none_deletes_there",
            "tests/graphql/actions/test_run.py::test_delete_selected_asks_the_delete_permission",
        ),
    ),
    Guard(
        name="actions-are-refused-without-their-right",
        module="conjure.graphql.permissions",
        text="if not self.can_run(spec, options, obj):",
        without="if False:",
        tests=("tests/rest/views/test_actions.py::test_actions_ask_their_own_permission",),
    ),
    # Logins.
    Guard(
        name="rest-is-for-staff",
        module="conjure.rest.views.base",
        text="if not self.is_public:\n            require_staff(user)",
        without="pass",
        tests=("tests/rest/views/test_lists.py::test_an_unknown_model_is_not_told_to_strangers",),
    ),
    Guard(
        name="graphql-is-for-staff",
        module="conjure.graphql.endpoint.views",
        text="    require_staff(user)",
        without="    pass",
        tests=("tests/graphql/endpoint/test_endpoint.py::test_who_is_not_staff_is_refused",),
    ),
    Guard(
        name="cookies-need-a-csrf-token",
        module="conjure.auth.authentication",
        text="enforce_csrf(request)\n    return",
        without="return",
        tests=("tests/graphql/endpoint/test_endpoint.py::test_a_cookie_without_a_csrf_token_is_refused",),
    ),
    Guard(
        name="foreign-origins-are-refused",
        module="conjure.auth.authentication",
        text="refuse_foreign_origin(request)\n    if is_jwt_mode",
        without="if is_jwt_mode",
        tests=("tests/auth/test_login.py::test_a_foreign_origin_writes_nothing",),
    ),
    Guard(
        name="logins-refuse-foreign-origins",
        module="conjure.auth.csrf",
        text="if not _CsrfCheck().is_origin_trusted(request):",
        without="if False:",
        tests=("tests/auth/test_login.py::test_a_foreign_origin_logs_nobody_in_or_out",),
    ),
    Guard(
        name="logins-are-counted",
        module="conjure.auth.login",
        text="attempt.begin()",
        without="pass",
        tests=("tests/auth/test_throttling.py::test_the_limit_is_a_setting",),
    ),
    Guard(
        name="logins-are-counted-by-folded-name",
        module="conjure.auth.throttling",
        text="{fold_username(username)}",
        without="{username}",
        tests=("tests/auth/test_throttling.py::test_other_spellings_of_a_name_share_its_attempts",),
    ),
    Guard(
        name="logins-side-by-side-are-counted",
        module="conjure.auth.throttling",
        text="if slot not in taken and cache.add(slot, now, WINDOW):",
        without="if slot not in taken:\n                cache.set(slot, now, WINDOW)",
        tests=("tests/auth/test_throttling.py::test_attempts_that_saw_the_same_slots_free_take_one_each",),
    ),
    Guard(
        name="logins-are-for-active-staff",
        module="conjure.auth.login",
        text="if is_active_staff(user):",
        without="if user:",
        tests=("tests/auth/test_login.py::test_all_failures_get_one_answer_and_cost_one_hash",),
    ),
    Guard(
        name="tokens-die-with-the-password",
        module="conjure.auth.tokens",
        text="if not (has_password and",
        without="if not (",
        tests=("tests/auth/test_tokens.py::test_tokens_die_with_the_account",),
    ),
    Guard(
        name="tokens-die-with-the-staff-flag",
        module="conjure.auth.tokens",
        text=" and is_active_staff(user) and",
        without=" and",
        tests=("tests/auth/test_tokens.py::test_tokens_die_with_the_account",),
    ),
    Guard(
        name="rotated-tokens-are-good-once",
        module="conjure.auth.tokens",
        text="if api_settings.BLACKLIST_AFTER_ROTATION and not revoke(refresh):",
        without="if False:",
        tests=(
            "tests/auth/test_jwt_project.py::test_a_client_works_on_through_refreshes_and_each_refresh_token_is_good_once",
        ),
    ),
    Guard(
        name="a-refresh-asks-whose-it-is",
        module="conjure.auth.tokens",
        text="user_of_token(refresh)\n",
        without="\n",
        tests=("tests/auth/test_tokens.py::test_tokens_die_with_the_account",),
    ),
    Guard(
        name="a-logout-revokes-the-refresh-token",
        module="conjure.auth.tokens",
        text="revoke(refresh)\n        revoke_family(type(refresh), family_of(refresh))\n\n",
        without="pass\n\n",
        tests=(
            "tests/auth/test_jwt_project.py::test_a_client_works_on_through_refreshes_and_each_refresh_token_is_good_once",
        ),
    ),
    Guard(
        name="forwarded-addresses-come-from-trusted-proxies",
        module="conjure.auth.addresses",
        text="if proxies and _is_trusted_peer(peer, peer_text, proxies):",
        without="if True:",
        tests=("tests/auth/test_addresses.py::test_without_trusted_proxies_the_header_never_counts",),
    ),
]
