"""Calls all that python-gitlab has of the Jobs API. See xtask/src/clients.rs, which judges the server's record."""

import os
import sys

import gitlab

PROJECT, PIPELINE = os.environ["PROJECT"], os.environ["PIPELINE"]
job = {role: os.environ[role] for role in ("READ", "CANCEL", "RETRY", "ERASE", "PLAY", "PLAY_PLAINLY")}

gl = gitlab.Gitlab(os.environ["GITLAB_URL"], private_token=os.environ["GITLAB_TOKEN"])
in_job = gitlab.Gitlab(os.environ["GITLAB_URL"], job_token=os.environ["CI_JOB_TOKEN"])


def attempt(name, call):
    try:
        call()
    except Exception as error:  # Each call is judged on its own.
        print(f"{name}: {error}", file=sys.stderr)


attempt("get_user", gl.auth)
attempt("get_version", gl.version)
project = gl.projects.get(PROJECT)
pipeline = project.pipelines.get(PIPELINE)
attempt("list_project_jobs", lambda: project.jobs.list(scope=["failed", "success"], get_all=True))
attempt("list_project_jobs", lambda: project.jobs.list(pagination="keyset", per_page=2, get_all=True))
attempt("list_pipeline_jobs", lambda: pipeline.jobs.list(include_retried=True, get_all=True))
attempt("list_pipeline_bridges", lambda: pipeline.bridges.list(get_all=True))
attempt("get_job", lambda: project.jobs.get(job["READ"]))
attempt("get_job_log", lambda: project.jobs.get(job["READ"], lazy=True).trace())
attempt("cancel_job", lambda: project.jobs.get(job["CANCEL"], lazy=True).cancel(force=True))
attempt("retry_job", lambda: project.jobs.get(job["RETRY"], lazy=True).retry())
attempt("erase_job", lambda: project.jobs.get(job["ERASE"], lazy=True).erase())
attempt("play_job", lambda: project.jobs.get(job["PLAY_PLAINLY"], lazy=True).play())
variables = [{"key": "A", "value": "1 2"}]
attempt("variables", lambda: project.jobs.get(job["PLAY"], lazy=True).play(job_variables_attributes=variables))
attempt("get_job_token_job", lambda: in_job.http_get("/job"))
