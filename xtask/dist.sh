#!/usr/bin/env bash
# Writes a folder with everything that a release uploads, and tries out the crates in it. RELEASING.md says where each file goes.
# `cargo xtask dist` calls this: [--out DIR] [--since OLD] [--allow-dirty]
set -euo pipefail

# The import path of the Go module. It names no host yet, since the project has none; RELEASING.md says what to change.
go_module=gitlab-jobs.example/gitlabjobs
crates=(fake-gitlab gitlab-jobs gitlab-jobs-blocking)

root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/target/dist
since=
dirty=()
while [ $# -gt 0 ]; do
    case $1 in
        --out) out=$2; shift 2 ;;
        --since) since=$2; shift 2 ;;
        --allow-dirty) dirty=(--allow-dirty); shift ;;
        *) echo "unknown argument: $1" >&2; exit 2 ;;
    esac
done
# A release must be complete, so a missing tool is an error.
for program in node npm python3 java go tar sha256sum; do
    command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 1; }
done

rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
assets=$root/xtask/assets/dist
version=$(cargo pkgid --package gitlab-jobs | sed 's/.*[#@]//')
step() { printf '\n--- %s\n' "$*"; }
licences() { cp LICENSE-MIT LICENSE-APACHE "$1"; }
# Copies templates, with the version in the place of {version}.
fill() {
    for file in "${@:3}"; do sed "s/{version}/$version/g" "$1/$file" > "$2/$file"; done
}

step "spec"
cargo xtask spec bundle --out "$out/spec"

step "clients, as they pass conformance"
cargo xtask spec conformance --edition 3.0 --keep "$work/clients" python typescript go

step "crates"
cargo package --no-verify --target-dir "$work/target" "${dirty[@]}" "${crates[@]/#/--package=}"
mkdir "$out/crates"
cp "$work"/target/package/*.crate "$out/crates"

step "crates, in a program outside the repository"
mkdir -p "$work/program/src"
cp "$assets/program.rs" "$work/program/src/main.rs"
cat > "$work/program/Cargo.toml" <<'END'
[package]
name = "program"
edition = "2024"

[dependencies]
fake-gitlab = "0"
gitlab-jobs = "0"
gitlab-jobs-blocking = "0"
tokio = { version = "1", features = ["macros", "rt"] }

[workspace]
members = ["crates/*"]
resolver = "3"

[patch.crates-io]
END
mkdir "$work/program/crates"
for crate in "$out"/crates/*.crate; do
    tar -xzf "$crate" -C "$work/program/crates"
    unpacked=crates/$(basename "$crate" .crate)
    for needed in README.md LICENSE-MIT LICENSE-APACHE Cargo.toml.orig; do
        [ -f "$work/program/$unpacked/$needed" ] || { echo "$unpacked has no $needed" >&2; exit 1; }
    done
    name=$(sed -n 's/^name = "\(.*\)"/\1/p' "$work/program/$unpacked/Cargo.toml" | head -n 1)
    echo "$name = { path = \"$unpacked\" }" >> "$work/program/Cargo.toml"
done
# The versions with which everything else is tested.
cp Cargo.lock "$work/program"
target=${CARGO_TARGET_DIR:-$root/target}
(cd "$work/program" && CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0 cargo build --quiet --workspace --bins --examples)
# Not by `cargo run`, which would build everything again with the features of one package.
for program in program examples/tour examples/tour_blocking; do "$target/debug/$program" >/dev/null; done

step "npm"
mkdir "$out/npm" "$work/npm"
cp "$work/clients/typescript-3.0/gitlab-jobs.d.ts" "$work/npm/index.d.ts"
cp "$out/spec/openapi.json" "$out/spec/openapi.yaml" "$work/npm"
fill "$assets/npm" "$work/npm" package.json README.md
licences "$work/npm"
(cd "$work/npm" && npm pack --ignore-scripts --loglevel=error --pack-destination "$out/npm")

step "Python"
mkdir "$work/python"
cp -r "$work/clients/python-3.0/gitlab_jobs" "$work/python"
find "$work/python" \( -name __pycache__ -o -name .ruff_cache \) -prune -exec rm -r {} +
cp "$out/spec/openapi.yaml" "$work/python/gitlab_jobs"
# Type checkers ignore the annotations of an installed package without this file.
touch "$work/python/gitlab_jobs/py.typed"
fill "$assets/python" "$work/python" pyproject.toml README.md
licences "$work/python"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$assets/python/requirements.txt"
# With the backend that is pinned, instead of whatever is the newest.
"$work/venv/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --wheel-dir "$out/python" "$work/python"

step "Go, as a module proxy, so that GOPROXY=file://…/go installs it"
package=$work/go/$go_module@v$version
mkdir -p "$(dirname "$package")"
cp -r "$work/clients/go-3.0/gitlabjobs" "$package"
# What the generator writes for a repository of its own.
(cd "$package" && rm -rf .gitignore .openapi-generator .openapi-generator-ignore .travis.yml docs git_push.sh test)
fill "$assets/go" "$package" README.md
licences "$package"
printf 'module %s\n\ngo 1.19\n' "$go_module" > "$package/go.mod"
versions=$out/go/$go_module/@v
mkdir -p "$versions"
echo "v$version" > "$versions/list"
echo "{\"Version\":\"v$version\"}" > "$versions/v$version.info"
cp "$package/go.mod" "$versions/v$version.mod"
python3 "$assets/go/archive.py" "$versions/v$version.zip" "$work/go"

step "release notes"
changes=$(awk -v version="$version" '/^## / { heading = $2; sub(/,$/, "", heading); inside = heading == version; next } inside' CHANGELOG.md)
[ -n "$changes" ] || { echo "CHANGELOG.md has no section for $version" >&2; exit 1; }
since=${since:-$(git describe --tags --abbrev=0 2>/dev/null || true)}
if [ -n "$since" ]; then
    # It fails if a change breaks clients, and also if it cannot compare; then it lists nothing.
    listed=$(cargo xtask spec diff "$since" || true)
    [ -n "$listed" ] || exit 1
    differences=$(printf 'Since %s:\n\n```text\n%s\n```' "$since" "$listed")
else
    differences="This is the first release of the spec."
fi
printf '# gitlab-jobs %s\n\n%s\n\n## Changes to the spec\n\n%s\n' "$version" "$changes" "$differences" \
    | cat -s > "$out/RELEASE_NOTES.md"

step "checksums"
(cd "$out" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum > "$work/SHA256SUMS")
mv "$work/SHA256SUMS" "$out"
printf '%s files in %s\n' "$(find "$out" -type f | wc -l)" "$out"
