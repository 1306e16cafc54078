//! Patches as models and git write them.
