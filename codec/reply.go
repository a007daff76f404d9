package codec

import (
	"strconv"
	"unicode/utf8"
)

// The functions of this file write what the proxy itself sends to a client, exactly as FreeSWITCH
// writes it (mod_event_socket.c, listener_run and send_disconnect).

// maxDisconnectBody is the maximum size in bytes of a disconnect notice's body.
const maxDisconnectBody = 256

// AppendAuthRequest appends the greeting.
func AppendAuthRequest(dst []byte) []byte {
	return append(dst, "Content-Type: auth/request\n\n"...)
}

// AppendRudeRejection appends the frame that rejects an address that no client may use.
func AppendRudeRejection(dst []byte) []byte {
	return append(dst, "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"...)
}

// AppendDisconnectNotice appends a disconnect notice. Its body is FreeSWITCH's goodbye of 67 bytes
// if reason is empty. Otherwise it is one line with the reason, which is shortened if necessary and
// has its control characters replaced.
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

// AppendCommandReply appends a command/reply. Control characters in text, except TAB, become
// spaces. An empty text, which no client library survives, becomes "-ERR command not found", as in
// FreeSWITCH.
func AppendCommandReply(dst []byte, text string) []byte {
	if text == "" {
		text = "-ERR command not found"
	}
	dst = append(dst, "Content-Type: command/reply\nReply-Text: "...)
	return append(appendText(dst, text), "\n\n"...)
}

// AppendAPIHead appends the head of an api/response; its body of n bytes must follow. FreeSWITCH
// never sends an empty body.
func AppendAPIHead(dst []byte, n int64) []byte {
	dst = append(dst, "Content-Type: api/response\nContent-Length: "...)
	dst = strconv.AppendInt(dst, n, 10)
	return append(dst, "\n\n"...)
}

// AppendAPIResponse appends an api/response. An empty body becomes "-ERR no reply\n", as in
// FreeSWITCH.
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

// appendText appends s with its control characters, except TAB, replaced by spaces.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c < 0x20 && c != '\t' || c == 0x7f {
			c = ' '
		}
		dst = append(dst, c)
	}
	return dst
}

// cut returns at most n bytes of s. It does not split a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
