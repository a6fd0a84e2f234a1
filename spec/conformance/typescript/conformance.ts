// Calls all operations of the GitLab Jobs API with types from openapi-typescript and openapi-fetch, and checks each
// response. `cargo xtask spec conformance typescript` generates the types, runs this, and then checks what was sent.

import { deepStrictEqual as equal, ok } from "node:assert";
import createClient from "openapi-fetch";
import type { components, operations, paths } from "./gitlab-jobs.js";

type Job = components["schemas"]["Job"];
type Query<Name extends keyof operations> = operations[Name]["parameters"]["query"];

const baseUrl = process.env.CI_API_V4_URL!;
const client = (headers: Record<string, string>) => createClient<paths>({ baseUrl, headers });
const gitlab = client({ "PRIVATE-TOKEN": process.env.PRIVATE_TOKEN! });
const guest = client({ "PRIVATE-TOKEN": process.env.GUEST_TOKEN! });
const nobody = client({ "PRIVATE-TOKEN": "wrong" });
const insideJob = client({ "JOB-TOKEN": process.env.CI_JOB_TOKEN! });

const PROJECT = "group/sub/project";
const PIPELINE = 2199023255552;
const JOB = 6747393390;
let failures = 0;

/** Runs a function and prints the result. */
async function check(operation: string, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    console.log(`ok ${operation}: ${what}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED ${operation}: ${what}: ${String(error).replace(/\s+/g, " ")}`);
  }
}

/** Compiles only for what the types allow to be null. */
function isNull<T>(value: T, ..._: null extends T ? [] : ["according to its type, this is never null"]): void {
  equal(value, null);
}

/** The path parameters of a job. */
const job = (number: number) => ({ id: PROJECT, job_id: JOB + number });
const numbers = (jobs: Job[] | undefined) => jobs?.map((job) => job.id - JOB);

await check("list_project_jobs", "scopes are repeated", async () => {
  // With its type named, the compiler refuses parameters that are not there; the library itself lets them pass.
  const query: Query<"list_project_jobs"> = {
    "scope[]": ["failed", "running"],
    ref: "main",
    pagination: "keyset",
    order_by: "id",
    sort: "desc",
    per_page: 50,
  };
  const { data } = await gitlab.GET("/projects/{id}/jobs", { params: { path: { id: PROJECT }, query } });
  equal(numbers(data), [6, 5, 4, 2, 0]);
});

