# Runs after the README's commands for Ruby, in the same shell.
result
ruby -I client/lib "$HERE/conformance.rb"
