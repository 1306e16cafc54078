// Package task speaks to people.
package task

// Farewell is said at the end.
const Farewell = "Auf Wiedersehen"

// Pause is the mark between thoughts.
const Pause = "…"