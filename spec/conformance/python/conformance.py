"""Calls all operations of the GitLab Jobs API with a client from openapi-python-client, and checks each response.

`cargo xtask spec conformance python` generates the client, has mypy check this against its types, runs it, and then
checks what was sent.
"""

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from gitlab_jobs import AuthenticatedClient
from gitlab_jobs.api.job_lists import (
    list_pipeline_bridges,
    list_pipeline_jobs,
    list_pipeline_trigger_jobs,
    list_project_jobs,
)
from gitlab_jobs.api.job_token import get_allowed_agents, get_job_token_job
from gitlab_jobs.api.jobs import get_job, get_job_log
from gitlab_jobs.api.state_changes import cancel_job, erase_job, play_job, retry_job
from gitlab_jobs.models import (
    AgentAccess,
    Bridge,
    ErrorBody,
    Job,
    JobVariable,
    JobPlayOptions,
    JobPlayOptionsJobInputs,
    JobRetryOptions,
    JobRetryOptionsInputs,
)
from gitlab_jobs.types import UNSET, File, Response, Unset

T = TypeVar("T")


def client(token: str, header: str = "PRIVATE-TOKEN") -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=os.environ["CI_API_V4_URL"], token=token, prefix="", auth_header_name=header
    )


gitlab = client(os.environ["PRIVATE_TOKEN"])
guest = client(os.environ["GUEST_TOKEN"])
nobody = client("wrong")
inside_job = client(os.environ["CI_JOB_TOKEN"], "JOB-TOKEN")

PROJECT = "group/sub/project"
PIPELINE = 2199023255552
JOB = 6747393390
failures = 0


def check(operation: str) -> Callable[[Callable[[], None]], None]:
    """Runs the function it decorates and prints the result."""

    def run(function: Callable[[], None]) -> None:
        global failures
        what = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {operation}: {what}")
        except Exception as error:
            failures += 1
            print(f"FAILED {operation}: {what}: {type(error).__name__}: {error}")

    return run


def equal(found: T, wanted: T) -> None:
    assert found == wanted, f"{found!r} is not {wanted!r}"


def a(kind: type[T], response: object) -> T:
    """The value, which has to be of a kind."""
    assert isinstance(response, kind), f"{response!r} is not a {kind.__name__}"
    return response


def there(value: T | Unset | None) -> T:
    """A value that has to be there."""
    assert value is not None and not isinstance(value, Unset), f"{value!r}"
    return value


def numbers(jobs: object) -> list[int]:
    return [a(Job, job).id - JOB for job in a(list, jobs)]


def refused(response: Response[Any]) -> tuple[int, object]:
    return response.status_code.value, a(ErrorBody, response.parsed).message


@check("list_project_jobs")
def scopes_are_repeated() -> None:
    jobs = list_project_jobs.sync(
        PROJECT,
        client=gitlab,
        scope=["failed", "running"],
        ref="main",
        pagination="keyset",
        order_by="id",
        sort="desc",
        per_page=50,
    )
    equal(numbers(jobs), [6, 5, 4, 2, 0])


