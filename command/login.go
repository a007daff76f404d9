package command

import (
	"strings"

	"eslguard/codec"
)

// A Login is what a client logs in with. It contains a password: never print one.
type Login struct {
	// User and Domain are empty for auth, and where the client left them out.
	User, Domain string
	Password     string
	// Userauth is true for userauth and false for auth.
	Userauth bool
}

// ParseLogin reads `auth PASSWORD`, `userauth USER@DOMAIN:PASSWORD` or `userauth
// USER:PASSWORD@DOMAIN` as FreeSWITCH does (mod_event_socket.c, parse_command). It returns false if
// f is none of these. A part that the client left out is empty; no such login may succeed.
func ParseLogin(f *codec.Frame) (Login, bool) {
	word, text, spaced := strings.Cut(string(f.Line), " ")
	if !spaced {
		return Login{}, false
	}
	switch parseVerb(word) {
	case VerbAuth:
		return Login{Password: text}, true
	case VerbUserauth:
	default:
		return Login{}, false
	}
	l := Login{Userauth: true}
	var tail string
	l.User, tail, _ = strings.Cut(text, "@")
	l.Domain, l.Password, _ = strings.Cut(tail, ":")
	if user, password, ok := strings.Cut(l.User, ":"); ok {
		l.User, l.Password = user, password
	}
	return l, true
}
