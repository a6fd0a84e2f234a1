// Calls all operations of the GitLab Jobs API with a client from openapi-generator, and checks each response.
//
// `cargo xtask spec conformance go` generates the client, runs this, and then checks what was sent.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"first/gitlabjobs"
)

const (
	project  = "group/sub/project"
	pipeline = int64(2199023255552)
	job      = int64(6747393390)
)

var failures = 0

func main() {
	configuration := gitlabjobs.NewConfiguration()
	configuration.Servers = gitlabjobs.ServerConfigurations{{URL: os.Getenv("CI_API_V4_URL")}}
	client := gitlabjobs.NewAPIClient(configuration)
	gitlab := with("privateToken", os.Getenv("PRIVATE_TOKEN"))
	guest := with("privateToken", os.Getenv("GUEST_TOKEN"))
	nobody := with("privateToken", "wrong")
	insideJob := with("jobToken", os.Getenv("CI_JOB_TOKEN"))

	lists(client, gitlab)
	jobToken(client, insideJob)
	one(client, gitlab, nobody)
	logs(client, gitlab)
	changes(client, gitlab, guest)
	plays(client, gitlab)
	if failures > 0 {
		os.Exit(1)
	}
}

// with makes a context that carries a token.
func with(scheme, token string) context.Context {
	keys := map[string]gitlabjobs.APIKey{scheme: {Key: token}}
	return context.WithValue(context.Background(), gitlabjobs.ContextAPIKeys, keys)
}

func lists(client *gitlabjobs.APIClient, ctx context.Context) {
	api := client.JobListsAPI
	check("list_project_jobs", "scopes are repeated", func() error {
		request := api.ListProjectJobs(ctx, project).Scope([]string{"failed", "running"}).Ref("main")
		jobs, _, err := request.Pagination("keyset").OrderBy("id").Sort("desc").PerPage(50).Execute()
		return first(err, equal(numbers(jobs), []int64{6, 5, 4, 2, 0}))
	})
	check("list_project_jobs", "a page with unknown values decodes", func() error {
		jobs, response, err := api.ListProjectJobs(ctx, project).PerPage(100).Execute()
		if err != nil || len(jobs) != 10 {
			return fmt.Errorf("%d jobs, %v", len(jobs), err)
		}
		return first(equal(jobs[8].Status, "hibernating"), equal(response.Header.Get("X-Per-Page"), "100"))
	})
	check("list_pipeline_jobs", "retried jobs are included", func() error {
		jobs, _, err := api.ListPipelineJobs(ctx, project, pipeline).IncludeRetried(true).Execute()
		return first(err, equal(len(jobs), 10))
	})
	check("list_pipeline_jobs", "retried jobs are left out", func() error {
		jobs, _, err := api.ListPipelineJobs(ctx, project, pipeline).Execute()
		return first(err, equal(numbers(jobs), []int64{9, 8, 7, 6, 5, 4, 3, 2, 1}))
	})
	downstream := func(bridges []gitlabjobs.Bridge, err error) error {
		if err != nil || len(bridges) != 2 {
			return fmt.Errorf("%d bridges, %v", len(bridges), err)
		}
		none := bridges[0].DownstreamPipeline
		downstream := bridges[1].GetDownstreamPipeline()
		return first(equal([]bool{none.IsSet(), none.Get() == nil}, []bool{true, true}), equal(downstream.Id, pipeline+1))
	}
	check("list_pipeline_trigger_jobs", "a downstream pipeline can be null", func() error {
		bridges, _, err := api.ListPipelineTriggerJobs(ctx, project, pipeline).Execute()
		return downstream(bridges, err)
	})
	check("list_pipeline_bridges", "a downstream pipeline can be null", func() error {
		bridges, _, err := api.ListPipelineBridges(ctx, project, pipeline).Execute()
		return downstream(bridges, err)
	})
}

func jobToken(client *gitlabjobs.APIClient, ctx context.Context) {
	check("get_job_token_job", "a job token leads to its job", func() error {
		found, _, err := client.JobTokenAPI.GetJobTokenJob(ctx).Execute()
		return first(err, equal(found.GetId(), job+4))
	})
	check("get_allowed_agents", "agents come with their configuration", func() error {
		allowed, _, err := client.JobTokenAPI.GetAllowedAgents(ctx).Execute()
		if err != nil || len(allowed.AllowedAgents) != 1 {
			return fmt.Errorf("%v, %v", allowed, err)
		}
		agent := allowed.AllowedAgents[0]
		environment := allowed.GetEnvironment()
		return first(
			equal(agent.Configuration["default_namespace"], interface{}("production")),
			equal(agent.ConfigProject.GetPathWithNamespace(), project),
			equal(allowed.Pipeline.Id, pipeline),
			equal(environment.GetSlug(), "production"),
			equal(allowed.User.RolesInProject, []string{"guest", "reporter", "developer"}),
		)
	})
}

