package sessionlog

import (
	"cmp"
	"errors"
	"net/netip"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/policy"
	"eslguard/proxy/internal/admission"
	"eslguard/proxy/internal/tally"
)

// Why a login is refused: values of the field cause of the operator's log.
const (
	CauseWrong     = "wrong"     // no client has the password, or the user
	CauseExpired   = "expired"   // the password was right and has expired
	CauseAmbiguous = "ambiguous" // several clients have it
	CauseBusy      = "busy"      // too many passwords are being checked
	CauseSessions  = "sessions"  // the client has as many sessions as it may
	CauseAllowance = "allowance" // the client has used up its allowance of audit
	CauseUpstream  = "upstream"  // its FreeSWITCH cannot be logged in to
	CauseAudit     = "audit"     // it cannot be recorded
	CauseNone      = "none"      // the connection ended before a login came
)

// CauseOf says why policy.Login found no client.
func CauseOf(err error) string {
	var expired *policy.ExpiredError
	switch {
	case errors.As(err, &expired):
		return CauseExpired
	case errors.Is(err, policy.ErrUnknown):
		return CauseWrong
	case errors.Is(err, policy.ErrAmbiguous):
		return CauseAmbiguous
	default:
		return CauseBusy
	}
}

// Options are what the lines of all sessions need. All fields must be set.
type Options struct {
	// Journal writes the lines and limits their rate.
	Journal *tally.Journal
	// Shown returns a text that may come from a client as the log may have it.
	Shown func(string) string
	// Policy returns the policy in force, never nil.
	Policy func() *policy.Policy
}

// A Log writes the lines of the operator's log about one session. The journal limits their rate.
// Texts that a client sent are redacted, bounded and printable. It must be made with New. Only one
// goroutine may use it at a time.
type Log struct {
	o    *Options
	id   string
	addr netip.AddrPort
	// noLoginLogged is true once a line has said that there is no login, and why.
	noLoginLogged bool
	// ExpiredClient is the client whose password was sent after it had expired, "" for none. It is
	// for the operator's log alone: the record is not that client's, so it is not charged for it.
	ExpiredClient string
}

// New returns the Log of a session with that id, whose client has that address.
func New(o *Options, id string, addr netip.AddrPort) Log { return Log{o: o, id: id, addr: addr} }

// about adds the fields that every line about a session has. A nil e writes no line.
func (l *Log) about(e *zerolog.Event) *zerolog.Event {
	return e.Str("session", l.id).Stringer("addr", l.addr)
}

// network returns where the connection comes from.
func (l *Log) network() string {
	return admission.SourceText(admission.SourceOf(l.addr.Addr()))
}

// Denied reports a command that is not forwarded.
func (l *Log) Denied(r *audit.Record) {
	e := l.o.Journal.Line(tally.LineDenied, r.Client)
	if e == nil {
		return // its texts are not needed
	}
	l.about(e).Str("client", r.Client).Stringer("decision", r.Decision).Str("command", l.o.Shown(r.Command)).
		Str("reason", l.o.Shown(r.Reason)).Str("id", r.ID).Msg("a command is not let through")
}

// Login reports a login.
func (l *Log) Login(r *audit.Record) {
	e := l.o.Journal.Line(tally.LineLogin, r.Client)
	if e == nil {
		return
	}
	l.about(e).Str("client", r.Client).Str("upstream", r.Upstream)
	if r.User != "" {
		e.Str("user", l.o.Shown(r.User))
	}
	e.Str("policy", r.Policy).Msg("a client has logged in")
}

// maxNetworkClients is how many of the clients that may connect from an address a line names.
const maxNetworkClients = 3

// NoLogin reports a login that is refused, or that never came.
func (l *Log) NoLogin(r *audit.Record, cause string) {
	l.noLoginLogged = true
	network := l.network()
	e := l.o.Journal.Line(tally.LineNoLogin, network)
	if e == nil {
		return
	}
	l.about(e).Str("network", network).Str("cause", cause).Str("reason", l.o.Shown(r.Reason))
	if r.User != "" {
		e.Str("user", l.o.Shown(r.User))
	}
	if client := cmp.Or(r.Client, l.ExpiredClient); client != "" {
		e.Str("client", client)
	}
	names, others := l.o.Policy().ClientsFrom(l.addr.Addr(), maxNetworkClients)
	e.Strs("clients", names)
	if others > 0 {
		e.Int("clients_more", others)
	}
	if cause == CauseNone {
		e.Msg("a connection has ended without a login")
		return
	}
	e.Msg("a login is refused")
}

// End reports the end of a client's session, or of a connection that has sent something and no
// login.
func (l *Log) End(r *audit.Record) {
	if r.Client == "" {
		if !l.noLoginLogged {
			l.NoLogin(r, CauseNone)
		}
		return
	}
	e := l.o.Journal.Line(tally.LineEnd, r.Client)
	if e == nil {
		return
	}
	l.about(e).Str("client", r.Client).Str("reason", l.o.Shown(r.Reason)).Uint64("commands", r.Commands).Uint64("denied", r.Denied).
		Uint64("observed", r.Observed).
		Int64("took_ms", int64(r.Took/time.Millisecond)).Msg("a session has ended")
}

// TurnedAway reports a connection from an address that no client has. reason says so.
func (l *Log) TurnedAway(reason string) {
	network := l.network()
	if e := l.o.Journal.Line(tally.LineTurnedAway, network); e != nil {
		l.about(e).Str("network", network).Msg("refused a connection: " + reason)
	}
}
