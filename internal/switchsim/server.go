package switchsim

import (
	"cmp"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/core"
	"eslguard/internal/switchsim/internal/event"
)

// Options configure a Switch. With the zero value it listens on a free loopback port, has the
// password ClueCon and no directory users.
type Options struct {
	// Addr is the TCP address to listen on. Empty: a free port of 127.0.0.1.
	Addr string
	// Password is the password for auth. Empty: ClueCon.
	Password string
	// Users are the users that can log in with userauth, by `user@domain`.
	Users map[string]User
	// Aliases are the aliases of the console. They apply only to commands with console_execute.
	Aliases map[string]string
	// Globals are the switch's global variables, in addition to hostname.
	Globals map[string]string
	// APIs are the names of further APIs that exist. Like all that are known but not simulated,
	// they answer +OK.
	APIs []string
	// Apps are the names of further applications that exist, in addition to those of the recorded
	// `show application`.
	Apps []string
	// DialString is the parameter dial-string of every user of the directory. It is expanded for a
	// leg of the type user, and the result is dialled. Every user and group with a plain name
	// exists. Empty: such a leg simply answers.
	DialString string
	// Second is the duration of a second of sched_api and sched_broadcast. Zero: a second.
	Second time.Duration
	// Queue is how many events, and how many log lines, can wait for a session. A session that
	// loses more than 500 in a row is killed. Zero: 100,000, as in FreeSWITCH.
	Queue int
	// Quiet turns the recording of executions and commands off, for benchmarks.
	Quiet bool
	// Greeted is how many connections that are not logged in are greeted at a time. One more is
	// accepted but not greeted, as if it were in FreeSWITCH's backlog. Zero: all are greeted.
	Greeted int
}

// A User is a user of the directory, with the parameters that the event socket uses. The zero User
// cannot log in.
type User struct {
	// Password is esl-password. Empty: userauth fails.
	Password string
	// Events and APIs are esl-allowed-events and esl-allowed-api, names separated by commas or
	// blanks. Empty: all.
	Events, APIs string
	// NoLog reports whether esl-allowed-log is false.
	NoLog bool
}

// A Switch is a simulated FreeSWITCH. Its methods may be called from any goroutine. It must be made
// with Start.
type Switch struct {
	opts    Options
	core    *core.Core
	ln      net.Listener
	trouble atomic.Pointer[Trouble]
	wg      sync.WaitGroup
	done    chan struct{}

	mu       sync.Mutex // guards the following fields
	closed   bool
	sessions map[*session]struct{}
	lastID   int
	logins   int
	waiting  int           // connections that are not logged in
	peak     int           // see Peak
	peakWait int           // see PeakWaiting
	changed  chan struct{} // closed when trouble changes
	ended    []Connection  // the sessions that are over
	// peakListeners is what PeakListeners returns.
	peakListeners int
}

// Start starts a Switch that listens and serves until Close. The error says that it cannot listen
// on Options.Addr.
func Start(opts Options) (*Switch, error) {
	opts.Password = cmp.Or(opts.Password, "ClueCon")
	opts.Queue = cmp.Or(opts.Queue, maxQueue)
	ln, err := net.Listen("tcp", cmp.Or(opts.Addr, "127.0.0.1:0"))
	if err != nil {
		return nil, err
	}
	s := &Switch{
		opts: opts, ln: ln,
		done:     make(chan struct{}),
		sessions: map[*session]struct{}{},
		changed:  make(chan struct{}),
	}
	s.core = core.New(core.Options{
		Aliases: opts.Aliases, Globals: opts.Globals, APIs: opts.APIs, Apps: opts.Apps,
		DialString: opts.DialString, Second: opts.Second, Quiet: opts.Quiet, Deliver: s.deliver,
	})
	s.trouble.Store(&Trouble{})
	s.wg.Go(s.accept)
	return s, nil
}

// Addr returns the address on which the switch listens, as host:port.
func (s *Switch) Addr() string { return s.ln.Addr().String() }

// Close stops listening, closes all connections without a notice and waits until every goroutine
// has ended. It may be called more than once.
func (s *Switch) Close() {
	s.closeAll()
	s.wg.Wait()
	s.core.Close()
}

// closeAll stops listening and closes all connections.
func (s *Switch) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	close(s.done)
	s.ln.Close()
	for c := range s.sessions {
		c.conn.Close()
	}
}

// Logins returns how many logins succeeded.
func (s *Switch) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// Sessions returns how many connections are open now, logged in or not.
func (s *Switch) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Peak returns the largest number of connections that were open at a time.
func (s *Switch) Peak() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peak
}

// PeakWaiting returns the largest number of connections that were open at a time and not logged in.
func (s *Switch) PeakWaiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peakWait
}

func (s *Switch) accept() {
	for {
		conn, err := s.ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if c := s.track(conn.(*net.TCPConn)); c != nil {
			s.wg.Go(c.run)
		}
	}
}

// track adds a new connection. It returns nil if the switch is closing.
func (s *Switch) track(conn *net.TCPConn) *session {
	defer s.core.Wake() // without mu, so that the function of Await may count sessions
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		conn.Close()
		return nil
	}
	s.lastID++
	c := &session{sw: s, id: s.lastID, conn: conn}
	c.in = frame.NewReader(commandSource{c})
	c.cond.L = &c.mu
	s.sessions[c] = struct{}{}
	s.peak = max(s.peak, len(s.sessions))
	s.waiting++
	s.peakWait = max(s.peakWait, s.waiting)
	c.queued = s.opts.Greeted > 0 && s.waiting > s.opts.Greeted
	return c
}

// untrack removes a connection.
func (s *Switch) untrack(c *session) {
	defer s.core.Wake() // without mu, as in track
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, c)
	if !s.opts.Quiet {
		s.ended = append(s.ended, c.describe())
	}
	if !c.authed {
		s.waiting--
	}
}

// loggedIn counts a login of c.
func (s *Switch) loggedIn(c *session) {
	defer s.core.Wake() // without mu, as in track
	s.mu.Lock()
	defer s.mu.Unlock()
	c.authed = true
	s.logins++
	s.waiting--
}

// deliver offers events to all sessions, in order.
func (s *Switch) deliver(events ...*event.Fired) {
	s.each(func(c *session) {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, e := range events {
			if c.subs.Wants(e) {
				c.push(e)
			}
		}
	})
}

// each calls f for every session, in any order.
func (s *Switch) each(f func(*session)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sessions {
		f(c)
	}
}
