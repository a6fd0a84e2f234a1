// Calls all that go-gitlab has of the Jobs API. See xtask/src/clients.rs, which judges the server's record.
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/xanzy/go-gitlab"
)

func number(name string) int {
	value, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		panic(err)
	}
	return value
}

func report(name string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
}

func main() {
	url, jobToken := os.Getenv("GITLAB_URL"), os.Getenv("CI_JOB_TOKEN")
	api, err := gitlab.NewClient(os.Getenv("GITLAB_TOKEN"), gitlab.WithBaseURL(url))
	if err != nil {
		panic(err)
	}
	inJob, err := gitlab.NewJobClient(jobToken, gitlab.WithBaseURL(url))
	if err != nil {
		panic(err)
	}
	project, pipeline := number("PROJECT"), number("PIPELINE")

	_, _, err = api.Users.CurrentUser()
	report("get_user", err)
	_, _, err = api.Version.GetVersion()
	report("get_version", err)
	_, _, err = api.Projects.GetProject(project, nil)
	report("get_project", err)
	_, _, err = api.Pipelines.GetPipeline(project, pipeline)
	report("get_pipeline", err)
	scope := []gitlab.BuildStateValue{gitlab.Failed, gitlab.Success}
	_, _, err = api.Jobs.ListProjectJobs(project, &gitlab.ListJobsOptions{Scope: &scope})
	report("list_project_jobs", err)
	keyset := gitlab.ListJobsOptions{ListOptions: gitlab.ListOptions{PerPage: 2}}
	for page := 1; page != 0; {
		keyset.Page = page
		_, response, err := api.Jobs.ListProjectJobs(project, &keyset)
		report("list_project_jobs", err)
		page = 0
		if err == nil {
			page = response.NextPage
		}
	}
	retried := &gitlab.ListJobsOptions{IncludeRetried: gitlab.Bool(true)}
	_, _, err = api.Jobs.ListPipelineJobs(project, pipeline, retried)
	report("list_pipeline_jobs", err)
	_, _, err = api.Jobs.ListPipelineBridges(project, pipeline, nil)
	report("list_pipeline_bridges", err)
	_, _, err = api.Jobs.GetJob(project, number("READ"))
	report("get_job", err)
	_, _, err = api.Jobs.GetTraceFile(project, number("READ"))
	report("get_job_log", err)
	_, _, err = api.Jobs.CancelJob(project, number("CANCEL"))
	report("cancel_job", err)
	_, _, err = api.Jobs.RetryJob(project, number("RETRY"))
	report("retry_job", err)
	_, _, err = api.Jobs.EraseJob(project, number("ERASE"))
	report("erase_job", err)
	_, _, err = api.Jobs.PlayJob(project, number("PLAY_PLAINLY"))
	report("play_job", err)
	_, _, err = inJob.Jobs.GetJobTokensJob(&gitlab.GetJobTokensJobOptions{JobToken: gitlab.String(jobToken)})
	report("get_job_token_job", err)
}
