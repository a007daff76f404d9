package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"eslguard/codec"
	"eslguard/policy"
)

// maxUpstreamLogins is how many logins at FreeSWITCH are under way at once. Its listen
// backlog is 5 (mod_event_socket.c), and of many connections at once some get no greeting.
const maxUpstreamLogins = 8

// greetingPatience is how long FreeSWITCH has to greet before it is dialled again: a
// connection that its backlog dropped never gets a greeting.
const greetingPatience = time.Second

// redialWait is the wait before FreeSWITCH is dialled again: what closes at once would be dialled without end.
const redialWait = 100 * time.Millisecond

// An upstreamError says why there is no FreeSWITCH for a client. Reply is what the client
// is told, which never looks like a wrong password of its own.
type upstreamError struct {
	reply string
	err   error
}

func (e *upstreamError) Error() string {
	// Not after a colon, since what follows "password:" is taken for one where this is redacted.
	return "proxy: " + strings.TrimPrefix(e.reply, "-ERR ") + " (" + e.err.Error() + ")"
}
func (e *upstreamError) Unwrap() error { return e.err }

var (
	errAddressRefused  = errors.New("see apply-inbound-acl in event_socket.conf")
	errPasswordRefused = errors.New("see the upstream's password in the policy")
)

// A dialer makes logged-in connections to FreeSWITCH.
type dialer struct {
	timeout time.Duration
	// pause waits, not longer than the context. Tests put their own in its place.
	pause func(context.Context, time.Duration)
	mu    sync.Mutex
	lines map[string]chan struct{} // by address: a FreeSWITCH that is stuck holds up its own clients alone
}

// line is where those wait who dial address.
func (d *dialer) line(address string) chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lines[address]
	if l == nil {
		l = make(chan struct{}, maxUpstreamLogins)
		d.lines[address] = l
	}
	return l
}

func newDialer(timeout time.Duration) *dialer {
	return &dialer{timeout: timeout, pause: pause, lines: make(map[string]chan struct{})}
}

// A link is a logged-in connection to FreeSWITCH.
type link struct {
	w      *wire
	reader *codec.UpstreamReader
}

// dial connects and logs in, within the dialer's timeout once its turn has come. If FreeSWITCH
// refuses the password and another one has been written meanwhile, it tries that one, once. Its
// error is an *upstreamError.
func (d *dialer) dial(ctx context.Context, up *policy.Upstream) (link, error) {
	password, err := d.passwordOf(ctx, up)
	if err != nil {
		return link{}, &upstreamError{"-ERR eslguard has no password for FreeSWITCH", err}
	}
	l, err := d.dialWith(ctx, up.Address, password)
	if !errors.Is(err, errPasswordRefused) {
		return l, err
	}
	if newer, ok := d.newerPassword(ctx, up, password); ok {
		return d.dialWith(ctx, up.Address, newer)
	}
	return l, err
}

// dialWith is dial with one password.
func (d *dialer) dialWith(ctx context.Context, address, password string) (link, error) {
	line := d.line(address)
	select {
	case line <- struct{}{}:
		defer func() { <-line }()
	case <-ctx.Done():
		return link{}, &upstreamError{"-ERR FreeSWITCH is busy", ctx.Err()}
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	var last error
	for ctx.Err() == nil {
		l, err := d.attempt(ctx, address, password)
		if err == nil {
			return l, nil
		}
		var final *upstreamError
		switch {
		case !errors.As(err, &final):
			last = err
		case last != nil && isTimeout(final.err):
			return link{}, unreachable(last) // says more than that time was up
		default:
			return link{}, final
		}
		d.pause(ctx, redialWait)
	}
	if last == nil {
		last = ctx.Err()
	}
	return link{}, unreachable(last)
}

// pause waits, not longer than ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func unreachable(err error) *upstreamError {
	return &upstreamError{"-ERR FreeSWITCH is unreachable", err}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// attempt dials once. An *upstreamError is final; another error is worth a second attempt.
func (d *dialer) attempt(ctx context.Context, address, password string) (link, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return link{}, unreachable(err)
	}
	l := link{w: newWire(conn)}
	l.reader = codec.NewUpstreamReader(l.w, codec.UpstreamLimits{})
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(past) })
	err = l.login(ctx, password)
	if !stop() && err == nil {
		err = ctx.Err() // the deadline may stand already
	}
	if err != nil {
		conn.Close()
		return link{}, err
	}
	return l, nil
}

func (l link) login(ctx context.Context, password string) error {
	end, _ := ctx.Deadline()
	patience := time.Now().Add(greetingPatience)
	if patience.After(end) {
		patience = end
	}
	_ = l.w.SetDeadline(patience)
	f, err := l.reader.Next()
	if err != nil {
		return fmt.Errorf("no greeting: %w", err)
	}
	switch f.Kind {
	case codec.KindAuthRequest:
	case codec.KindRudeRejection:
		return &upstreamError{"-ERR FreeSWITCH refuses eslguard's address", errAddressRefused}
	default:
		return &upstreamError{"-ERR FreeSWITCH did not greet", errors.New("what answers does not speak the event socket's protocol")}
	}
	_ = l.w.SetDeadline(end)
	if err := l.send(codec.Frame{Line: []byte("auth " + password)}); err != nil {
		return err
	}
	if f, err = l.reader.Next(); err != nil {
		return fmt.Errorf("no answer to the login: %w", err)
	}
	if f.Kind != codec.KindCommandReply || !bytes.HasPrefix(f.Get("Reply-Text"), []byte("+OK accepted")) {
		return &upstreamError{"-ERR FreeSWITCH refuses eslguard's password", errPasswordRefused}
	}
	return l.w.SetDeadline(time.Time{})
}

// interrupt ends every wait on the link, of readers and writers.
func (l link) interrupt() {
	l.w.interrupt()
	_ = l.w.SetWriteDeadline(past)
}

// send writes one frame that the proxy itself made.
func (l link) send(f codec.Frame) error {
	b, err := codec.Append(nil, &f)
	if err != nil {
		return &upstreamError{"-ERR eslguard cannot log in to FreeSWITCH", errors.New("the upstream's password cannot be sent: it holds control characters")}
	}
	_, err = l.w.Write(b)
	return err
}
