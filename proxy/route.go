package proxy

import "eslguard/command"

// A route says who carries a command out.
type route uint8

const (
	// byFreeSWITCH: FreeSWITCH, on any connection.
	byFreeSWITCH route = iota
	// byOwn: FreeSWITCH, on a connection that the session keeps, because the command leaves
	// something behind there, or needs what another command has left.
	byOwn
	// byGuard: eslguard itself.
	byGuard
)

// route returns who carries a command out.
func (s *session) route(cmd *command.Command) route {
	if cmd.Answer != "" {
		return byGuard
	}
	if changesEvents(cmd.Verb) {
		if s.feed != nil && !s.feed.HandedOver() {
			return byGuard
		}
		return byOwn
	}
	switch cmd.Verb {
	case command.VerbExit:
		if s.line.isOwn() {
			return byFreeSWITCH
		}
		return byGuard
	case command.VerbLog, command.VerbMyevents, command.VerbDivertEvents, command.VerbGetvar, command.VerbResume,
		command.VerbLinger:
		return byOwn
	default:
		return byFreeSWITCH
	}
}
