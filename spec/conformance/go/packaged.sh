# In the place of the README's commands for Go: requires the module of a release, from the folder as a module proxy.
export GOPROXY="file://$DIST/go" GOSUMDB=off GOFLAGS="-mod=mod -modcacherw" GOMODCACHE="$PWD/modules"
module=$(sed -n 's/^module //p' "$DIST"/go/*/*/@v/*.mod)
go mod init first
go mod edit -require="$module@$(cat "$DIST/go/$module/@v/list")"
