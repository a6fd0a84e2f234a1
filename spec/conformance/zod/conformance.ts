// Calls all operations of the GitLab Jobs API with a client from Hey API, whose requests and responses zod validates,
// and checks each response. `cargo xtask spec conformance zod` generates the client, runs this, and then checks what was
// sent.

import { deepStrictEqual as equal, ok } from "node:assert";
import { createClient } from "./client/client/index.js";
import * as sdk from "./client/sdk.gen.js";
import type { Job } from "./client/types.gen.js";
import * as schemas from "./client/zod.gen.js";
import { samples } from "./examples.js";

const baseUrl = process.env.CI_API_V4_URL!;

/** A client with a token for the scheme of a header. */
const withToken = (header: string, token: string) =>
  createClient({ baseUrl, auth: (scheme) => (scheme.name === header ? token : undefined) });
const client = withToken("PRIVATE-TOKEN", process.env.PRIVATE_TOKEN!);
const guest = withToken("PRIVATE-TOKEN", process.env.GUEST_TOKEN!);
const nobody = withToken("PRIVATE-TOKEN", "wrong");
const insideJob = withToken("JOB-TOKEN", process.env.CI_JOB_TOKEN!);

const PROJECT = "group/sub/project";
const PIPELINE = 2199023255552;
const JOB = 6747393390;
let failures = 0;

/** Runs a function and prints the result. */
async function check(operation: string, what: string, run: () => unknown): Promise<void> {
  try {
    await run();
    console.log(`ok ${operation}: ${what}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED ${operation}: ${what}: ${String(error).replace(/\s+/g, " ").slice(0, 1000)}`);
  }
}

/** The path parameters of a job. */
const job = (number: number) => ({ id: PROJECT, job_id: JOB + number });
const path = { id: PROJECT, pipeline_id: PIPELINE };
const numbers = (jobs: Job[] | undefined) => jobs?.map((job) => job.id - JOB);

await check("list_project_jobs", "scopes are repeated", async () => {
  const query = {
    "scope[]": ["failed", "running"],
    ref: "main",
    pagination: "keyset",
    order_by: "id",
    sort: "desc",
    per_page: 50,
  };
  const { data } = await sdk.listProjectJobs({ client, path: { id: PROJECT }, query, throwOnError: true });
  equal(numbers(data), [6, 5, 4, 2, 0]);
});

