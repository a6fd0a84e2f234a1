# Runs after the README's commands for Rust, in the same shell: adds the program to the package, and runs it.
mkdir -p src/bin/conformance
cp "$HERE"/src/*.rs src/bin/conformance/
cargo build --quiet --bin conformance
result
cargo run --quiet --bin conformance
