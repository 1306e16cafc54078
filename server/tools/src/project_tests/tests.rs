//! Which command tests which project.
