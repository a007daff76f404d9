//go:build !race

package command_test

// raceAllocs: there is no race detector to add any.
const raceAllocs = 0
