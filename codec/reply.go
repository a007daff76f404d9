package codec

// What the proxy itself says to a client, in the exact form that FreeSWITCH uses.

// AppendAuthRequest appends the greeting.
func AppendAuthRequest(dst []byte) []byte { panic("todo") }

// AppendRudeRejection appends what a stranger is told.
func AppendRudeRejection(dst []byte) []byte { panic("todo") }

// AppendDisconnectNotice appends FreeSWITCH's own 67 bytes of goodbye. With a reason, that
// stands in their place, on a line of its own, bounded and without control characters.
func AppendDisconnectNotice(dst []byte, reason string) []byte { panic("todo") }

// AppendCommandReply appends a command/reply. Control characters in text become spaces;
// an empty text, which no client survives, becomes "-ERR command not found", as FreeSWITCH does it.
func AppendCommandReply(dst []byte, text string) []byte { panic("todo") }

// AppendAPIResponse appends an api/response with that body; an empty one becomes
// "-ERR no reply\n", as FreeSWITCH does it.
func AppendAPIResponse(dst, body []byte) []byte { panic("todo") }
