package proxy

import (
	"cmp"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/policy"
)

// Why a login is refused: values of the field cause of the operator's log.
const (
	causeWrong     = "wrong"     // no client has the password, or the user
	causeExpired   = "expired"   // the password was right and has ended
	causeAmbiguous = "ambiguous" // several clients have it
	causeBusy      = "busy"      // too many passwords are being checked
	causeSessions  = "sessions"  // the client has as many sessions as it may
	causeAllowance = "allowance" // the client owes for its audit
	causeUpstream  = "upstream"  // there is no FreeSWITCH for it
	causeAudit     = "audit"     // it cannot be recorded
	causeNone      = "none"      // the connection ended before a login came
)

// about adds what every line about a session has. A nil e is no line.
func (s *session) about(e *zerolog.Event) *zerolog.Event {
	return e.Str("session", s.id).Str("addr", s.addrText)
}

// tellDenied tells the operator of a command that is not forwarded.
func (s *session) tellDenied(r *audit.Record) {
	e := s.srv.journal.line(entryDenied, r.Client)
	if e == nil {
		return // its texts need not be made
	}
	s.about(e).Str("client", r.Client).Stringer("decision", r.Decision).Str("command", s.srv.shown(r.Command)).
		Str("reason", s.srv.shown(r.Reason)).Str("id", r.ID).Msg("a command is not let through")
}

// tellLogin tells the operator of a login.
func (s *session) tellLogin(r *audit.Record) {
	e := s.srv.journal.line(entryLogin, r.Client)
	if e == nil {
		return
	}
	s.about(e).Str("client", r.Client).Str("upstream", r.Upstream)
	if r.User != "" {
		e.Str("user", s.srv.shown(r.User))
	}
	e.Str("policy", r.Policy).Msg("a client has logged in")
}

// maxNetworkClients is how many of the clients are named that may connect from an address.
const maxNetworkClients = 3

// tellNoLogin tells the operator of a login that is refused, or that never came.
func (s *session) tellNoLogin(r *audit.Record, cause string) {
	s.loginTold = true
	network := sourceText(s.source)
	e := s.srv.journal.line(entryNoLogin, network)
	if e == nil {
		return
	}
	s.about(e).Str("network", network).Str("cause", cause).Str("reason", s.srv.shown(r.Reason))
	if r.User != "" {
		e.Str("user", s.srv.shown(r.User))
	}
	if client := cmp.Or(r.Client, s.pastClient); client != "" {
		e.Str("client", client)
	}
	names, others := s.srv.Policies.Current().ClientsFrom(s.addr.Addr(), maxNetworkClients)
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

// tellEnd tells the operator of the end of a client's session, or of a connection that has sent
// something and no login.
func (s *session) tellEnd(r *audit.Record) {
	if r.Client == "" {
		if !s.loginTold {
			s.tellNoLogin(r, causeNone)
		}
		return
	}
	e := s.srv.journal.line(entryEnd, r.Client)
	if e == nil {
		return
	}
	s.about(e).Str("client", r.Client).Str("reason", s.srv.shown(r.Reason)).Uint64("commands", r.Commands).Uint64("denied", r.Denied).
		Uint64("observed", r.Observed).
		Int64("took_ms", int64(r.Took/time.Millisecond)).Msg("a session has ended")
}

// tellTurnedAway tells the operator of a connection from an address that no client has.
func (s *session) tellTurnedAway() {
	network := sourceText(s.source)
	if e := s.srv.journal.line(entryTurnedAway, network); e != nil {
		s.about(e).Str("network", network).Msg("refused a connection: " + reasonAddress)
	}
}
