package codec

import (
	"bytes"

	"eslguard/fstext/ascii"
)

// A ProtocolError is returned if FreeSWITCH, or an impostor, breaks the protocol. The connection
// cannot be used any more.
type ProtocolError struct {
	// Detail says what was wrong. Hostile text in it is quoted and bounded.
	Detail string
}

// Error returns the detail.
func (e *ProtocolError) Error() string { return "codec: upstream: " + e.Detail }

const (
	contentType = "content-type"
	// channelData is the beginning of the reply to connect (mod_event_socket.c, parse_command).
	channelData = "Event-Name: CHANNEL_DATA\n"
	// maxUpstreamDigits keeps a Content-Length within an int64.
	maxUpstreamDigits = 18
)

// parseUpstreamHead parses a head, which ends with a blank line. Its error is a *ProtocolError.
func parseUpstreamHead(head []byte, maxBody int64) (Kind, int64, error) {
	if bytes.IndexByte(head, '\r') >= 0 || bytes.IndexByte(head, 0) >= 0 {
		return KindInvalid, 0, &ProtocolError{Detail: "a CR or NUL in a header text"}
	}
	h := upstreamHead{length: -1}
	for rest := head; rest[0] != '\n'; {
		end := bytes.IndexByte(rest, '\n')
		if detail := h.add(rest[:end], maxBody); detail != "" {
			return KindInvalid, 0, &ProtocolError{Detail: detail}
		}
		rest = rest[end+1:]
	}
	switch {
	case h.kind == KindInvalid:
		return KindInvalid, 0, &ProtocolError{Detail: "no Content-Type"}
	case h.kind == KindCommandReply && bytes.HasPrefix(head, []byte(channelData)):
		if h.length >= 0 {
			return KindInvalid, 0, &ProtocolError{Detail: "a Content-Length in the reply to connect"}
		}
		h.kind = KindChannelData
	}
	return h.kind, max(h.length, 0), nil
}

// An upstreamHead is what the lines of a head have said so far. kind is KindInvalid without a
// Content-Type, length is -1 without a Content-Length.
type upstreamHead struct {
	kind   Kind
	length int64
}

// add adds a line. It returns what is wrong with the line, or "".
func (h *upstreamHead) add(line []byte, maxBody int64) (wrong string) {
	switch value, name := contentHeader(line); name {
	case contentLength:
		n, ok := parseDecimal(value, maxUpstreamDigits)
		switch {
		case h.length >= 0:
			return "two Content-Length in one frame"
		case !ok:
			return "Content-Length is not a length: " + quote(value)
		case n > maxBody:
			return "Content-Length is too large: " + quote(value)
		}
		h.length = n
	case contentType:
		if h.kind != KindInvalid {
			return "two Content-Type in one frame"
		}
		if h.kind = kindOf(value); h.kind == KindInvalid {
			return "unknown Content-Type " + quote(value)
		}
	case malformed:
		return "malformed header " + quote(line)
	}
	return ""
}

// parseEventHead is a fast path for events, which are nearly all that FreeSWITCH sends. It parses
// the head of an event exactly as FreeSWITCH writes it (mod_event_socket.c, read_packet) and
// returns its length. head is 0 for any other or incomplete head; parseUpstreamHead parses those.
func parseEventHead(p []byte) (head int, length int64) {
	const (
		first  = "Content-Length: "
		second = "\nContent-Type: text/event-"
		digits = 10
		last   = len("plain\n\n")
	)
	if len(p) < len(first)+digits+len(second)+last || string(p[:len(first)]) != first || p[len(first)] == '0' {
		return 0, 0
	}
	i := len(first)
	for i < len(first)+digits && '0' <= p[i] && p[i] <= '9' {
		length = 10*length + int64(p[i]-'0')
		i++
	}
	if i == len(first) || string(p[i:i+len(second)]) != second {
		return 0, 0
	}
	i += len(second)
	switch format := p[i : i+last]; {
	case string(format) == "plain\n\n":
		return i + len("plain\n\n"), length
	case string(format[:6]) == "json\n\n":
		return i + len("json\n\n"), length
	case string(format[:5]) == "xml\n\n":
		return i + len("xml\n\n"), length
	}
	return 0, 0
}

// malformed is returned as the name of a header that begins like one of the two that matter, so
// that a client could mistake it for that one.
const malformed = "malformed"

// contentHeader returns the value and the name of a Content-Type or Content-Length line. It returns
// an empty name for all other lines.
func contentHeader(line []byte) (value []byte, name string) {
	const prefix = "content-"
	if len(line) <= len(prefix) || line[0]|0x20 != 'c' || !ascii.EqualFold(line[:len(prefix)], prefix) {
		return nil, ""
	}
	for _, name := range [...]string{contentLength, contentType} {
		if !ascii.HasPrefixFold(line[len(prefix):], name[len(prefix):]) {
			continue
		}
		if len(line) == len(name) || line[len(name)] != ':' {
			return nil, malformed
		}
		value = line[len(name)+1:]
		if len(value) > 0 && value[0] == ' ' {
			value = value[1:]
		}
		return value, name
	}
	return nil, ""
}

func kindOf(value []byte) Kind {
	switch string(value) {
	case "auth/request":
		return KindAuthRequest
	case "text/rude-rejection":
		return KindRudeRejection
	case "command/reply":
		return KindCommandReply
	case "api/response":
		return KindAPIResponse
	case "text/event-plain", "text/event-json", "text/event-xml":
		return KindEvent
	case "log/data":
		return KindLog
	case "text/disconnect-notice":
		return KindDisconnect
	}
	return KindInvalid
}