func one(client *gitlabjobs.APIClient, ctx, nobody context.Context) {
	api := client.JobsAPI
	check("get_job", "unknown values and fields are kept", func() error {
		found, _, err := api.GetJob(ctx, project, job+1).Execute()
		if err != nil {
			return err
		}
		runner, pipe := found.GetRunner(), found.GetPipeline()
		mood := map[string]interface{}{"level": 3.0, "words": []interface{}{"calm"}}
		finished := time.Date(2026, 11, 20, 15, 5, 31, 0, time.UTC)
		words := []string{found.Status, found.GetFailureReason(), found.GetSource()}
		return first(
			equal(found.Id, int64(6747393391)),
			equal(words, []string{"hibernating", "gremlins", "carrier_pigeon"}),
			equal([]float64{found.GetCoverage(), found.GetDuration()}, []float64{98.29, 7}),
			equal(found.GetFinishedAt().Equal(finished), true),
			equal(runner.Id, int64(4294967296)),
			equal(runner.GetStatus(), "asleep"),
			equal(runner.Name.Get() == nil, true),
			equal(found.AdditionalProperties["mood"], interface{}(mood)),
			equal(pipe.Id, pipeline),
		)
	})
	check("get_job", "nulls are accepted", func() error {
		found, _, err := api.GetJob(ctx, project, job+2).Execute()
		if err != nil {
			return err
		}
		null := []bool{
			found.User.Get() == nil, found.Commit.Get() == nil, found.Runner.Get() == nil,
			found.RunnerManager.Get() == nil, found.StartedAt.Get() == nil, found.FinishedAt.Get() == nil,
			found.Coverage.Get() == nil, found.Duration.Get() == nil, found.Tag.Get() == nil,
		}
		for index, isNull := range null {
			if !isNull {
				return fmt.Errorf("number %d is not null", index)
			}
		}
		return equal(found.User.IsSet(), true)
	})
	check("get_job", "absent fields are accepted", func() error {
		found, _, err := api.GetJob(ctx, project, job+3).Execute()
		if err != nil {
			return err
		}
		return first(
			equal([]string{found.Name, found.Status}, []string{"bare", "skipped"}),
			equal([]bool{found.User.IsSet(), found.HasArtifacts()}, []bool{false, false}),
		)
	})
	check("get_job", "a documented sample decodes", func() error {
		found, _, err := api.GetJob(ctx, "1", 8).Execute()
		if err != nil {
			return err
		}
		user := found.GetUser()
		words := []string{found.Name, found.Status, user.GetUsername()}
		return equal(words, []string{"rubocop", "failed", "root"})
	})
	check("get_job", "a job that does not exist is an error", func() error {
		_, response, err := api.GetJob(ctx, project, 404).Execute()
		return refused(response, err, 404, "404 Not found")
	})
	check("get_job", "a wrong token is an error", func() error {
		_, response, err := api.GetJob(nobody, project, job+1).Execute()
		return refused(response, err, 401, "401 Unauthorized")
	})
	check("get_job", "a rate limit in plain text is an error", func() error {
		_, response, err := api.GetJob(ctx, project, 429).Execute()
		return first(failed(response, err, 429, "Retry later\n"), equal(response.Header.Get("Retry-After"), "30"))
	})
	check("get_job", "a page of a proxy is an error", func() error {
		_, response, err := api.GetJob(ctx, project, 502).Execute()
		return failed(response, err, 502, "Bad Gateway")
	})
}

func logs(client *gitlabjobs.APIClient, ctx context.Context) {
	read := func(request gitlabjobs.ApiGetJobLogRequest) ([]byte, error) {
		file, _, err := request.Execute()
		// This client makes no file of an empty log.
		if err != nil || file == nil {
			return nil, err
		}
		defer os.Remove(file.Name())
		defer file.Close()
		return io.ReadAll(file)
	}
	log := func(number int64) gitlabjobs.ApiGetJobLogRequest {
		return client.JobsAPI.GetJobLog(ctx, project, job+number)
	}
	check("get_job_log", "a log is bytes", func() error {
		log, err := read(log(4))
		wanted := []byte("\x1b[32;1m$ make\x1b[0;m\r\nna\xefve \xff\xfe\x00 end\n")
		if !bytes.Equal(log, wanted) {
			return fmt.Errorf("%q is not %q, %v", log, wanted, err)
		}
		return err
	})
	check("get_job_log", "a part of a log is bytes", func() error {
		log, err := read(log(4).ByteOffset(7).ByteLimit(6))
		return first(err, equal(string(log), "$ make"))
	})
	check("get_job_log", "a log can be empty", func() error {
		log, err := read(log(3))
		return first(err, equal(len(log), 0))
	})
}

