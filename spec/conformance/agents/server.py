"""An MCP server that offers the operations of the spec to AI agents as tools."""

import json
import os
from typing import Any

import httpx2
from fastmcp import FastMCP


def without_output_schema(_route: Any, component: Any) -> None:
    """Leaves out what responses look like: 400 kB in a list of tools, and a log, which is text, does not match it."""
    component.output_schema = None


class Text(httpx2.AsyncHTTPTransport):
    """Makes text valid UTF-8, which a log need not be, and without which fastmcp fails."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if not response.headers.get("Content-Type", "").startswith("text/plain"):
            return response
        text = (await response.aread()).decode(errors="replace")
        return httpx2.Response(response.status_code, headers={"Content-Type": "text/plain; charset=utf-8"}, text=text)


def server(spec: str, url: str, headers: dict[str, str]) -> FastMCP:
    with open(spec, encoding="utf-8") as file:
        document = json.load(file)
    client = httpx2.AsyncClient(base_url=url, headers=headers, timeout=60, transport=Text())
    return FastMCP.from_openapi(document, client, name="GitLab jobs", mcp_component_fn=without_output_schema)


if __name__ == "__main__":
    url = os.environ["GITLAB_URL"] + "/api/v4"
    server("openapi.json", url, {"PRIVATE-TOKEN": os.environ["GITLAB_TOKEN"]}).run()
