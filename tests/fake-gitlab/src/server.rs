//! The running server and its owner's view of it.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use socket2::SockRef;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::builder::Builder;
use crate::connection::{Control, Stream};
use crate::fault::Fault;
use crate::job::Job;
use crate::record::RecordedRequest;
use crate::script::Script;
use crate::service::Service;
use crate::socket::{Socket, Switch};
use crate::state::State;

/// The size of a connection's send buffer in bytes, which Linux doubles.
const SEND_BUFFER: usize = 64 * 1024;

/// A GitLab Jobs API that runs until it is dropped.
///
/// It runs on its own thread, so it serves blocking and async clients alike. Dropping it closes its connections and
/// frees its port. All methods take `&self`; put it in an `Arc` to share it.
#[derive(Debug)]
pub struct FakeGitlab {
    service: Arc<Service>,
    connections: Arc<AtomicU64>,
    switch: UnboundedSender<Switch>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeGitlab {
    /// Starts a server on a free port of 127.0.0.1, with the samples of GitLab's documentation.
    ///
    /// # Panics
    ///
    /// Panics if there is no free port, or no thread can be started.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Returns a builder for a server with other settings.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Returns the base URL for clients: `http://127.0.0.1:PORT`, followed by the relative root if there is one, and no
    /// slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.service.origin, self.service.root)
    }

