# frozen_string_literal: true

# Calls all operations of the GitLab Jobs API with a client from openapi-generator, and checks each response.
#
# `cargo xtask spec conformance ruby` generates the client, runs this, and then checks what was sent.

require "uri"
require "gitlab_jobs"

PROJECT = "group/sub/project"
PIPELINE = 2_199_023_255_552
JOB = 6_747_393_390
LOG = "\e[32;1m$ make\e[0;m\r\nna\xEFve \xFF\xFE\x00 end\n".b

# A client with a token, which goes into `Authorization`: the client sends that header in any case, and empty without
# a token. `scope[]` is repeated as it has to be only with this encoding.
def client(token)
  configuration = GitlabJobs::Configuration.new do |it|
    url = URI(ENV.fetch("CI_API_V4_URL"))
    it.scheme = url.scheme
    it.host = "#{url.host}:#{url.port}"
    it.base_path = url.path
    it.server_index = nil
    it.params_encoding = :multi
    it.access_token = token
  end
  GitlabJobs::ApiClient.new(configuration)
end

GITLAB = client(ENV.fetch("PRIVATE_TOKEN"))
GUEST = client(ENV.fetch("GUEST_TOKEN"))
NOBODY = client("wrong")
INSIDE_JOB = client(ENV.fetch("CI_JOB_TOKEN"))

LISTS = GitlabJobs::JobListsApi.new(GITLAB)
JOBS = GitlabJobs::JobsApi.new(GITLAB)
CHANGES = GitlabJobs::StateChangesApi.new(GITLAB)
TOKEN = GitlabJobs::JobTokenApi.new(INSIDE_JOB)

$failures = 0

# Runs a block and prints the result.
def check(operation, what)
  yield
  puts "ok #{operation}: #{what}"
rescue StandardError => error
  $failures += 1
  puts "FAILED #{operation}: #{what}: #{error.class}: #{error.message.gsub(/\s+/, " ")}"
end

def equal(found, wanted)
  raise "#{found.inspect} is not #{wanted.inspect}" unless found == wanted
end

def numbers(jobs)
  jobs.map { |job| job.id - JOB }
end

# Wants an error with a status, and returns it.
def refused(status)
  yield
rescue GitlabJobs::ApiError => error
  equal(error.code, status)
  error
else
  raise "there was no error"
end

def body(error)
  GitlabJobs::ErrorBody.build_from_hash(JSON.parse(error.response_body, symbolize_names: true))
end

# The bytes of a log. The client returns a file.
def read(file)
  file.open if file.closed?
  file.binmode
  file.read
ensure
  file.close
end

check("list_project_jobs", "scopes are repeated") do
  options = { scope: %w[failed running], ref: "main", pagination: "keyset", order_by: "id", sort: "desc", per_page: 50 }
  equal(numbers(LISTS.list_project_jobs(PROJECT, options)), [6, 5, 4, 2, 0])
end

