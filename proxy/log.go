package proxy

import (
	"cmp"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/policy"
	"eslguard/proxy/internal/admission"
	"eslguard/proxy/internal/tally"
)

// Why a login is refused: values of the field cause of the operator's log.
const (
	causeWrong     = "wrong"     // no client has the password, or the user
	causeExpired   = "expired"   // the password was right and has expired
	causeAmbiguous = "ambiguous" // several clients have it
	causeBusy      = "busy"      // too many passwords are being checked
	causeSessions  = "sessions"  // the client has as many sessions as it may
	causeAllowance = "allowance" // the client has used up its allowance of audit
	causeUpstream  = "upstream"  // its FreeSWITCH cannot be logged in to
	causeAudit     = "audit"     // it cannot be recorded
	causeNone      = "none"      // the connection ended before a login came
)

// causeOf says why policy.Login found no client.
func causeOf(err error) string {
	var expired *policy.ExpiredError
	switch {
	case errors.As(err, &expired):
		return causeExpired
	case errors.Is(err, policy.ErrUnknown):
		return causeWrong
	case errors.Is(err, policy.ErrAmbiguous):
		return causeAmbiguous
	default:
		return causeBusy
	}
}

// A sessionLog writes the lines of the operator's log about one session. The journal limits their
// rate. Texts that a client sent are redacted, bounded and printable.
type sessionLog struct {
	s *session
	// noLoginLogged is true once a line has said that there is no login, and why.
	noLoginLogged bool
	// expiredClient is the client whose password was sent after it had expired, "" for none. It is
	// for the operator's log alone: the record is not that client's, so it is not charged for it.
	expiredClient string
}

// about adds the fields that every line about a session has. A nil e writes no line.
func (l *sessionLog) about(e *zerolog.Event) *zerolog.Event {
	return e.Str("session", l.s.id).Str("addr", l.s.addrText)
}

// shown returns a text that may come from a client as the log may have it.
func (l *sessionLog) shown(text string) string { return l.s.srv.secrets.Shown(text) }

// network returns where the connection comes from.
func (l *sessionLog) network() string { return admission.SourceText(l.s.entry.place.Source) }

// denied reports a command that is not forwarded.
func (l *sessionLog) denied(r *audit.Record) {
	e := l.s.srv.journal.Line(tally.LineDenied, r.Client)
	if e == nil {
		return // its texts are not needed
	}
	l.about(e).Str("client", r.Client).Stringer("decision", r.Decision).Str("command", l.shown(r.Command)).
		Str("reason", l.shown(r.Reason)).Str("id", r.ID).Msg("a command is not let through")
}

// login reports a login.
func (l *sessionLog) login(r *audit.Record) {
	e := l.s.srv.journal.Line(tally.LineLogin, r.Client)
	if e == nil {
		return
	}
	l.about(e).Str("client", r.Client).Str("upstream", r.Upstream)
	if r.User != "" {
		e.Str("user", l.shown(r.User))
	}
	e.Str("policy", r.Policy).Msg("a client has logged in")
}

// maxNetworkClients is how many of the clients that may connect from an address a line names.
const maxNetworkClients = 3

// noLogin reports a login that is refused, or that never came.
func (l *sessionLog) noLogin(r *audit.Record, cause string) {
	l.noLoginLogged = true
	network := l.network()
	e := l.s.srv.journal.Line(tally.LineNoLogin, network)
	if e == nil {
		return
	}
	l.about(e).Str("network", network).Str("cause", cause).Str("reason", l.shown(r.Reason))
	if r.User != "" {
		e.Str("user", l.shown(r.User))
	}
	if client := cmp.Or(r.Client, l.expiredClient); client != "" {
		e.Str("client", client)
	}
	names, others := l.s.srv.Policies.Current().ClientsFrom(l.s.addr.Addr(), maxNetworkClients)
	e.Strs("clients", names)
	if others > 0 {
		e.Int("clients_more", others)
	}
	if cause == causeNone {
		e.Msg("a connection has ended without a login")
		return
	}
	e.Msg("a login is refused")
}

// end reports the end of a client's session, or of a connection that has sent something and no
// login.
func (l *sessionLog) end(r *audit.Record) {
	if r.Client == "" {
		if !l.noLoginLogged {
			l.noLogin(r, causeNone)
		}
		return
	}
	e := l.s.srv.journal.Line(tally.LineEnd, r.Client)
	if e == nil {
		return
	}
	l.about(e).Str("client", r.Client).Str("reason", l.shown(r.Reason)).Uint64("commands", r.Commands).Uint64("denied", r.Denied).
		Uint64("observed", r.Observed).
		Int64("took_ms", int64(r.Took/time.Millisecond)).Msg("a session has ended")
}

// turnedAway reports a connection from an address that no client has.
func (l *sessionLog) turnedAway() {
	network := l.network()
	if e := l.s.srv.journal.Line(tally.LineTurnedAway, network); e != nil {
		l.about(e).Str("network", network).Msg("refused a connection: " + reasonAddress)
	}
}
