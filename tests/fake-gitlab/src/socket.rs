//! The server's port: listened on, or only reserved, so that connections to it are refused.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket as RawSocket, Type};
use tokio::net::{TcpListener, TcpStream};

/// The backlog of connections that the system accepts ahead, as in the standard library.
const BACKLOG: i32 = 128;
/// How often the port is tried, a millisecond apart.
const ATTEMPTS: usize = 1_000;

/// The socket that holds the server's port.
#[derive(Debug)]
pub(crate) enum Socket {
    Listening(TcpListener),
    Reserved(RawSocket),
}

/// A request of the owner to listen, or to stop listening.
#[derive(Debug)]
pub(crate) struct Switch {
    pub(crate) online: bool,
    pub(crate) done: mpsc::Sender<io::Result<()>>,
}

impl Socket {
    pub(crate) fn listening(listener: std::net::TcpListener) -> io::Result<Self> {
        TcpListener::from_std(listener).map(Self::Listening)
    }

    /// Returns the next connection; never, if the port is only reserved.
    pub(crate) async fn accept(&self) -> io::Result<TcpStream> {
        match self {
            Self::Listening(listener) => Ok(listener.accept().await?.0),
            Self::Reserved(_) => std::future::pending().await,
        }
    }

    fn go_online(self) -> io::Result<Self> {
        match self {
            Self::Listening(_) => Ok(self),
            Self::Reserved(socket) => {
                socket.listen(BACKLOG)?;
                Self::listening(socket.into())
            }
        }
    }

    fn go_offline(self) -> io::Result<Self> {
        match self {
            Self::Listening(listener) => {
                let address = listener.local_addr()?;
                drop(listener);
                reserve(address).map(Self::Reserved)
            }
            Self::Reserved(_) => Ok(self),
        }
    }
}

/// Binds the port without listening on it, so that no other program gets it meanwhile.
fn reserve(address: SocketAddr) -> io::Result<RawSocket> {
    let socket = RawSocket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // Connections that were closed a moment ago still have the port.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    // A process that this one is just starting has a copy of the listener until it executes its program.
    for _ in 0..ATTEMPTS {
        match socket.bind(&address.into()) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                std::thread::sleep(Duration::from_millis(1));
            }
            bound => return bound.map(|()| socket),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

impl Switch {
    /// Does what was requested, and reports it.
    pub(crate) fn turn(self, socket: Socket) -> io::Result<Socket> {
        let turned = if self.online {
            socket.go_online()
        } else {
            socket.go_offline()
        };
        match turned {
            Ok(socket) => {
                // The owner waits for this, unless its thread has panicked.
                let _ = self.done.send(Ok(()));
                Ok(socket)
            }
            Err(error) => {
                let kind = error.kind();
                let _ = self.done.send(Err(error));
                Err(kind.into())
            }
        }
    }
}
