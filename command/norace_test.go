//go:build !race

package command_test

// raceAllocs is zero without the race detector.
const raceAllocs = 0
