//go:build race

package codec_test

// underRace: the race detector is on, under which pools forget at random.
const underRace = true