@check("list_project_jobs")
def a_page_with_unknown_values_decodes() -> None:
    response = list_project_jobs.sync_detailed(PROJECT, client=gitlab, per_page=100)
    equal(numbers(response.parsed), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    equal(a(list, response.parsed)[8].status, "hibernating")
    equal(response.headers["X-Per-Page"], "100")


@check("list_pipeline_jobs")
def retried_jobs_are_included() -> None:
    jobs = list_pipeline_jobs.sync(PROJECT, PIPELINE, client=gitlab, include_retried=True)
    equal(len(a(list, jobs)), 10)


@check("list_pipeline_jobs")
def retried_jobs_are_left_out() -> None:
    jobs = list_pipeline_jobs.sync(PROJECT, PIPELINE, client=gitlab)
    equal(numbers(jobs), [9, 8, 7, 6, 5, 4, 3, 2, 1])


@check("list_pipeline_trigger_jobs")
def a_downstream_pipeline_can_be_null_here_too() -> None:
    by_hand, trigger = a(list, list_pipeline_trigger_jobs.sync(PROJECT, PIPELINE, client=gitlab))
    equal(a(Bridge, by_hand).downstream_pipeline, None)
    equal(there(a(Bridge, trigger).downstream_pipeline).id, PIPELINE + 1)


@check("list_pipeline_bridges")
def a_downstream_pipeline_can_be_null() -> None:
    by_hand, trigger = a(list, list_pipeline_bridges.sync(PROJECT, PIPELINE, client=gitlab))
    equal(a(Bridge, by_hand).downstream_pipeline, None)
    equal(there(a(Bridge, trigger).downstream_pipeline).id, PIPELINE + 1)


@check("get_job_token_job")
def a_job_token_leads_to_its_job() -> None:
    equal(a(Job, get_job_token_job.sync(client=inside_job)).id, JOB + 4)


@check("get_allowed_agents")
def agents_come_with_their_configuration() -> None:
    allowed = a(AgentAccess, get_allowed_agents.sync(client=inside_job))
    agent = allowed.allowed_agents[0]
    equal(there(agent.configuration)["default_namespace"], "production")
    equal(agent.config_project.path_with_namespace, PROJECT)
    equal(allowed.pipeline.id, PIPELINE)
    equal(there(allowed.environment).slug, "production")
    equal(allowed.user.roles_in_project, ["guest", "reporter", "developer"])


@check("get_job")
def unknown_values_and_fields_are_kept() -> None:
    job = a(Job, get_job.sync(PROJECT, JOB + 1, client=gitlab))
    number: int = job.id
    equal(number, 6747393391)
    words: tuple[str, str, str] = (job.status, there(job.failure_reason), there(job.source))
    equal(words, ("hibernating", "gremlins", "carrier_pigeon"))
    figures: tuple[float, float] = (there(job.coverage), there(job.duration))
    equal(figures, (98.29, 7))
    equal(there(job.finished_at).isoformat(), "2026-11-20T16:05:31+01:00")
    runner = there(job.runner)
    equal((runner.id, there(runner.status), runner.name), (4294967296, "asleep", None))
    equal(job["mood"], {"level": 3, "words": ["calm"]})
    equal(there(job.pipeline).id, PIPELINE)


@check("get_job")
def nulls_are_accepted() -> None:
    job = a(Job, get_job.sync(PROJECT, JOB + 2, client=gitlab))
    # Each has to allow for null: mypy does not let None be compared with what cannot be None.
    assert job.user is None and job.commit is None and job.runner is None and job.runner_manager is None
    assert job.started_at is None and job.finished_at is None and job.erased_at is None
    assert job.coverage is None and job.duration is None and job.queued_duration is None
    assert job.tag is None and job.allow_failure is None


@check("get_job")
def absent_fields_are_accepted() -> None:
    job = a(Job, get_job.sync(PROJECT, JOB + 3, client=gitlab))
    equal((job.name, job.status), ("bare", "skipped"))
    assert job.user is UNSET and job.artifacts is UNSET


@check("get_job")
def a_documented_sample_decodes() -> None:
    job = a(Job, get_job.sync("1", 8, client=gitlab))
    equal((job.name, job.status, there(job.user).username), ("rubocop", "failed", "root"))


@check("get_job")
def a_job_that_does_not_exist_is_an_error() -> None:
    response = get_job.sync_detailed(PROJECT, 404, client=gitlab)
    equal(refused(response), (404, "404 Not found"))


@check("get_job")
def a_wrong_token_is_an_error() -> None:
    response = get_job.sync_detailed(PROJECT, JOB + 1, client=nobody)
    equal(refused(response), (401, "401 Unauthorized"))


@check("get_job")
def a_rate_limit_in_plain_text_is_an_error() -> None:
    response = get_job.sync_detailed(PROJECT, 429, client=gitlab)
    equal((response.status_code, response.content), (429, b"Retry later\n"))
    equal(response.headers["Retry-After"], "30")


@check("get_job")
def a_page_of_a_proxy_is_an_error() -> None:
    response = get_job.sync_detailed(PROJECT, 502, client=gitlab)
    equal(response.status_code, 502)
    assert b"Bad Gateway" in response.content


@check("get_job_log")
def a_log_is_bytes() -> None:
    log = a(File, get_job_log.sync(PROJECT, JOB + 4, client=gitlab)).payload.read()
    equal(log, b"\x1b[32;1m$ make\x1b[0;m\r\nna\xefve \xff\xfe\x00 end\n")


@check("get_job_log")
def a_part_of_a_log_is_bytes() -> None:
    log = get_job_log.sync(PROJECT, JOB + 4, client=gitlab, byte_offset=7, byte_limit=6)
    equal(a(File, log).payload.read(), b"$ make")


@check("get_job_log")
def a_log_can_be_empty() -> None:
    equal(a(File, get_job_log.sync(PROJECT, JOB + 3, client=gitlab)).payload.read(), b"")


@check("cancel_job")
def a_job_is_canceled() -> None:
    response = cancel_job.sync_detailed(PROJECT, JOB + 5, client=gitlab, force=True)
    equal((response.status_code.value, a(Job, response.parsed).status), (201, "canceled"))


@check("retry_job")
def a_retry_with_inputs_is_a_new_job() -> None:
    inputs = JobRetryOptionsInputs.from_dict({"environment": "staging", "replicas": 3})
    body = JobRetryOptions(inputs=inputs)
    response = retry_job.sync_detailed(PROJECT, JOB + 6, client=gitlab, body=body)
    job = a(Job, response.parsed)
    equal((response.status_code.value, job.status, job.name), (201, "pending", "retry"))
    assert job.id > JOB + 9


@check("retry_job")
def a_guest_cannot_retry() -> None:
    response = retry_job.sync_detailed(PROJECT, JOB + 7, client=guest)
    equal(refused(response), (403, "403 Forbidden"))


@check("erase_job")
def an_erase_can_return_200() -> None:
    response = erase_job.sync_detailed(PROJECT, JOB + 7, client=gitlab)
    job = a(Job, response.parsed)
    equal((response.status_code.value, there(job.artifacts)), (200, []))
    assert there(job.erased_at)


@check("erase_job")
def a_second_erase_is_refused() -> None:
    response = erase_job.sync_detailed(PROJECT, JOB + 7, client=gitlab)
    status, message = refused(response)
    equal(status, 403)
    assert "not erasable" in str(message)


@check("play_job")
def variables_and_inputs_are_sent() -> None:
    variables = [
        JobVariable(key="TEST_VAR_1", value="test1"),
        JobVariable(key="GRUSS", value='Grüße, "du" & 100 %'),
    ]
    inputs = JobPlayOptionsJobInputs.from_dict({"environment": "production"})
    body = JobPlayOptions(job_variables_attributes=variables, job_inputs=inputs)
    equal(a(Job, play_job.sync(PROJECT, JOB + 8, client=gitlab, body=body)).status, "pending")


@check("play_job")
def variables_and_inputs_can_be_left_out() -> None:
    equal(a(Job, play_job.sync(PROJECT, JOB + 9, client=gitlab)).status, "pending")


@check("play_job")
def a_bridge_can_be_played() -> None:
    bridge = a(Job, play_job.sync(PROJECT, JOB + 11, client=gitlab))
    equal(bridge.status, "pending")
    assert bridge.downstream_pipeline is None


@check("play_job")
def a_job_cannot_be_played_twice() -> None:
    response = play_job.sync_detailed(PROJECT, JOB + 9, client=gitlab)
    equal(refused(response), (400, "400 Bad request - Unplayable Job"))


sys.exit(failures > 0)
