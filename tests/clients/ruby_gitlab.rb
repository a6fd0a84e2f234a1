# Calls all that the gem gitlab has of the Jobs API. See xtask/src/clients.rs, which judges the server's record.

require "gitlab"

PROJECT, PIPELINE = ENV.values_at("PROJECT", "PIPELINE")
READ, CANCEL, RETRY, ERASE, PLAY, PLAY_PLAINLY = ENV.values_at(*%w[READ CANCEL RETRY ERASE PLAY PLAY_PLAINLY])

gitlab = Gitlab.client(endpoint: "#{ENV.fetch("GITLAB_URL")}/api/v4", private_token: ENV.fetch("GITLAB_TOKEN"))

def attempt(name)
  yield
rescue StandardError => e
  warn "#{name}: #{e.message}"
end

attempt("get_user") { gitlab.user }
attempt("get_version") { gitlab.version }
attempt("get_project") { gitlab.project(PROJECT) }
attempt("get_pipeline") { gitlab.pipeline(PROJECT, PIPELINE) }
attempt("list_project_jobs") { gitlab.jobs(PROJECT, scope: %w[failed success]).auto_paginate { |_job| } }
attempt("list_project_jobs") { gitlab.jobs(PROJECT, pagination: "keyset", per_page: 2).auto_paginate { |_job| } }
attempt("list_pipeline_jobs") { gitlab.pipeline_jobs(PROJECT, PIPELINE, include_retried: true).auto_paginate { |_job| } }
attempt("list_pipeline_bridges") { gitlab.pipeline_bridges(PROJECT, PIPELINE).auto_paginate { |_job| } }
attempt("get_job") { gitlab.job(PROJECT, READ) }
attempt("get_job_log") { gitlab.job_trace(PROJECT, READ) }
# Its cancel takes no parameters, so this is a request of its own.
attempt("force") { gitlab.post("/projects/#{PROJECT}/jobs/#{CANCEL}/cancel", body: { force: true }) }
attempt("retry_job") { gitlab.job_retry(PROJECT, RETRY) }
attempt("erase_job") { gitlab.job_erase(PROJECT, ERASE) }
attempt("play_job") { gitlab.job_play(PROJECT, PLAY_PLAINLY) }
# Nor does its play.
attempt("variables") do
  variables = { job_variables_attributes: [{ key: "A", value: "1 2" }] }
  gitlab.post("/projects/#{PROJECT}/jobs/#{PLAY}/play", body: variables)
end