    /// Reads or changes the server's state. Jobs with a script are brought up to the clock's time first.
    ///
    /// No request is handled meanwhile: a `change` that sends one blocks forever.
    pub fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.service.state())
    }

    /// Adds a job with a script, in a pipeline of its own, and returns a copy of it. The project is added too, unless
    /// it exists.
    ///
    /// ```
    /// use std::time::Duration;
    /// use fake_gitlab::{FakeGitlab, Script};
    ///
    /// let gitlab = FakeGitlab::start();
    /// let job = gitlab.add_job("group/project", "build", Script::build(Duration::from_secs(60)));
    /// assert_eq!((job.status(), job.is_finished()), ("running", false));
    /// ```
    #[expect(
        clippy::must_use_candidate,
        reason = "a test may only want the job to be there"
    )]
    pub fn add_job(&self, project: &str, name: &str, script: Script) -> Job {
        self.with(|state| {
            let found = state.find_project(project).map(|project| project.id);
            let project = found.unwrap_or_else(|| state.add_project(project));
            let pipeline = state.add_pipeline(project);
            state.add_job(pipeline, name).run(script).clone()
        })
    }

    /// Returns a copy of a job or bridge as it is now.
    ///
    /// # Panics
    ///
    /// Panics if there is no such job. The documented samples are not jobs of the state.
    #[must_use]
    pub fn job(&self, id: u64) -> Job {
        self.with(|state| state.job(id).clone())
    }

    /// Returns every request since they were last taken or cleared, in the order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.service.requests().clone()
    }

    /// Removes the requests recorded so far and returns them.
    #[must_use = "use `clear_requests` to remove them"]
    pub fn take_requests(&self) -> Vec<RecordedRequest> {
        std::mem::take(&mut *self.service.requests())
    }

    /// Removes the requests recorded so far.
    pub fn clear_requests(&self) {
        self.service.requests().clear();
    }

    /// Returns how many connections have been accepted so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Calls `hook` for each request before it is handled. The hook may change the state: a log grows between two
    /// polls, a job ends after the third. Hooks run in the order they were added.
    ///
    /// ```
    /// # let gitlab = fake_gitlab::FakeGitlab::start();
    /// # let job = gitlab.with(|state| {
    /// #     let project = state.add_project("group/project");
    /// #     let pipeline = state.add_pipeline(project);
    /// #     state.add_job(pipeline, "build").set_status("running").id()
    /// # });
    /// let mut polls = 0;
    /// gitlab.on_request(move |request, state| {
    ///     if request.operation == Some("get_job_log") {
    ///         polls += 1;
    ///         state.job_mut(job).append_log(format!("seen {polls} times\n"));
    ///     }
    /// });
    /// ```
    ///
    /// The hook must not call [`with`](Self::with), [`job`](Self::job) or `on_request`: it holds the locks that they
    /// wait for.
    pub fn on_request(&self, hook: impl FnMut(&RecordedRequest, &mut State) + Send + 'static) {
        self.service.hooks().push(Box::new(hook));
    }

    /// Adds a [`Fault`] after those injected before.
    pub fn inject(&self, mut fault: Fault) {
        fault.injected(self.service.state().now());
        self.service.faults().push(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.service.faults().clear();
    }

    /// Closes all connections and stops listening, as while the server's machine restarts: connections are refused until
    /// [`go_online`](Self::go_online). The port stays reserved for this server.
    ///
    /// ```
    /// use std::net::TcpStream;
    /// use fake_gitlab::FakeGitlab;
    ///
    /// let gitlab = FakeGitlab::start();
    /// let address = gitlab.url().replace("http://", "");
    /// gitlab.go_offline();
    /// assert!(TcpStream::connect(&address).is_err());
    /// gitlab.go_online();
    /// assert!(TcpStream::connect(&address).is_ok());
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the system does not let the server change its socket.
    pub fn go_offline(&self) {
        self.switch(false);
    }

    /// Listens again on the same port after [`go_offline`](Self::go_offline).
    ///
    /// # Panics
    ///
    /// Panics if the system does not let the server change its socket.
    pub fn go_online(&self) {
        self.switch(true);
    }

    fn switch(&self, online: bool) {
        let (done, switched) = mpsc::channel();
        // The server's thread ends only with this value, or if its socket has failed.
        let _ = self.switch.send(Switch { online, done });
        let result = switched.recv().expect("fake-gitlab no longer serves");
        result.expect("the port can be given up and taken again");
    }

    /// Serves on `listener` from a separate thread.
    pub(crate) fn serve(listener: TcpListener, service: Service) -> std::io::Result<Self> {
        listener.set_nonblocking(true)?;
        let service = Arc::new(service);
        let connections = Arc::new(AtomicU64::new(0));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let (switch, switches) = unbounded_channel();
        let accepting = accept(
            listener,
            switches,
            Arc::clone(&service),
            Arc::clone(&connections),
        );
        let thread = thread::Builder::new()
            .name("fake-gitlab".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = stopped => {}
                        _ = accepting => {}
                    }
                });
                // The runtime is dropped here, and every connection with it.
            })?;
        Ok(Self {
            service,
            connections,
            switch,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for FakeGitlab {
    fn drop(&mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else {
            return;
        };
        // A hook that owns the server would make its thread wait for itself.
        if thread.thread().id() != thread::current().id() {
            // A panic on that thread has already been printed; another one here would only hide it.
            let _ = thread.join();
        }
    }
}

async fn accept(
    listener: TcpListener,
    mut switches: UnboundedReceiver<Switch>,
    service: Arc<Service>,
    connections: Arc<AtomicU64>,
) -> std::io::Result<()> {
    let mut socket = Socket::listening(listener)?;
    let mut conversations = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            Some(switch) = switches.recv() => {
                if !switch.online {
                    conversations.shutdown().await;
                }
                socket = switch.turn(socket)?;
                continue;
            }
        };
        let Ok(tcp) = accepted else {
            continue;
        };
        // Without it a trickle would arrive in lumps.
        let _ = tcp.set_nodelay(true);
        // A reset discards what is still in this buffer, which therefore limits how much of a body is lost.
        let _ = SockRef::from(&tcp).set_send_buffer_size(SEND_BUFFER);
        let control = Control::new(connections.fetch_add(1, Ordering::SeqCst));
        conversations.spawn(converse(
            Stream::new(tcp, Arc::clone(&control)),
            Arc::clone(&service),
            control,
        ));
        // Only to forget the conversations that are over.
        while conversations.try_join_next().is_some() {}
    }
}

/// Serves one connection until one side or a fault ends it.
async fn converse(stream: Stream, service: Arc<Service>, control: Arc<Control>) {
    let respond = service_fn(|request| Arc::clone(&service).serve(request, Arc::clone(&control)));
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .serve_connection(stream, respond);
    tokio::select! {
        // An error here is caused by the client or by a fault, and visible to the client.
        _ = connection => {}
        () = control.ended() => {}
    }
}
