"""Fails if a dependency of the published crates needs a newer Rust than they declare. Reads `cargo metadata`."""

import json
import sys

metadata = json.load(sys.stdin)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


published = [id for id in metadata["workspace_members"] if packages[id]["publish"] is None]
declared = {packages[id]["rust_version"] for id in published}
if len(declared) != 1 or None in declared:
    sys.exit(f"the published crates declare different Rust versions: {declared}")
(limit,) = declared

# Development dependencies do not reach users, so they are left out.
reached, waiting = set(published), list(published)
while waiting:
    for dependency in nodes[waiting.pop()]["deps"]:
        kinds = {kind["kind"] for kind in dependency["dep_kinds"]}
        if kinds != {"dev"} and dependency["pkg"] not in reached:
            reached.add(dependency["pkg"])
            waiting.append(dependency["pkg"])

newer = [
    f"{package['name']} {package['version']} needs Rust {package['rust_version']}"
    for package in (packages[id] for id in reached)
    if package["rust_version"] and version(package["rust_version"]) > version(limit)
]
if newer:
    sys.exit("\n".join([f"Rust {limit} is declared, but", *sorted(newer)]))
print(f"{len(reached)} crates build with Rust {limit}, as far as they declare")
