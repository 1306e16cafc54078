// Package task speaks to people.
package task

// Farewell is said at the end.
const Farewell = "Auf Wiedersehn"

// Pause is the mark between thoughts.
const Pause = "…"