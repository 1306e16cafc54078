//! What can be used up, and what the server stumbles over.

use crate::attack::{Attack, Expect};

const UP: &str = "nothing bounds it elsewhere";
const SERVER: &str = "there is no server to stumble without a workbench";
const WALK: &str = "the server walks the layer by descriptors, within bounds, and opens regular files only";

pub(super) const ROWS: &[Attack] = &[
    Attack::new(
        "fork-bomb",
        "1,000 processes at once",
        "a bound on processes in a namespace of its own; on a copy the server counts them",
    )
    .refused(),
    Attack::new(
        "memory",
        "more address space than the limit",
        "a limit on each process's memory",
    )
    .refused(),
    Attack::new(
        "fill-disk",
        "a gigabyte of ignored files",
        "the disk is watched; the command is ended",
    )
    .expect(Expect::Ended("disk"))
    .uncontrolled(UP),
    Attack::new(
        "fill-temporary-folder",
        "a gigabyte in `$TMPDIR`",
        "it lies in the layer, which is watched",
    )
    .expect(Expect::Ended("disk"))
    .uncontrolled(UP),
    Attack::new("grow-file", "one file of a terabyte", "a limit on each file's size").refused(),
    Attack::new("many-files", "1,000 files", "what comes back is bounded").uncontrolled(SERVER),
    Attack::new("deep-folders", "3,000 folders in each other", WALK).uncontrolled(SERVER),
    Attack::new(
        "sealed-folders",
        "folders without any permission, the workspace included",
        WALK,
    )
    .uncontrolled(SERVER),
    Attack::new(
        "odd-files",
        "pipes, sockets, names of odd bytes, links to themselves, a sparse file of 900 MB",
        WALK,
    )
    .uncontrolled(SERVER),
    Attack::new(
        "flood-output",
        "a gigabyte of output",
        "a bound on output; the command is ended",
    )
    .expect(Expect::Ended("output"))
    .uncontrolled(UP),
    Attack::new("spin", "a loop without end", "the time limit").expect(Expect::TimedOut),
];
