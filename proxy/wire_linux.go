package proxy

import "golang.org/x/sys/unix"

// closedEvent is what poll is asked for to learn that the far end has closed its side.
const closedEvent = unix.POLLRDHUP
