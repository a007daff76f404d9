package wire

import "golang.org/x/sys/unix"

// closedEvent is the event that poll is asked for to learn that the far end has closed its side.
const closedEvent = unix.POLLRDHUP
