//go:build unix && !linux

package proxy

// closedEvent is what poll is asked for to learn that the far end has closed its side: nothing,
// since it tells that unasked.
const closedEvent = 0
