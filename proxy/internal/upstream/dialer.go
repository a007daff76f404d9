package upstream

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
	"eslguard/proxy/internal/wire"
)

// MaxLogins is how many logins at one FreeSWITCH are under way at once. Its listen backlog is 5
// (mod_event_socket.c), and of many simultaneous connections some get no greeting.
const MaxLogins = 8

// greetingTimeout is how long FreeSWITCH has to send its greeting before it is dialled again: a
// connection that its backlog dropped never gets a greeting.
const greetingTimeout = time.Second

// redialWait is the pause before FreeSWITCH is dialled again. Without it, a listener that closes
// connections at once would be dialled in a loop.
const redialWait = 100 * time.Millisecond

// An Error says why a client cannot be connected to its FreeSWITCH.
type Error struct {
	// Reply is what the client is answered, which never looks like a wrong password of its own.
	Reply string
	// Err is the cause.
	Err error
}

// Error returns the reply and the cause.
func (e *Error) Error() string {
	// The cause is in brackets and not after a colon: redaction takes what follows "password:" for
	// a password.
	return "proxy: " + strings.TrimPrefix(e.Reply, "-ERR ") + " (" + e.Err.Error() + ")"
}

// ReplyOf returns what a client is answered if err is why it has no connection to FreeSWITCH. It
// works for any error; nil is no error and must not be passed.
func ReplyOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Reply
	}
	return "-ERR FreeSWITCH is unreachable"
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

var (
	errAddressRefused  = errors.New("see apply-inbound-acl in event_socket.conf")
	errPasswordRefused = errors.New("see the upstream's password in the policy")
)

// A Dialer makes logged-in connections to FreeSWITCH. It is safe for use by several goroutines. It
// must be made with NewDialer.
type Dialer struct {
	timeout time.Duration
	// pause waits for a duration, but no longer than the context. Tests replace it.
	pause func(context.Context, time.Duration)
	mu    sync.Mutex
	// slots limits the logins under way, by address: a FreeSWITCH that is stuck delays its own
	// clients alone.
	slots map[string]chan struct{}
}

// NewDialer returns a Dialer that gives each connection and login up to timeout.
func NewDialer(timeout time.Duration) *Dialer {
	return &Dialer{timeout: timeout, pause: Pause, slots: make(map[string]chan struct{})}
}

// slotsOf returns the semaphore of one address.
func (d *Dialer) slotsOf(address string) chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	slots := d.slots[address]
	if slots == nil {
		slots = make(chan struct{}, MaxLogins)
		d.slots[address] = slots
	}
	return slots
}

// Dial connects to up and logs in, within the Dialer's timeout, which begins when fewer than
// MaxLogins other logins are under way at that address. If FreeSWITCH refuses the password and
// another one has been written meanwhile, Dial tries that one, once. Its error is an *Error.
func (d *Dialer) Dial(ctx context.Context, up *policy.Upstream) (Link, error) {
	password, err := d.passwordOf(ctx, up)
	if err != nil {
		return Link{}, &Error{"-ERR eslguard has no password for FreeSWITCH", err}
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

// dialWith is Dial with one password.
func (d *Dialer) dialWith(ctx context.Context, address, password string) (Link, error) {
	slots := d.slotsOf(address)
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return Link{}, &Error{"-ERR FreeSWITCH is busy", ctx.Err()}
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	var last error
	for ctx.Err() == nil {
		l, err := d.attempt(ctx, address, password)
		if err == nil {
			return l, nil
		}
		var final *Error
		switch {
		case !errors.As(err, &final):
			last = err
		case last != nil && wire.IsTimeout(final.Err):
			return Link{}, unreachable(last) // says more than that the time was up
		default:
			return Link{}, final
		}
		d.pause(ctx, redialWait)
	}
	if last == nil {
		last = ctx.Err()
	}
	return Link{}, unreachable(last)
}

// Pause waits for d, but no longer than ctx lasts.
func Pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func unreachable(err error) *Error {
	return &Error{"-ERR FreeSWITCH is unreachable", err}
}

// attempt dials once. An *Error is final; any other error is worth a second attempt.
func (d *Dialer) attempt(ctx context.Context, address, password string) (Link, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return Link{}, unreachable(err)
	}
	l := Link{Conn: wire.New(conn)}
	l.Reader = codec.NewUpstreamReader(l.Conn, codec.UpstreamLimits{})
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(wire.Past) })
	err = l.login(ctx, password)
	if !stop() && err == nil {
		err = ctx.Err() // the deadline may have been set already
	}
	if err != nil {
		conn.Close()
		return Link{}, err
	}
	return l, nil
}

// login waits for the greeting and sends the password.
func (l Link) login(ctx context.Context, password string) error {
	end, _ := ctx.Deadline()
	greeted := time.Now().Add(greetingTimeout)
	if greeted.After(end) {
		greeted = end
	}
	_ = l.Conn.SetDeadline(greeted)
	f, err := l.Reader.Next()
	if err != nil {
		return fmt.Errorf("no greeting: %w", err)
	}
	switch f.Kind {
	case codec.KindAuthRequest:
	case codec.KindRudeRejection:
		return &Error{"-ERR FreeSWITCH refuses eslguard's address", errAddressRefused}
	default:
		return &Error{"-ERR FreeSWITCH did not greet", errors.New("the program at this address does not speak the event socket protocol")}
	}
	_ = l.Conn.SetDeadline(end)
	if err := l.Send(codec.Frame{Line: []byte("auth " + password)}); err != nil {
		return err
	}
	if f, err = l.Reader.Next(); err != nil {
		return fmt.Errorf("no answer to the login: %w", err)
	}
	if f.Kind == codec.KindDisconnect { // it shuts down; a wrong password has an answer first
		return errors.New("FreeSWITCH ended the connection during the login")
	}
	if f.Kind != codec.KindCommandReply || !bytes.HasPrefix(f.Get("Reply-Text"), []byte("+OK accepted")) {
		return &Error{"-ERR FreeSWITCH refuses eslguard's password", errPasswordRefused}
	}
	return l.Conn.SetDeadline(time.Time{})
}