await check("list_project_jobs", "a page with unknown values decodes", async () => {
  const query: Query<"list_project_jobs"> = { per_page: 100 };
  const { data, response } = await gitlab.GET("/projects/{id}/jobs", { params: { path: { id: PROJECT }, query } });
  equal(numbers(data), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  equal(data?.[8]?.status, "hibernating");
  equal(response.headers.get("X-Per-Page"), "100");
});

await check("list_pipeline_jobs", "retried jobs are included", async () => {
  const query: Query<"list_pipeline_jobs"> = { include_retried: true };
  const params = { path: { id: PROJECT, pipeline_id: PIPELINE }, query };
  const { data } = await gitlab.GET("/projects/{id}/pipelines/{pipeline_id}/jobs", { params });
  equal(data?.length, 10);
});

await check("list_pipeline_jobs", "retried jobs are left out", async () => {
  const params = { path: { id: PROJECT, pipeline_id: PIPELINE } };
  const { data } = await gitlab.GET("/projects/{id}/pipelines/{pipeline_id}/jobs", { params });
  equal(numbers(data), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

await check("list_pipeline_trigger_jobs", "a downstream pipeline can be null", async () => {
  const params = { path: { id: PROJECT, pipeline_id: PIPELINE } };
  const { data } = await gitlab.GET("/projects/{id}/pipelines/{pipeline_id}/trigger_jobs", { params });
  const pipelines = data?.map((bridge) => bridge.downstream_pipeline?.id ?? bridge.downstream_pipeline);
  equal(pipelines, [null, PIPELINE + 1]);
});

await check("list_pipeline_bridges", "a downstream pipeline can be null", async () => {
  const params = { path: { id: PROJECT, pipeline_id: PIPELINE } };
  const { data } = await gitlab.GET("/projects/{id}/pipelines/{pipeline_id}/bridges", { params });
  const pipelines = data?.map((bridge) => bridge.downstream_pipeline?.id ?? bridge.downstream_pipeline);
  equal(pipelines, [null, PIPELINE + 1]);
});

await check("get_job_token_job", "a job token leads to its job", async () => {
  const { data } = await insideJob.GET("/job");
  equal(data?.id, JOB + 4);
});

await check("get_allowed_agents", "agents come with their configuration", async () => {
  const { data } = await insideJob.GET("/job/allowed_agents");
  const agent = data?.allowed_agents[0];
  equal(agent?.configuration?.default_namespace, "production");
  equal(agent?.config_project.path_with_namespace, PROJECT);
  equal(data?.pipeline.id, PIPELINE);
  equal(data?.environment?.slug, "production");
  equal(data?.user.roles_in_project, ["guest", "reporter", "developer"]);
});

await check("get_job", "unknown values and fields are kept", async () => {
  const { data } = await gitlab.GET("/projects/{id}/jobs/{job_id}", { params: { path: job(1) } });
  ok(data);
  // The compiler has to know each of these as what it is used as.
  const [id, coverage]: [number, number | null | undefined] = [data.id, data.coverage];
  equal([id, coverage, data.duration], [6747393391, 98.29, 7]);
  const words: (string | undefined)[] = [data.status, data.failure_reason, data.source];
  equal(words, ["hibernating", "gremlins", "carrier_pigeon"]);
  const finished: string | null | undefined = data.finished_at;
  equal(new Date(finished!).toISOString(), "2026-11-20T15:05:31.000Z");
  equal([data.runner?.id, data.runner?.status, data.runner?.name], [4294967296, "asleep", null]);
  equal((data as Job & { mood: unknown }).mood, { level: 3, words: ["calm"] });
  equal(data.pipeline?.id, PIPELINE);
});

await check("get_job", "nulls are accepted", async () => {
  const { data } = await gitlab.GET("/projects/{id}/jobs/{job_id}", { params: { path: job(2) } });
  ok(data);
  isNull(data.user);
  isNull(data.commit);
  isNull(data.runner);
  isNull(data.runner_manager);
  isNull(data.started_at);
  isNull(data.finished_at);
  isNull(data.erased_at);
  isNull(data.coverage);
  isNull(data.duration);
  isNull(data.queued_duration);
  isNull(data.tag);
  isNull(data.allow_failure);
});

await check("get_job", "absent fields are accepted", async () => {
  const { data } = await gitlab.GET("/projects/{id}/jobs/{job_id}", { params: { path: job(3) } });
  equal([data?.name, data?.status, data?.user, data?.artifacts], ["bare", "skipped", undefined, undefined]);
});

await check("get_job", "a documented sample decodes", async () => {
  const { data } = await gitlab.GET("/projects/{id}/jobs/{job_id}", { params: { path: { id: "1", job_id: 8 } } });
  equal([data?.name, data?.status, data?.user?.username], ["rubocop", "failed", "root"]);
});

await check("get_job", "a job that does not exist is an error", async () => {
  const params = { path: { id: PROJECT, job_id: 404 } };
  const { error, response } = await gitlab.GET("/projects/{id}/jobs/{job_id}", { params });
  ok(typeof error === "object");
  equal([response.status, error.message], [404, "404 Not found"]);
});

await check("get_job", "a wrong token is an error", async () => {
  const { error, response } = await nobody.GET("/projects/{id}/jobs/{job_id}", { params: { path: job(1) } });
  ok(typeof error === "object");
  equal([response.status, error.message], [401, "401 Unauthorized"]);
});

await check("get_job", "a rate limit in plain text is an error", async () => {
  const params = { path: { id: PROJECT, job_id: 429 } };
  const { error, response } = await gitlab.GET("/projects/{id}/jobs/{job_id}", { params });
  equal([response.status, error, response.headers.get("Retry-After")], [429, "Retry later\n", "30"]);
});

await check("get_job", "a page of a proxy is an error", async () => {
  const params = { path: { id: PROJECT, job_id: 502 } };
  const { error, response } = await gitlab.GET("/projects/{id}/jobs/{job_id}", { params });
  equal(response.status, 502);
  ok(typeof error === "string" && error.includes("Bad Gateway"));
});

await check("get_job_log", "a log is bytes", async () => {
  const options = { params: { path: job(4) }, parseAs: "arrayBuffer" as const };
  const { data } = await gitlab.GET("/projects/{id}/jobs/{job_id}/trace", options);
  const log = Buffer.from("\x1b[32;1m$ make\x1b[0;m\r\nna\xefve \xff\xfe\x00 end\n", "latin1");
  equal(Buffer.from(data!), log);
});

await check("get_job_log", "a part of a log is bytes", async () => {
  const query: Query<"get_job_log"> = { byte_offset: 7, byte_limit: 6 };
  const options = { params: { path: job(4), query }, parseAs: "arrayBuffer" as const };
  const { data } = await gitlab.GET("/projects/{id}/jobs/{job_id}/trace", options);
  equal(Buffer.from(data!), Buffer.from("$ make"));
});

await check("get_job_log", "a log can be empty", async () => {
  const options = { params: { path: job(3) }, parseAs: "arrayBuffer" as const };
  const { data, response } = await gitlab.GET("/projects/{id}/jobs/{job_id}/trace", options);
  // This library returns undefined if there is no body.
  equal([response.status, data?.byteLength ?? 0], [200, 0]);
});

await check("cancel_job", "a job is canceled", async () => {
  const query: Query<"cancel_job"> = { force: true };
  const params = { path: job(5), query };
  const { data, response } = await gitlab.POST("/projects/{id}/jobs/{job_id}/cancel", { params });
  equal([response.status, data?.status], [201, "canceled"]);
});

await check("retry_job", "a retry with inputs is a new job", async () => {
  const options = { params: { path: job(6) }, body: { inputs: { environment: "staging", replicas: 3 } } };
  const { data, response } = await gitlab.POST("/projects/{id}/jobs/{job_id}/retry", options);
  equal([response.status, data?.status, data?.name], [201, "pending", "retry"]);
  ok(data!.id > JOB + 9);
});

await check("retry_job", "a guest cannot retry", async () => {
  const { error, response } = await guest.POST("/projects/{id}/jobs/{job_id}/retry", { params: { path: job(7) } });
  ok(typeof error === "object");
  equal([response.status, error.message], [403, "403 Forbidden"]);
});

await check("erase_job", "an erase can return 200", async () => {
  const { data, response } = await gitlab.POST("/projects/{id}/jobs/{job_id}/erase", { params: { path: job(7) } });
  equal([response.status, data?.artifacts], [200, []]);
  ok(data?.erased_at);
});

await check("erase_job", "a second erase is refused", async () => {
  const { error, response } = await gitlab.POST("/projects/{id}/jobs/{job_id}/erase", { params: { path: job(7) } });
  equal(response.status, 403);
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
  const { data } = await gitlab.POST("/projects/{id}/jobs/{job_id}/play", { params: { path: job(8) }, body });
  equal(data?.status, "pending");
});

await check("play_job", "variables and inputs can be left out", async () => {
  const { data } = await gitlab.POST("/projects/{id}/jobs/{job_id}/play", { params: { path: job(9) } });
  equal(data?.status, "pending");
});

await check("play_job", "a bridge can be played", async () => {
  const { data } = await gitlab.POST("/projects/{id}/jobs/{job_id}/play", { params: { path: job(11) } });
  equal([data?.status, data?.downstream_pipeline], ["pending", null]);
});

await check("play_job", "a job cannot be played twice", async () => {
  const { error, response } = await gitlab.POST("/projects/{id}/jobs/{job_id}/play", { params: { path: job(9) } });
  ok(typeof error === "object");
  equal([response.status, error.message], [400, "400 Bad request - Unplayable Job"]);
});

process.exit(failures > 0 ? 1 : 0);
