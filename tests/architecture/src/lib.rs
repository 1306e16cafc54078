//! Checks that the code keeps to its own map: who imports whom, which crate holds which third party, and what
//! no file may contain. Each rule is a function from what it looks at to a list of violations; its tests show
//! one of each, and one test holds the whole repository against it.

#[cfg(test)]
mod crates;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod tree;
