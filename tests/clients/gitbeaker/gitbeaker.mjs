// Calls all that @gitbeaker/rest has of the Jobs API. See xtask/src/clients.rs, which judges the server's record.

import { Gitlab } from "@gitbeaker/rest";

const { GITLAB_URL: host, GITLAB_TOKEN: token, CI_JOB_TOKEN: jobToken, PROJECT, PIPELINE } = process.env;
const { READ, CANCEL, RETRY, ERASE, PLAY, PLAY_PLAINLY } = process.env;

const api = new Gitlab({ host, token });
const inJob = new Gitlab({ host, jobToken });

async function attempt(name, call) {
  try {
    await call();
  } catch (error) {
    console.error(`${name}: ${error.message} ${error.cause?.description ?? ""}`);
  }
}

await attempt("get_user", () => api.Users.showCurrentUser());
await attempt("get_project", () => api.Projects.show(PROJECT));
await attempt("get_pipeline", () => api.Pipelines.show(PROJECT, PIPELINE));
await attempt("list_project_jobs", () => api.Jobs.all(PROJECT, { scope: ["failed", "success"] }));
await attempt("list_project_jobs", () => api.Jobs.all(PROJECT, { pagination: "keyset", perPage: 2 }));
await attempt("list_pipeline_jobs", () => api.Jobs.all(PROJECT, { pipelineId: PIPELINE, includeRetried: true }));
await attempt("list_pipeline_bridges", () => api.Jobs.allPipelineBridges(PROJECT, PIPELINE));
await attempt("get_job", () => api.Jobs.show(PROJECT, READ));
await attempt("get_job_log", () => api.Jobs.showLog(PROJECT, READ));
await attempt("cancel_job", () => api.Jobs.cancel(PROJECT, CANCEL, { force: true }));
await attempt("retry_job", () => api.Jobs.retry(PROJECT, RETRY));
await attempt("erase_job", () => api.Jobs.erase(PROJECT, ERASE));
await attempt("play_job", () => api.Jobs.play(PROJECT, PLAY_PLAINLY));
await attempt("variables", () =>
  api.Jobs.play(PROJECT, PLAY, { jobVariablesAttributes: [{ key: "A", value: "1 2" }] }),
);
await attempt("get_job_token_job", () => inJob.Jobs.showConnectedJob());
await attempt("get_allowed_agents", () => inJob.Jobs.showConnectedJobK8Agents());
