//go:build unix && !linux

package wire

// closedEvent is the event that poll is asked for to learn that the far end has closed its side.
// These systems report that unasked.
const closedEvent = 0
