"""Calls every operation as a tool of the MCP server, as an AI agent does, and checks the results."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from fastmcp import Client
from fastmcp.exceptions import ToolError

from server import server

PROJECT, PIPELINE, JOB = "group/sub/project", 2199023255552, 6747393390
LOG = b"\x1b[32;1m$ make\x1b[0;m\r\nna\xefve \xff\xfe\x00 end\n"
failures = 0


def caller(header: str, token: str) -> Client[Any]:
    return Client(server(os.environ["OPENAPI_JSON"], os.environ["CI_API_V4_URL"], {header: token}))


async def text(client: Client[Any], tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    return "".join(part.text for part in result.content)


async def value(client: Client[Any], tool: str, **arguments: Any) -> Any:
    found = json.loads(await text(client, tool, **arguments))
    # A list is wrapped in an object.
    return found["result"] if list(found) == ["result"] else found


async def refusal(client: Client[Any], tool: str, **arguments: Any) -> str:
    try:
        found = await text(client, tool, **arguments)
    except ToolError as error:
        return str(error)
    raise AssertionError(f"not refused: {found}")


def equal(found: object, wanted: object) -> None:
    assert found == wanted, f"{found!r} is not {wanted!r}"


def has(found: str, part: str) -> None:
    assert part in found, f"{part!r} is not in {found!r}"


def numbers(jobs: list[dict[str, Any]]) -> list[int]:
    return [job["id"] - JOB for job in jobs]


async def check(operation: str, what: str, run: Callable[[], Awaitable[None]]) -> None:
    global failures
    try:
        await run()
        print(f"ok {operation}: {what}")
    except Exception as error:
        failures += 1
        print(f"FAILED {operation}: {what}: {type(error).__name__}: {error}")


async def main() -> None:
    private, job_token = os.environ["PRIVATE_TOKEN"], os.environ["CI_JOB_TOKEN"]
    async with (
        caller("PRIVATE-TOKEN", private) as gitlab,
        caller("PRIVATE-TOKEN", os.environ["GUEST_TOKEN"]) as guest,
        caller("PRIVATE-TOKEN", "wrong") as nobody,
        caller("JOB-TOKEN", job_token) as inside_job,
    ):
        pipeline = {"id": PROJECT, "pipeline_id": PIPELINE}

        def job(number: int) -> dict[str, Any]:
            return {"id": PROJECT, "job_id": JOB + number}

        async def the_tools_are_small_enough_for_a_context() -> None:
            tools = await gitlab.list_tools()
            equal(len(tools), 12)
            size = sum(len(tool.model_dump_json()) for tool in tools)
            assert size < 40_000, f"the tools have {size} bytes"

        async def scopes_are_repeated() -> None:
            scope = {"scope[]": ["failed", "running"], "ref": "main"}
            keyset = {"pagination": "keyset", "order_by": "id", "sort": "desc", "per_page": 50}
            jobs = await value(gitlab, "list_project_jobs", id=PROJECT, **scope, **keyset)
            equal(numbers(jobs), [6, 5, 4, 2, 0])

        async def a_page_with_unknown_values() -> None:
            jobs = await value(gitlab, "list_project_jobs", id=PROJECT, per_page=100)
            equal(jobs[8]["status"], "hibernating")

        async def retried_jobs_are_included() -> None:
            jobs = await value(gitlab, "list_pipeline_jobs", **pipeline, include_retried=True)
            equal(len(jobs), 10)

        async def retried_jobs_are_left_out() -> None:
            jobs = await value(gitlab, "list_pipeline_jobs", **pipeline)
            equal(numbers(jobs), [9, 8, 7, 6, 5, 4, 3, 2, 1])

        async def trigger_jobs() -> None:
            by_hand, trigger = await value(gitlab, "list_pipeline_trigger_jobs", **pipeline)
            equal(by_hand["downstream_pipeline"], None)
            equal(trigger["downstream_pipeline"]["id"], PIPELINE + 1)

        async def bridges() -> None:
            equal(len(await value(gitlab, "list_pipeline_bridges", **pipeline)), 2)

        async def a_job_token_leads_to_its_job() -> None:
            equal((await value(inside_job, "get_job_token_job"))["id"], JOB + 4)

        async def agents_of_a_job() -> None:
            equal(len((await value(inside_job, "get_allowed_agents"))["allowed_agents"]), 1)

        async def unknown_values() -> None:
            equal((await value(gitlab, "get_job", **job(1)))["mood"], {"level": 3, "words": ["calm"]})

        async def nulls() -> None:
            equal((await value(gitlab, "get_job", **job(2)))["user"], None)

        async def absent_fields() -> None:
            equal((await value(gitlab, "get_job", **job(3)))["name"], "bare")

        async def a_documented_sample() -> None:
            equal((await value(gitlab, "get_job", id="1", job_id=8))["name"], "rubocop")

        async def errors() -> None:
            has(await refusal(gitlab, "get_job", id=PROJECT, job_id=404), "404 Not found")
            has(await refusal(nobody, "get_job", **job(1)), "401 Unauthorized")
            has(await refusal(gitlab, "get_job", id=PROJECT, job_id=429), "Rate limited")
            has(await refusal(gitlab, "get_job", id=PROJECT, job_id=502), "502")

        async def a_log_is_text() -> None:
            equal(await text(gitlab, "get_job_log", **job(4)), LOG.decode(errors="replace"))

        async def a_part_of_a_log_is_text() -> None:
            equal(await text(gitlab, "get_job_log", **job(4), byte_offset=7, byte_limit=6), "$ make")

        async def a_log_can_be_empty() -> None:
            equal(await text(gitlab, "get_job_log", **job(3)), "")

        async def a_job_is_canceled() -> None:
            equal((await value(gitlab, "cancel_job", **job(5), force=True))["status"], "canceled")

        async def a_retry_with_inputs() -> None:
            inputs = {"environment": "staging", "replicas": 3}
            equal((await value(gitlab, "retry_job", **job(6), inputs=inputs))["status"], "pending")

        async def a_guest_cannot_retry() -> None:
            has(await refusal(guest, "retry_job", **job(7)), "403 Forbidden")

        async def a_job_is_erased() -> None:
            assert (await value(gitlab, "erase_job", **job(7)))["erased_at"]

        async def a_second_erase_is_refused() -> None:
            has(await refusal(gitlab, "erase_job", **job(7)), "not erasable")

        async def variables_and_inputs() -> None:
            variables = [
                {"key": "TEST_VAR_1", "value": "test1"},
                {"key": "GRUSS", "value": 'Grüße, "du" & 100 %'},
            ]
            body = {"job_variables_attributes": variables, "job_inputs": {"environment": "production"}}
            equal((await value(gitlab, "play_job", **job(8), **body))["status"], "pending")

        async def no_variables() -> None:
            equal((await value(gitlab, "play_job", **job(9)))["status"], "pending")

        async def a_bridge_is_played() -> None:
            equal((await value(gitlab, "play_job", **job(11)))["downstream_pipeline"], None)

        async def a_job_cannot_be_played_twice() -> None:
            has(await refusal(gitlab, "play_job", **job(9)), "Unplayable Job")

        for operation, run in [
            ("list_project_jobs", the_tools_are_small_enough_for_a_context),
            ("list_project_jobs", scopes_are_repeated),
            ("list_project_jobs", a_page_with_unknown_values),
            ("list_pipeline_jobs", retried_jobs_are_included),
            ("list_pipeline_jobs", retried_jobs_are_left_out),
            ("list_pipeline_trigger_jobs", trigger_jobs),
            ("list_pipeline_bridges", bridges),
            ("get_job_token_job", a_job_token_leads_to_its_job),
            ("get_allowed_agents", agents_of_a_job),
            ("get_job", unknown_values),
            ("get_job", nulls),
            ("get_job", absent_fields),
            ("get_job", a_documented_sample),
            ("get_job", errors),
            ("get_job_log", a_log_is_text),
            ("get_job_log", a_part_of_a_log_is_text),
            ("get_job_log", a_log_can_be_empty),
            ("cancel_job", a_job_is_canceled),
            ("retry_job", a_retry_with_inputs),
            ("retry_job", a_guest_cannot_retry),
            ("erase_job", a_job_is_erased),
            ("erase_job", a_second_erase_is_refused),
            ("play_job", variables_and_inputs),
            ("play_job", no_variables),
            ("play_job", a_bridge_is_played),
            ("play_job", a_job_cannot_be_played_twice),
        ]:
            await check(operation, run.__name__.replace("_", " "), run)


asyncio.run(main())
sys.exit(failures > 0)