check("list_project_jobs", "a page with unknown values decodes") do
  jobs, status, headers = LISTS.list_project_jobs_with_http_info(PROJECT, per_page: 100)
  equal(numbers(jobs), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  equal([status, jobs[8].status, headers["X-Per-Page"]], [200, "hibernating", "100"])
end

check("list_pipeline_jobs", "retried jobs are included") do
  equal(LISTS.list_pipeline_jobs(PROJECT, PIPELINE, include_retried: true).size, 10)
end

check("list_pipeline_jobs", "retried jobs are left out") do
  equal(numbers(LISTS.list_pipeline_jobs(PROJECT, PIPELINE)), [9, 8, 7, 6, 5, 4, 3, 2, 1])
end

check("list_pipeline_trigger_jobs", "a downstream pipeline can be null") do
  bridges = LISTS.list_pipeline_trigger_jobs(PROJECT, PIPELINE)
  equal(bridges.map { |bridge| bridge.downstream_pipeline&.id }, [nil, PIPELINE + 1])
end

check("list_pipeline_bridges", "a downstream pipeline can be null") do
  bridges = LISTS.list_pipeline_bridges(PROJECT, PIPELINE)
  equal(bridges.map { |bridge| bridge.downstream_pipeline&.id }, [nil, PIPELINE + 1])
end

check("get_job_token_job", "a job token leads to its job") do
  equal(TOKEN.get_job_token_job.id, JOB + 4)
end

check("get_allowed_agents", "agents come with their configuration") do
  allowed = TOKEN.get_allowed_agents
  agent = allowed.allowed_agents.first
  equal(agent.configuration["default_namespace"], "production")
  equal(agent.config_project.path_with_namespace, PROJECT)
  equal([allowed.pipeline.id, allowed.environment.slug], [PIPELINE, "production"])
  equal(allowed.user.roles_in_project, %w[guest reporter developer])
end

check("get_job", "unknown values are kept and unknown fields are ignored") do
  job = JOBS.get_job(PROJECT, JOB + 1)
  equal(job.id, 6_747_393_391)
  equal([job.status, job.failure_reason, job.source], %w[hibernating gremlins carrier_pigeon])
  equal([job.coverage, job.duration], [98.29, 7.0])
  equal(job.finished_at, Time.utc(2026, 11, 20, 15, 5, 31))
  equal([job.runner.id, job.runner.status, job.runner.name], [4_294_967_296, "asleep", nil])
  equal(job.pipeline.id, PIPELINE)
end

check("get_job", "nulls are accepted") do
  job = JOBS.get_job(PROJECT, JOB + 2)
  nulls = %i[user commit runner runner_manager started_at finished_at erased_at coverage duration tag allow_failure]
  equal(nulls.map { |name| job.public_send(name) }.compact, [])
end

check("get_job", "absent fields are accepted") do
  job = JOBS.get_job(PROJECT, JOB + 3)
  equal([job.name, job.status, job.user, job.artifacts], ["bare", "skipped", nil, nil])
end

check("get_job", "a documented sample decodes") do
  job = JOBS.get_job("1", 8)
  equal([job.name, job.status, job.user.username], %w[rubocop failed root])
end

check("get_job", "a job that does not exist is an error") do
  equal(body(refused(404) { JOBS.get_job(PROJECT, 404) }).message, "404 Not found")
end

check("get_job", "a wrong token is an error") do
  jobs = GitlabJobs::JobsApi.new(NOBODY)
  equal(body(refused(401) { jobs.get_job(PROJECT, JOB + 1) }).error, "invalid_token")
end

check("get_job", "a rate limit in plain text is an error") do
  error = refused(429) { JOBS.get_job(PROJECT, 429) }
  equal([error.response_body, error.response_headers["Retry-After"]], ["Retry later\n", "30"])
end

check("get_job", "a page of a proxy is an error") do
  equal(refused(502) { JOBS.get_job(PROJECT, 502) }.response_body.include?("Bad Gateway"), true)
end

check("get_job_log", "a log is bytes") do
  equal(read(JOBS.get_job_log(PROJECT, JOB + 4)), LOG)
end

check("get_job_log", "a part of a log is bytes") do
  equal(read(JOBS.get_job_log(PROJECT, JOB + 4, byte_offset: 7, byte_limit: 6)), "$ make")
end

check("get_job_log", "a log can be empty") do
  equal(read(JOBS.get_job_log(PROJECT, JOB + 3)), "")
end

check("cancel_job", "a job is canceled") do
  job, status = CHANGES.cancel_job_with_http_info(PROJECT, JOB + 5, force: true)
  equal([status, job.status], [201, "canceled"])
end

check("retry_job", "a retry with inputs is a new job") do
  body = GitlabJobs::JobRetryOptions.new(inputs: { "environment" => "staging", "replicas" => 3 })
  job, status = CHANGES.retry_job_with_http_info(PROJECT, JOB + 6, job_retry_options: body)
  equal([status, job.status, job.name, job.id > JOB + 9], [201, "pending", "retry", true])
end

check("retry_job", "a guest cannot retry") do
  changes = GitlabJobs::StateChangesApi.new(GUEST)
  equal(body(refused(403) { changes.retry_job(PROJECT, JOB + 7) }).message, "403 Forbidden")
end

check("erase_job", "an erase can return 200") do
  job, status = CHANGES.erase_job_with_http_info(PROJECT, JOB + 7)
  equal([status, job.artifacts, job.erased_at.nil?], [200, [], false])
end

check("erase_job", "a second erase is refused") do
  equal(body(refused(403) { CHANGES.erase_job(PROJECT, JOB + 7) }).message.include?("not erasable"), true)
end

check("play_job", "variables and inputs are sent") do
  variables = { "TEST_VAR_1" => "test1", "GRUSS" => 'Grüße, "du" & 100 %' }
  body = GitlabJobs::JobPlayOptions.new(
    job_variables_attributes: variables.map { |key, value| GitlabJobs::JobVariable.new(key: key, value: value) },
    job_inputs: { "environment" => "production" }
  )
  equal(CHANGES.play_job(PROJECT, JOB + 8, job_play_options: body).status, "pending")
end

check("play_job", "variables and inputs can be left out") do
  equal(CHANGES.play_job(PROJECT, JOB + 9).status, "pending")
end

check("play_job", "a bridge can be played") do
  bridge = CHANGES.play_job(PROJECT, JOB + 11)
  equal([bridge.status, bridge.downstream_pipeline], ["pending", nil])
end

check("play_job", "a job cannot be played twice") do
  equal(body(refused(400) { CHANGES.play_job(PROJECT, JOB + 9) }).message, "400 Bad request - Unplayable Job")
end

exit($failures.zero?)
