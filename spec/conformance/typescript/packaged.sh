# In the place of the README's commands for TypeScript: installs the npm package of a release.
npm ci --no-audit --no-fund --ignore-scripts
npm install --no-save --no-audit --no-fund --ignore-scripts "$DIST"/npm/*.tgz
echo 'export type * from "gitlab-jobs-openapi";' > gitlab-jobs.d.ts
