package codec

import (
	"strconv"
	"unicode/utf8"
)

// What the proxy itself says to a client, in the exact form that FreeSWITCH uses
// (mod_event_socket.c, listener_run and send_disconnect).

// maxDisconnectBody is the most bytes of a disconnect notice's body.
const maxDisconnectBody = 256

// AppendAuthRequest appends the greeting.
func AppendAuthRequest(dst []byte) []byte {
	return append(dst, "Content-Type: auth/request\n\n"...)
}

// AppendRudeRejection appends what a stranger is told.
func AppendRudeRejection(dst []byte) []byte {
	return append(dst, "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"...)
}

// AppendDisconnectNotice appends FreeSWITCH's own 67 bytes of goodbye. With a reason, that
// stands in their place, on a line of its own, bounded and without control characters.
func AppendDisconnectNotice(dst []byte, reason string) []byte {
	body := "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
	if reason != "" {
		const frame = len("Disconnected: \n")
		body = "Disconnected: " + string(appendText(nil, cut(reason, maxDisconnectBody-frame))) + "\n"
	}
	dst = append(dst, "Content-Type: text/disconnect-notice\nContent-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(body)), 10)
	return append(append(dst, "\n\n"...), body...)
}

// AppendCommandReply appends a command/reply. Control characters in text become spaces;
// an empty text, which no client survives, becomes "-ERR command not found", as FreeSWITCH does it.
func AppendCommandReply(dst []byte, text string) []byte {
	if text == "" {
		text = "-ERR command not found"
	}
	dst = append(dst, "Content-Type: command/reply\nReply-Text: "...)
	return append(appendText(dst, text), "\n\n"...)
}

// AppendAPIHead appends the head of an api/response whose body, of n bytes, is to follow.
// FreeSWITCH sends none with a body of 0 bytes.
func AppendAPIHead(dst []byte, n int64) []byte {
	dst = append(dst, "Content-Type: api/response\nContent-Length: "...)
	dst = strconv.AppendInt(dst, n, 10)
	return append(dst, "\n\n"...)
}

// AppendAPIResponse appends an api/response with that body; an empty one becomes
// "-ERR no reply\n", as FreeSWITCH does it.
func AppendAPIResponse(dst, body []byte) []byte {
	const noReply = "-ERR no reply\n"
	n := len(body)
	if n == 0 {
		n = len(noReply)
	}
	dst = AppendAPIHead(dst, int64(n))
	if len(body) == 0 {
		return append(dst, noReply...)
	}
	return append(dst, body...)
}

// appendText appends s with its control characters as spaces.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c < 0x20 || c == 0x7f {
			c = ' '
		}
		dst = append(dst, c)
	}
	return dst
}

// cut returns at most n bytes of s, and no part of a character at their end.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
