# Runs after the README's commands for Go, in the same shell: compiles the program, and runs it.
mkdir conformance
sed "s#\"first/gitlabjobs\"#\"${module:-first/gitlabjobs}\"#" "$HERE/main.go" > conformance/main.go
go build -buildvcs=false -o program ./conformance
result
./program