func changes(client *gitlabjobs.APIClient, ctx, guest context.Context) {
	api := client.StateChangesAPI
	check("cancel_job", "a job is canceled", func() error {
		found, response, err := api.CancelJob(ctx, project, job+5).Force(true).Execute()
		return first(err, equal(response.StatusCode, 201), equal(found.GetStatus(), "canceled"))
	})
	check("retry_job", "a retry with inputs is a new job", func() error {
		body := gitlabjobs.NewJobRetryOptions()
		body.SetInputs(map[string]interface{}{"environment": "staging", "replicas": 3})
		found, response, err := api.RetryJob(ctx, project, job+6).JobRetryOptions(*body).Execute()
		return first(
			err,
			equal(response.StatusCode, 201),
			equal([]string{found.GetStatus(), found.GetName()}, []string{"pending", "retry"}),
			equal(found.GetId() > job+9, true),
		)
	})
	check("retry_job", "a guest cannot retry", func() error {
		_, response, err := api.RetryJob(guest, project, job+7).Execute()
		return refused(response, err, 403, "403 Forbidden")
	})
	check("erase_job", "an erase can return 200", func() error {
		found, response, err := api.EraseJob(ctx, project, job+7).Execute()
		return first(
			err,
			equal(response.StatusCode, 200),
			equal(found.ErasedAt.Get() != nil, true),
			equal(len(found.Artifacts), 0),
		)
	})
	check("erase_job", "a second erase is refused", func() error {
		_, response, err := api.EraseJob(ctx, project, job+7).Execute()
		return failed(response, err, 403, "not erasable")
	})
}

func plays(client *gitlabjobs.APIClient, ctx context.Context) {
	api := client.StateChangesAPI
	check("play_job", "variables and inputs are sent", func() error {
		body := gitlabjobs.NewJobPlayOptions()
		body.SetJobVariablesAttributes([]gitlabjobs.JobVariable{
			*gitlabjobs.NewJobVariable("TEST_VAR_1", "test1"),
			*gitlabjobs.NewJobVariable("GRUSS", "Grüße, \"du\" & 100 %"),
		})
		body.SetJobInputs(map[string]interface{}{"environment": "production"})
		found, _, err := api.PlayJob(ctx, project, job+8).JobPlayOptions(*body).Execute()
		return first(err, equal(found.GetStatus(), "pending"))
	})
	check("play_job", "variables and inputs can be left out", func() error {
		found, _, err := api.PlayJob(ctx, project, job+9).Execute()
		return first(err, equal(found.GetStatus(), "pending"))
	})
	check("play_job", "a bridge can be played", func() error {
		found, _, err := api.PlayJob(ctx, project, job+11).Execute()
		if err != nil {
			return err
		}
		downstream := found.DownstreamPipeline
		return first(equal(found.Status, "pending"), equal(downstream.IsSet() && downstream.Get() == nil, true))
	})
	check("play_job", "a job cannot be played twice", func() error {
		_, response, err := api.PlayJob(ctx, project, job+9).Execute()
		return refused(response, err, 400, "400 Bad request - Unplayable Job")
	})
}

// check runs a function and prints the result.
func check(operation, what string, run func() error) {
	if err := caught(run); err != nil {
		failures++
		fmt.Printf("FAILED %s: %s: %s\n", operation, what, strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	fmt.Printf("ok %s: %s\n", operation, what)
}

// caught makes an error of a panic, such as that of a response that is not there.
func caught(run func() error) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	return run()
}

// numbers are the ids of jobs without what they have in common.
func numbers(jobs []gitlabjobs.Job) []int64 {
	found := []int64{}
	for _, one := range jobs {
		found = append(found, one.Id-job)
	}
	return found
}

func equal[T any](found, wanted T) error {
	if reflect.DeepEqual(found, wanted) {
		return nil
	}
	return fmt.Errorf("%v is not %v", found, wanted)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// refused wants an error with a message in JSON.
func refused(response *http.Response, err error, status int, message string) error {
	var apiError *gitlabjobs.GenericOpenAPIError
	if !errors.As(err, &apiError) {
		return fmt.Errorf("%v is not an error of the API", err)
	}
	model, ok := apiError.Model().(gitlabjobs.ErrorBody)
	if !ok {
		return fmt.Errorf("the error contains %v", apiError.Model())
	}
	return first(equal(response.StatusCode, status), equal(model.GetMessage(), interface{}(message)))
}

// failed wants an error whose body holds some words.
func failed(response *http.Response, err error, status int, words string) error {
	var apiError *gitlabjobs.GenericOpenAPIError
	if !errors.As(err, &apiError) {
		return fmt.Errorf("%v is not an error of the API", err)
	}
	if !strings.Contains(string(apiError.Body()), words) {
		return fmt.Errorf("the body is %q", apiError.Body())
	}
	return equal(response.StatusCode, status)
}
