# Runs after the README's commands for TypeScript, in the same shell: compiles the program, and runs it.
cp "$HERE/conformance.ts" "$HERE/tsconfig.json" .
npx tsc
result
node conformance.js
