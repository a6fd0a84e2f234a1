//! Polls a pipeline, and those downstream of it, until nothing is left to run.

use std::collections::VecDeque;

use tokio::time::Instant;

use super::JobChange;
use super::watched::Watched;
use crate::Client;
use crate::error::{Error, ErrorKind};
use crate::request::Operation;
use crate::types::PipelineStatus;
use crate::value::ParsedProjectId;
use crate::watch::end::{End, Evidence};
use crate::watch::listing::Listing;
use crate::watch::options::PollOptions;
use crate::watch::poll::Poller;
use crate::watch::subject::Subject;
use crate::watch::summary::PipelineResult;
use crate::watch::unfold::{Advance, Next};

/// Polls pipelines.
pub(super) struct Watcher {
    client: Client,
    pub(super) operation: &'static Operation,
    pub(super) follow_downstream: bool,
    pub(super) poller: Poller,
    /// The pipeline of the watch is the first; others come after the one that started them.
    pipelines: Vec<Watched>,
    events: VecDeque<Event>,
    end: End,
    is_first_poll: bool,
    has_ended: bool,
}

/// What a poll has found.
pub(super) enum Event {
    Change(Box<JobChange>),
    /// The status of the pipeline has changed.
    Status(PipelineStatus),
    /// The watch has ended, with these results.
    End(Vec<PipelineResult>),
}

impl Watcher {
    pub(super) fn new(
        client: &Client,
        operation: &'static Operation,
        project: ParsedProjectId,
        pipeline_id: u64,
    ) -> Self {
        let pipeline = Watched::new(project, pipeline_id, None);
        let poller = Poller::new(
            subject(client, operation, &pipeline),
            PollOptions::default(),
        );
        Self {
            client: client.clone(),
            operation,
            follow_downstream: false,
            poller,
            pipelines: vec![pipeline],
            events: VecDeque::new(),
            end: End::default(),
            is_first_poll: true,
            has_ended: false,
        }
    }

    async fn poll(&mut self) -> Result<(), Error> {
        let settle_time = self.poller.options.settle_time;
        if !std::mem::take(&mut self.is_first_poll) {
            let wait = self.end.next_poll(settle_time);
            let interval = self.poller.options.interval;
            self.poller.sleep(wait.unwrap_or(interval)).await?;
        }
        let began = Instant::now();
        let mut changed = false;
        let mut next = 0;
        while next < self.pipelines.len() {
            if !self.is_current(&self.pipelines[next]) {
                self.pipelines.remove(next);
                continue;
            }
            changed |= self.poll_pipeline(next).await?;
            next += 1;
        }
        let evidence = self.evidence();
        if self.end.is_confirmed(evidence, changed, began, settle_time) {
            let results = self.pipelines.iter().map(Watched::result).collect();
            self.events.push_back(Event::End(results));
            self.has_ended = true;
        }
        Ok(())
    }

    /// Polls one of the pipelines. Returns whether anything has changed.
    async fn poll_pipeline(&mut self, index: usize) -> Result<bool, Error> {
        let Self {
            client,
            poller,
            pipelines,
            events,
            ..
        } = self;
        let watched = &mut pipelines[index];
        poller.subject = subject(client, self.operation, watched);
        let (client, id, project) = (&*client, watched.id, &watched.project);
        let mut listing = poller
            .poll(|| Listing::request(client, project, id))
            .await?;
        if listing.jobs.is_empty() && watched.has_no_jobs() {
            let status = poller.poll(|| Listing::request_status(client, project, id));
            listing.status = Some(status.await?);
        }
        let known = watched.status.clone();
        let changes = watched.update(listing);
        let changed = !changes.is_empty();
        let changes = changes.into_iter().map(|it| Event::Change(Box::new(it)));
        events.extend(changes);
        if index == 0 && watched.status != known {
            events.extend(watched.status.clone().map(Event::Status));
        }
        if self.follow_downstream {
            for downstream in self.pipelines[index].downstream() {
                if self.pipelines.iter().all(|it| it.id != downstream.id) {
                    self.pipelines.push(downstream);
                }
            }
        }
        Ok(changed)
    }

    /// Whether the bridge that started a pipeline was not retried since.
    fn is_current(&self, watched: &Watched) -> bool {
        watched.upstream.as_ref().is_none_or(|upstream| {
            let mut pipelines = self.pipelines.iter();
            pipelines.any(|it| it.id == upstream.pipeline && it.has_latest(upstream.bridge))
        })
    }

    /// Returns the weakest evidence for the end, unless something is left to run.
    fn evidence(&self) -> Option<Evidence> {
        let mut pipelines = self.pipelines.iter().map(Watched::evidence);
        pipelines.try_fold(Evidence::Certain, |weakest, it| Some(weakest.max(it?)))
    }

    /// Returns an error if a job that is waited for is gone.
    fn check_jobs(&self) -> Result<(), Error> {
        let settle_time = self.poller.options.settle_time;
        for watched in &self.pipelines {
            if let Some(job) = watched.gone(settle_time) {
                let error = subject(&self.client, self.operation, watched)
                    .add_to(Error::new(ErrorKind::JobMissing));
                let job = format!("job {} ({:?}) was {}", job.id(), job.name(), job.status());
                return Err(error.with_source(job));
            }
        }
        Ok(())
    }
}

impl Advance for Watcher {
    type Item = Event;

    async fn advance(&mut self) -> Next<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            if self.has_ended {
                return Ok(None);
            }
            self.check_jobs()?;
            self.poll().await?;
        }
    }
}

fn subject(client: &Client, operation: &'static Operation, watched: &Watched) -> Subject {
    let pipeline = ("pipeline_id", watched.id);
    let project = watched.project.clone();
    Subject::new(
        client,
        operation,
        project,
        pipeline,
        "the pipeline to finish",
    )
}
