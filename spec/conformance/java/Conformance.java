// Calls all operations of the GitLab Jobs API with a client from openapi-generator, and checks each response.
// `cargo xtask spec conformance java` generates the client, runs this, and then checks what was sent.

import gitlabjobs.ApiClient;
import gitlabjobs.ApiException;
import gitlabjobs.api.JobListsApi;
import gitlabjobs.api.JobTokenApi;
import gitlabjobs.api.JobsApi;
import gitlabjobs.api.StateChangesApi;
import gitlabjobs.model.ErrorBody;
import gitlabjobs.model.Job;
import gitlabjobs.model.JobVariable;
import gitlabjobs.model.JobPlayOptions;
import gitlabjobs.model.JobRetryOptions;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

public class Conformance {
  private static final String PROJECT = "group/sub/project";
  private static final long PIPELINE = 2199023255552L;
  private static final long JOB = 6747393390L;
  private static int failures = 0;

  public static void main(String[] arguments) {
    ApiClient gitlab = client("PRIVATE-TOKEN", System.getenv("PRIVATE_TOKEN"));
    ApiClient guest = client("PRIVATE-TOKEN", System.getenv("GUEST_TOKEN"));
    ApiClient nobody = client("PRIVATE-TOKEN", "wrong");
    ApiClient insideJob = client("JOB-TOKEN", System.getenv("CI_JOB_TOKEN"));

    lists(new JobListsApi(gitlab));
    jobToken(new JobTokenApi(insideJob));
    one(new JobsApi(gitlab), new JobsApi(nobody), gitlab);
    logs(new JobsApi(gitlab));
    changes(new StateChangesApi(gitlab), new StateChangesApi(guest), gitlab);
    plays(new StateChangesApi(gitlab), gitlab);
    System.exit(failures > 0 ? 1 : 0);
  }

