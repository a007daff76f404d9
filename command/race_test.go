//go:build race

package command_test

// raceAllocs is what the race detector adds to the allocations of a long originate.
const raceAllocs = 2
