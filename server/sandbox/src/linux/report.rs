//! What the first process of a command tells the server, over a socket of their own.

use std::ffi::c_int;

use super::sys::Errno;

macro_rules! steps {
    ($($name:ident: $sentence:literal,)*) => {
        /// A step of the way into confinement, to say which one failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(i32)]
        pub(crate) enum Step { $($name,)* }

        impl Step {
            const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What could not be done.
            pub(crate) fn what(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

steps! {
    Namespaces: "making private namespaces",
    Identity: "mapping the own user into the namespace",
    PrivateMounts: "making the mounts private",
    Nothing: "mounting what hides secrets",
    Overlay: "mounting an overlay over the workspace",
    Bind: "mounting a private folder",
    Hidden: "mounting empty folders over the machine's",
    Devices: "making the devices",
    Processes: "mounting the processes of the namespace",
    ReadOnly: "making the file system read-only",
    Loopback: "bringing loopback up",
    Proxy: "listening for the proxy",
    Privileges: "giving up privileges",
    Limits: "setting limits",
    Folder: "entering the folder",
    Confine: "preparing the limits",
    Landlock: "restricting files with Landlock",
    Seccomp: "restricting system calls with seccomp",
    Start: "starting a process",
    Execute: "running bash",
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// A listening socket comes with it.
    Listening,
    /// What comes with it is where the command's calls are answered.
    Asking,
    Started,
    /// It was not started.
    Failed {
        step: Step,
        errno: Errno,
    },
    /// With the command's wait status.
    Ended {
        status: c_int,
    },
}

impl Message {
    pub(super) const SIZE: usize = 12;

    pub(super) fn encode(self) -> [u8; Self::SIZE] {
        let numbers = match self {
            Self::Listening => [0, 0, 0],
            Self::Started => [1, 0, 0],
            Self::Failed { step, errno } => [2, step as i32, errno],
            Self::Ended { status } => [3, status, 0],
            Self::Asking => [4, 0, 0],
        };
        let mut bytes = [0; Self::SIZE];
        for (place, byte) in bytes.iter_mut().zip(numbers.into_iter().flat_map(i32::to_ne_bytes)) {
            *place = byte;
        }
        bytes
    }

    pub(super) fn decode(bytes: [u8; Self::SIZE]) -> Option<Self> {
        let (numbers, _) = bytes.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|number| i32::from_ne_bytes(*number));
        match (numbers.next()?, numbers.next()?, numbers.next()?) {
            (0, ..) => Some(Self::Listening),
            (1, ..) => Some(Self::Started),
            (2, step, errno) => {
                let step = Step::ALL.iter().find(|known| **known as i32 == step)?;
                Some(Self::Failed { step: *step, errno })
            }
            (3, status, _) => Some(Self::Ended { status }),
            (4, ..) => Some(Self::Asking),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_arrives_as_it_was_sent() {
        let failed = |step| Message::Failed { step, errno: 13 };
        let ended = Message::Ended { status: 9 };
        let others = [Message::Listening, Message::Asking, Message::Started, ended];
        for message in Step::ALL.iter().copied().map(failed).chain(others) {
            assert_eq!(Message::decode(message.encode()), Some(message));
        }
    }
}
