//go:build race

package event_test

// underRace reports whether the race detector is on. It makes pools drop values at random.
const underRace = true
