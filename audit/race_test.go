//go:build race

package audit_test

// underRace reports whether the race detector is on, with which pools drop values at random.
const underRace = true
