# Runs after the README's commands for zod, in the same shell: compiles the program, and runs it.
cp "$HERE/conformance.ts" "$HERE/examples.ts" "$HERE/tsconfig.json" .
npx tsc
result
OPENAPI_JSON=openapi.json node conformance.js
