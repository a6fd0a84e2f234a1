//! Where async calls run, which matters more than what they do: each hop to another thread costs time.

use std::fmt;

use tokio::runtime::{Builder, Runtime};

use crate::contest::Result;

#[derive(Clone, Copy)]
pub(crate) enum Placement {
    /// In the main function of `#[tokio::main]`, outside the workers, as in most programs.
    Main,
    /// In a task on a worker.
    Spawned,
    /// In a runtime of one thread.
    OneThread,
}

impl Placement {
    pub(crate) const ALL: [Self; 3] = [Self::Main, Self::Spawned, Self::OneThread];

    pub(crate) fn runtime(self) -> Result<Placed> {
        let mut builder = match self {
            Self::Main | Self::Spawned => Builder::new_multi_thread(),
            Self::OneThread => Builder::new_current_thread(),
        };
        Ok(Placed {
            placement: self,
            runtime: builder.enable_all().build()?,
        })
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Main => "tokio::main",
            Self::Spawned => "spawned",
            Self::OneThread => "one thread",
        })
    }
}

/// A runtime, and where calls run in it.
pub(crate) struct Placed {
    placement: Placement,
    runtime: Runtime,
}

impl Placed {
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        match self.placement {
            Placement::Main | Placement::OneThread => self.runtime.block_on(work),
            Placement::Spawned => self.runtime.block_on(self.runtime.spawn(work))?,
        }
    }
}
