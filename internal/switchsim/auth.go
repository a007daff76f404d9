package switchsim

import (
	"strings"

	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// access says what a user of the directory may do. nil is the access with the switch's own
// password, which allows everything.
type access struct {
	events map[string]bool // allowed events; nil: all
	custom map[string]bool // allowed subclasses of CUSTOM, unless events is nil
	apis   map[string]bool // allowed APIs; nil: all
	quiet  bool            // whether log is not allowed
}

// login handles auth and userauth, the only verbs before a login.
func (c *session) login(cmd, line string) []byte {
	switch {
	case fstext.HasPrefixFold(cmd, "auth "):
		if line[len("auth "):] != c.sw.opts.Password || c.sw.trouble.Load().WrongPassword {
			return c.refuse()
		}
		c.sw.loggedIn(c)
		return commandReply("+OK accepted")
	case fstext.HasPrefixFold(cmd, "userauth "):
		return c.userauth(line[len("userauth "):])
	}
	return commandReply(unknown)
}

// refuse answers a login that failed and ends the session.
func (c *session) refuse() []byte {
	c.quit = true
	return commandReply("-ERR invalid")
}

// userauth accepts user@domain:password and user:password@domain.
func (c *session) userauth(text string) []byte {
	name, domain, _ := strings.Cut(text, "@")
	domain, password, _ := strings.Cut(domain, ":")
	name, other, ok := strings.Cut(name, ":")
	if ok {
		password = other
	}
	u := c.sw.opts.Users[name+"@"+domain]
	if name == "" || domain == "" || u.Password == "" || u.Password != password || c.sw.trouble.Load().WrongPassword {
		return c.refuse()
	}
	c.user = newAccess(u)
	events, apis, log := "all", "all", "true"
	if u.Events != "" {
		events = u.Events
	}
	if u.APIs != "" {
		apis = u.APIs
	}
	if u.NoLog {
		log = "false"
	}
	c.sw.loggedIn(c)
	return rawReply("Reply-Text: +OK accepted\nAllowed-Events: " + events + "\nAllowed-API: " + apis +
		"\nAllowed-LOG: " + log + "\n\n")
}

// newAccess returns what u may do.
func newAccess(u User) *access {
	a := &access{quiet: u.NoLog}
	if u.Events != "" {
		a.events, a.custom = map[string]bool{}, map[string]bool{}
		inCustom := false
		for _, word := range words(u.Events) {
			name, ok := event.Lookup(word)
			switch {
			case inCustom:
				a.custom[word] = true
			case ok:
				a.events[name] = true
				inCustom = name == "CUSTOM"
			}
		}
	}
	if u.APIs != "" {
		a.apis = map[string]bool{}
		for _, word := range words(u.APIs) {
			a.apis[word] = true
		}
	}
	return a
}

// words splits a list at blanks, or at commas if it has no blanks.
func words(list string) []string {
	if strings.Contains(list, " ") {
		return strings.Split(list, " ")
	}
	return strings.Split(list, ",")
}

func (a *access) mayEvent(name string) bool {
	return a == nil || a.events == nil || a.events[name] || a.events["ALL"]
}

func (a *access) mayCustom(sub string) bool { return a == nil || a.events == nil || a.custom[sub] }

// subclasses returns the subclasses of CUSTOM that ALL gives the user: those that are reserved, or
// those of its list of events if it has one.
func (a *access) subclasses() map[string]bool {
	if a == nil || a.events == nil {
		return event.Reserved()
	}
	return a.custom
}

func (a *access) noLog() bool { return a != nil && a.quiet }

// mayAPI reports whether the API is allowed. It looks through the APIs that run others, by their
// exact names, as mod_event_socket.c (auth_api_command) does.
func (a *access) mayAPI(name, arg string) bool {
	if a == nil || a.apis == nil {
		return true
	}
	for {
		if !a.apis[name] {
			return false
		}
		switch fstext.Lower(name) {
		case "bgapi", "sched_api", "eval", "expand", "xml_wrap":
			if arg == "" {
				return true
			}
			name, arg, _ = strings.Cut(arg, " ")
		default:
			return true
		}
	}
}
