//go:build race

package answers

// underRace reports whether the race detector is on. It makes pools drop values at random.
const underRace = true