  private static ApiClient client(String header, String token) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("CI_API_V4_URL"));
    client.setRequestInterceptor(request -> request.header(header, token));
    return client;
  }

  private static void lists(JobListsApi api) {
    check("list_project_jobs", "scopes are repeated", () -> {
      List<String> scopes = List.of("failed", "running");
      List<Job> jobs = api.listProjectJobs(PROJECT, scopes, "main", null, 50, "keyset", "id", "desc", null, null);
      equal(numbers(jobs), List.of(6L, 5L, 4L, 2L, 0L));
    });
    check("list_project_jobs", "a page with unknown values decodes", () -> {
      var response = api.listProjectJobsWithHttpInfo(PROJECT, null, null, null, 100, null, null, null, null, null);
      equal(numbers(response.getData()), List.of(9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L, 0L));
      equal(response.getData().get(8).getStatus(), "hibernating");
      equal(response.getHeaders().get("x-per-page"), List.of("100"));
    });
    check("list_pipeline_jobs", "retried jobs are included", () -> {
      equal(api.listPipelineJobs(PROJECT, PIPELINE, true, null, null, null).size(), 10);
    });
    check("list_pipeline_jobs", "retried jobs are left out", () -> {
      List<Job> jobs = api.listPipelineJobs(PROJECT, PIPELINE, null, null, null, null);
      equal(numbers(jobs), List.of(9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L));
    });
    check("list_pipeline_trigger_jobs", "a downstream pipeline can be null", () -> {
      var bridges = api.listPipelineTriggerJobs(PROJECT, PIPELINE, null, null, null);
      equal(bridges.get(0).getDownstreamPipeline(), null);
      equal(bridges.get(1).getDownstreamPipeline().getId(), PIPELINE + 1);
    });
    check("list_pipeline_bridges", "a downstream pipeline can be null", () -> {
      var bridges = api.listPipelineBridges(PROJECT, PIPELINE, null, null, null);
      equal(bridges.get(0).getDownstreamPipeline(), null);
      equal(bridges.get(1).getDownstreamPipeline().getId(), PIPELINE + 1);
    });
  }

  private static void jobToken(JobTokenApi api) {
    check("get_job_token_job", "a job token leads to its job", () -> {
      equal(api.getJobTokenJob().getId(), JOB + 4);
    });
    check("get_allowed_agents", "agents come with their configuration", () -> {
      var allowed = api.getAllowedAgents();
      var agent = allowed.getAllowedAgents().get(0);
      equal(agent.getConfiguration().get("default_namespace"), "production");
      equal(agent.getConfigProject().getPathWithNamespace(), PROJECT);
      equal(allowed.getPipeline().getId(), PIPELINE);
      equal(allowed.getEnvironment().getSlug(), "production");
      equal(allowed.getUser().getRolesInProject(), List.of("guest", "reporter", "developer"));
    });
  }

  private static void one(JobsApi api, JobsApi nobody, ApiClient client) {
    check("get_job", "unknown values are kept and unknown fields are ignored", () -> {
      Job job = api.getJob(PROJECT, JOB + 1);
      equal(job.getId(), 6747393391L);
      List<String> words = List.of(job.getStatus(), job.getFailureReason(), job.getSource());
      equal(words, List.of("hibernating", "gremlins", "carrier_pigeon"));
      equal(List.of(job.getCoverage(), job.getDuration()), List.of(98.29, 7.0));
      equal(job.getFinishedAt(), OffsetDateTime.parse("2026-11-20T16:05:31+01:00"));
      equal(job.getRunner().getId(), 4294967296L);
      equal(job.getRunner().getStatus(), "asleep");
      equal(job.getRunner().getName(), null);
      equal(job.getPipeline().getId(), PIPELINE);
    });
    check("get_job", "nulls are accepted", () -> {
      Job job = api.getJob(PROJECT, JOB + 2);
      List<Object> nulls = Arrays.asList(
          job.getUser(), job.getCommit(), job.getRunner(), job.getRunnerManager(), job.getStartedAt(),
          job.getFinishedAt(), job.getCoverage(), job.getDuration(), job.getTag());
      equal(nulls.stream().filter(Objects::nonNull).count(), 0L);
    });
    check("get_job", "absent fields are accepted", () -> {
      Job job = api.getJob(PROJECT, JOB + 3);
      equal(List.of(job.getName(), job.getStatus(), job.getArtifacts()), List.of("bare", "skipped", List.of()));
      equal(job.getUser(), null);
    });
    check("get_job", "a documented sample decodes", () -> {
      Job job = api.getJob("1", 8L);
      equal(List.of(job.getName(), job.getStatus(), job.getUser().getUsername()), List.of("rubocop", "failed", "root"));
    });
    check("get_job", "a job that does not exist is an error", () -> {
      ApiException error = refused(404, () -> api.getJob(PROJECT, 404L));
      equal(message(client, error), "404 Not found");
    });
    check("get_job", "a wrong token is an error", () -> {
      ApiException error = refused(401, () -> nobody.getJob(PROJECT, JOB + 1));
      equal(message(client, error), "401 Unauthorized");
    });
    check("get_job", "a rate limit in plain text is an error", () -> {
      ApiException error = refused(429, () -> api.getJob(PROJECT, 429L));
      equal(error.getResponseBody(), "Retry later\n");
      equal(error.getResponseHeaders().firstValue("Retry-After").orElse(""), "30");
    });
    check("get_job", "a page of a proxy is an error", () -> {
      ApiException error = refused(502, () -> api.getJob(PROJECT, 502L));
      equal(error.getResponseBody().contains("Bad Gateway"), true);
    });
  }

  private static void logs(JobsApi api) {
    check("get_job_log", "a log is bytes", () -> {
      String wanted = "\u001b[32;1m$ make\u001b[0;m\r\nna\u00efve \u00ff\u00fe\u0000 end\n";
      equal(read(api.getJobLog(PROJECT, JOB + 4, null, null)), wanted);
    });
    check("get_job_log", "a part of a log is bytes", () -> {
      equal(read(api.getJobLog(PROJECT, JOB + 4, 7L, 6)), "$ make");
    });
    check("get_job_log", "a log can be empty", () -> {
      equal(read(api.getJobLog(PROJECT, JOB + 3, null, null)), "");
    });
  }

  private static void changes(StateChangesApi api, StateChangesApi guest, ApiClient client) {
    check("cancel_job", "a job is canceled", () -> {
      var response = api.cancelJobWithHttpInfo(PROJECT, JOB + 5, true);
      equal(response.getStatusCode(), 201);
      equal(response.getData().getStatus(), "canceled");
    });
    check("retry_job", "a retry with inputs is a new job", () -> {
      JobRetryOptions body = new JobRetryOptions().inputs(Map.of("environment", "staging", "replicas", 3));
      var response = api.retryJobWithHttpInfo(PROJECT, JOB + 6, body);
      equal(response.getStatusCode(), 201);
      equal(List.of(response.getData().getStatus(), response.getData().getName()), List.of("pending", "retry"));
      equal(response.getData().getId() > JOB + 9, true);
    });
    check("retry_job", "a guest cannot retry", () -> {
      ApiException error = refused(403, () -> guest.retryJob(PROJECT, JOB + 7, null));
      equal(message(client, error), "403 Forbidden");
    });
    check("erase_job", "an erase can return 200", () -> {
      var response = api.eraseJobWithHttpInfo(PROJECT, JOB + 7);
      equal(response.getStatusCode(), 200);
      equal(response.getData().getArtifacts(), List.of());
      equal(response.getData().getErasedAt() != null, true);
    });
    check("erase_job", "a second erase is refused", () -> {
      ApiException error = refused(403, () -> api.eraseJob(PROJECT, JOB + 7));
      equal(message(client, error).toString().contains("not erasable"), true);
    });
  }

  private static void plays(StateChangesApi api, ApiClient client) {
    check("play_job", "variables and inputs are sent", () -> {
      JobPlayOptions body = new JobPlayOptions();
      body.addJobVariablesAttributesItem(new JobVariable().key("TEST_VAR_1").value("test1"));
      body.addJobVariablesAttributesItem(new JobVariable().key("GRUSS").value("Gr\u00fc\u00dfe, \"du\" & 100 %"));
      body.setJobInputs(Map.of("environment", "production"));
      equal(api.playJob(PROJECT, JOB + 8, body).getStatus(), "pending");
    });
    check("play_job", "variables and inputs can be left out", () -> {
      equal(api.playJob(PROJECT, JOB + 9, null).getStatus(), "pending");
    });
    check("play_job", "a bridge can be played", () -> {
      Job bridge = api.playJob(PROJECT, JOB + 11, null);
      equal(bridge.getStatus(), "pending");
      equal(bridge.getDownstreamPipeline(), null);
    });
    check("play_job", "a job cannot be played twice", () -> {
      ApiException error = refused(400, () -> api.playJob(PROJECT, JOB + 9, null));
      equal(message(client, error), "400 Bad request - Unplayable Job");
    });
  }

  private interface Action {
    void run() throws Exception;
  }

  /** Runs an action and prints the result. */
  private static void check(String operation, String what, Action action) {
    try {
      action.run();
      System.out.println("ok " + operation + ": " + what);
    } catch (Exception | AssertionError error) {
      failures += 1;
      System.out.println("FAILED " + operation + ": " + what + ": " + String.valueOf(error).replaceAll("\\s+", " "));
    }
  }

  private static void equal(Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      throw new AssertionError(found + " is not " + wanted);
    }
  }

  /** Wants an error with a status. */
  private static ApiException refused(int status, Action action) throws Exception {
    try {
      action.run();
    } catch (ApiException error) {
      equal(error.getCode(), status);
      return error;
    }
    throw new AssertionError("there was no error");
  }

  private static Object message(ApiClient client, ApiException error) throws Exception {
    return client.getObjectMapper().readValue(error.getResponseBody(), ErrorBody.class).getMessage();
  }

  private static List<Long> numbers(List<Job> jobs) {
    List<Long> numbers = new ArrayList<>();
    jobs.forEach(job -> numbers.add(job.getId() - JOB));
    return numbers;
  }

  /** The bytes of a file, one character each. */
  private static String read(File file) throws Exception {
    try {
      return Files.readString(file.toPath(), StandardCharsets.ISO_8859_1);
    } finally {
      Files.delete(file.toPath());
    }
  }
}