await check("list_project_jobs", "a page with unknown values decodes", async () => {
  const options = { client, path: { id: PROJECT }, query: { per_page: 100 }, throwOnError: true } as const;
  const { data, response } = await sdk.listProjectJobs(options);
  equal(numbers(data), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  equal(data[8]?.status, "hibernating");
  equal(response.headers.get("X-Per-Page"), "100");
});

await check("list_pipeline_jobs", "retried jobs are included", async () => {
  const query = { include_retried: true };
  const { data } = await sdk.listPipelineJobs({ client, path, query, throwOnError: true });
  equal(data.length, 10);
});

await check("list_pipeline_jobs", "retried jobs are left out", async () => {
  const { data } = await sdk.listPipelineJobs({ client, path, throwOnError: true });
  equal(numbers(data), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

await check("list_pipeline_trigger_jobs", "a downstream pipeline can be null", async () => {
  const { data } = await sdk.listPipelineTriggerJobs({ client, path, throwOnError: true });
  equal(data.map((bridge) => bridge.downstream_pipeline?.id ?? bridge.downstream_pipeline), [null, PIPELINE + 1]);
});

await check("list_pipeline_bridges", "a downstream pipeline can be null", async () => {
  const { data } = await sdk.listPipelineBridges({ client, path, throwOnError: true });
  equal(data.map((bridge) => bridge.downstream_pipeline?.id ?? bridge.downstream_pipeline), [null, PIPELINE + 1]);
});

await check("get_job_token_job", "a job token leads to its job", async () => {
  const { data } = await sdk.getJobTokenJob({ client: insideJob, throwOnError: true });
  equal(data.id, JOB + 4);
});

await check("get_allowed_agents", "agents come with their configuration", async () => {
  const { data } = await sdk.getAllowedAgents({ client: insideJob, throwOnError: true });
  const agent = data.allowed_agents[0];
  equal(agent?.configuration?.default_namespace, "production");
  equal(agent?.config_project.path_with_namespace, PROJECT);
  equal(data.pipeline.id, PIPELINE);
  equal(data.environment?.slug, "production");
  equal(data.user.roles_in_project, ["guest", "reporter", "developer"]);
});

await check("get_job", "unknown values and fields are kept", async () => {
  const { data } = await sdk.getJob({ client, path: job(1), throwOnError: true });
  equal([data.id, data.coverage, data.duration], [6747393391, 98.29, 7]);
  equal([data.status, data.failure_reason, data.source], ["hibernating", "gremlins", "carrier_pigeon"]);
  equal(new Date(data.finished_at!).toISOString(), "2026-11-20T15:05:31.000Z");
  equal([data.runner?.id, data.runner?.status, data.runner?.name], [4294967296, "asleep", null]);
  equal((data as Job & { mood: unknown }).mood, { level: 3, words: ["calm"] });
  equal(data.pipeline?.id, PIPELINE);
});

await check("get_job", "nulls are accepted", async () => {
  const { data } = await sdk.getJob({ client, path: job(2), throwOnError: true });
  const nulls = [data.user, data.commit, data.runner, data.runner_manager, data.started_at, data.coverage, data.tag];
  ok(nulls.every((value) => value === null));
});

await check("get_job", "absent fields are accepted", async () => {
  const { data } = await sdk.getJob({ client, path: job(3), throwOnError: true });
  equal([data.name, data.status, data.user, data.artifacts], ["bare", "skipped", undefined, undefined]);
});

await check("get_job", "a documented sample decodes", async () => {
  const { data } = await sdk.getJob({ client, path: { id: "1", job_id: 8 }, throwOnError: true });
  equal([data.name, data.status, data.user?.username], ["rubocop", "failed", "root"]);
});

await check("get_job", "a job that does not exist is an error", async () => {
  const { error, response } = await sdk.getJob({ client, path: { id: PROJECT, job_id: 404 } });
  ok(typeof error === "object");
  equal([response?.status, error.message], [404, "404 Not found"]);
});

await check("get_job", "a wrong token is an error", async () => {
  const { error, response } = await sdk.getJob({ client: nobody, path: job(1) });
  ok(typeof error === "object");
  equal([response?.status, error.message], [401, "401 Unauthorized"]);
});

await check("get_job", "a rate limit in plain text is an error", async () => {
  const { error, response } = await sdk.getJob({ client, path: { id: PROJECT, job_id: 429 } });
  equal([response?.status, error, response?.headers.get("Retry-After")], [429, "Retry later\n", "30"]);
});

await check("get_job", "a page of a proxy is an error", async () => {
  const { error, response } = await sdk.getJob({ client, path: { id: PROJECT, job_id: 502 } });
  equal(response?.status, 502);
  // The types say an object, for of several media types this generator knows only JSON.
  ok(String(error).includes("Bad Gateway"));
});

/** The bytes of a log. Without `parseAs` this client decodes text. */
async function log(number: number, query?: { byte_offset: number; byte_limit: number }): Promise<Buffer> {
  const { data } = await sdk.getJobLog({ client, path: job(number), query, parseAs: "blob", throwOnError: true });
  return Buffer.from(await data.arrayBuffer());
}

await check("get_job_log", "a log is bytes", async () => {
  equal(await log(4), Buffer.from("\x1b[32;1m$ make\x1b[0;m\r\nna\xefve \xff\xfe\x00 end\n", "latin1"));
});

await check("get_job_log", "a part of a log is bytes", async () => {
  equal(await log(4, { byte_offset: 7, byte_limit: 6 }), Buffer.from("$ make"));
});

await check("get_job_log", "a log can be empty", async () => {
  equal(await log(3), Buffer.from(""));
});

await check("cancel_job", "a job is canceled", async () => {
  const { data, response } = await sdk.cancelJob({ client, path: job(5), query: { force: true }, throwOnError: true });
  equal([response.status, data.status], [201, "canceled"]);
});

await check("retry_job", "a retry with inputs is a new job", async () => {
  const body = { inputs: { environment: "staging", replicas: 3 } };
  const { data, response } = await sdk.retryJob({ client, path: job(6), body, throwOnError: true });
  equal([response.status, data.status, data.name], [201, "pending", "retry"]);
  ok(data.id > JOB + 9);
});

await check("retry_job", "a guest cannot retry", async () => {
  const { error, response } = await sdk.retryJob({ client: guest, path: job(7) });
  ok(typeof error === "object");
  equal([response?.status, error.message], [403, "403 Forbidden"]);
});

await check("erase_job", "an erase can return 200", async () => {
  const { data, response } = await sdk.eraseJob({ client, path: job(7), throwOnError: true });
  equal([response.status, data.artifacts], [200, []]);
  ok(data.erased_at);
});

await check("erase_job", "a second erase is refused", async () => {
  const { error, response } = await sdk.eraseJob({ client, path: job(7) });
  equal(response?.status, 403);
  ok(typeof error === "object" && String(error.message).includes("not erasable"));
});

await check("play_job", "variables and inputs are sent", async () => {
  const body = {
    job_variables_attributes: [
      { key: "TEST_VAR_1", value: "test1" },
      { key: "GRUSS", value: 'Grüße, "du" & 100 %' },
    ],
    job_inputs: { environment: "production" },
  };
  const { data } = await sdk.playJob({ client, path: job(8), body, throwOnError: true });
  equal(data.status, "pending");
});

await check("play_job", "variables and inputs can be left out", async () => {
  const { data } = await sdk.playJob({ client, path: job(9), throwOnError: true });
  equal(data.status, "pending");
});

await check("play_job", "a bridge can be played", async () => {
  const { data } = await sdk.playJob({ client, path: job(11), throwOnError: true });
  equal([data.status, data.downstream_pipeline], ["pending", null]);
});

await check("play_job", "a job cannot be played twice", async () => {
  const { error, response } = await sdk.playJob({ client, path: job(9) });
  ok(typeof error === "object");
  equal([response?.status, error.message], [400, "400 Bad request - Unplayable Job"]);
});

for (const [operation, values] of samples()) {
  await check(operation, `its ${values.length} examples and nulls are accepted`, () => {
    ok(values.length > 0);
    for (const { schema, what, value } of values) {
      const validator = schemas[`z${schema}` as keyof typeof schemas];
      const { success, error } = validator.safeParse(value);
      ok(success, `${schema}, ${what}: ${error}`);
    }
  });
}

process.exit(failures > 0 ? 1 : 0);
