package upstream

import (
	"bytes"
	"errors"
	"net/url"

	"eslguard/codec"
	"eslguard/proxy/internal/wire"
)

// A Link is a logged-in connection to FreeSWITCH. The zero Link is no connection.
type Link struct {
	Conn   *wire.Conn
	Reader *codec.UpstreamReader
}

// Interrupt ends every wait on the link, of readers and writers.
func (l Link) Interrupt() {
	l.Conn.Interrupt()
	_ = l.Conn.SetWriteDeadline(wire.Past)
}

// Send writes one frame that the proxy itself made. The error is that of the connection, or an
// *Error if f cannot be written as a frame.
func (l Link) Send(f codec.Frame) error {
	b, err := codec.Append(nil, &f)
	if err != nil {
		return &Error{"-ERR eslguard cannot log in to FreeSWITCH", errors.New("the upstream's password cannot be sent: it contains control characters")}
	}
	_, err = l.Conn.Write(b)
	return err
}

// maxHeartbeat is how many bytes of a HEARTBEAT event are read: it has about 900.
const maxHeartbeat = 8 << 10

// Version waits for a HEARTBEAT event, which the caller has subscribed to, and returns the version
// of FreeSWITCH that it names. It returns "" if the connection ends or is interrupted first.
func (l Link) Version() string {
	for {
		f, err := l.Reader.Next()
		if err != nil {
			return ""
		}
		if f.Kind != codec.KindEvent {
			continue
		}
		event, err := ReadBody(l.Reader, f, maxHeartbeat)
		if err != nil {
			return ""
		}
		if version, err := url.PathUnescape(eventHeader(event, "FreeSWITCH-Version")); err == nil && version != "" {
			return version
		}
	}
}

// ReadBody returns a copy of the first n bytes of the body of f, or all of a shorter one. The error
// is that of the connection.
func ReadBody(r *codec.UpstreamReader, f *codec.UpstreamFrame, n int) ([]byte, error) {
	body := append([]byte(nil), f.Body[:min(n, len(f.Body))]...)
	for f.Rest > 0 && len(body) < n {
		piece, err := r.More()
		if err != nil {
			return nil, err
		}
		if piece == nil {
			break
		}
		body = append(body, piece[:min(n-len(body), len(piece))]...)
	}
	return body, nil
}

// eventHeader returns the value of a header of a plain event, still escaped, and "" if the event
// has no such header.
func eventHeader(head []byte, name string) string {
	_, rest, ok := bytes.Cut(head, []byte("\n"+name+": "))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(value)
}
