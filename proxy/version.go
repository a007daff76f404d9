package proxy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"eslguard/codec"
	"eslguard/policy"
)

// maxVersion is how many bytes of FreeSWITCH's version are read.
const maxVersion = 256

// Version logs in to an upstream, asks for its version and leaves. The version is "" where the
// upstream does not tell it. Its error says why no client could be brought there; it holds no
// password. It takes DialTimeout at most.
func (s *Server) Version(ctx context.Context, up *policy.Upstream) (version string, err error) {
	defer func() {
		if fault := recover(); fault != nil { // nothing that an upstream sends ends the program
			version, err = "", fmt.Errorf("proxy: internal error: %.200v", fault)
		}
	}()
	s.setUp()
	l, err := s.dialer.dial(ctx, up)
	if err != nil {
		return "", err
	}
	defer l.w.Close()
	defer context.AfterFunc(ctx, l.interrupt)()
	_ = l.w.SetDeadline(time.Now().Add(s.dialer.timeout))
	if ctx.Err() != nil { // the deadline may stand in the place of the interruption
		return "", ctx.Err()
	}
	if err := l.send(codec.Frame{Line: []byte("api version")}); err != nil {
		return "", nil // it has been logged in to, which is what matters
	}
	f, err := l.reader.Next()
	if err != nil || f.Kind != codec.KindAPIResponse {
		return "", nil
	}
	body, err := readBody(l.reader, f, maxVersion)
	if err != nil {
		return "", nil
	}
	_ = l.send(codec.Frame{Line: []byte("exit")}) // a close alone would do
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	if !strings.HasPrefix(line, "FreeSWITCH ") {
		return "", nil // an error, or what no FreeSWITCH says
	}
	return s.shown(line), nil
}
