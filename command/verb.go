package command

import "eslguard/fstext/ascii"

// A Verb is the first word of a command. The zero Verb is invalid and never forwarded.
type Verb uint8

// The verbs of mod_event_socket. VerbAuth and VerbUserauth are never forwarded.
const (
	VerbInvalid Verb = iota
	VerbAuth
	VerbUserauth
	VerbExit
	VerbAPI
	VerbBgapi
	VerbEvent
	VerbNixevent
	VerbNoevents
	VerbFilter
	VerbLog
	VerbNolog
	VerbMyevents
	VerbDivertEvents
	VerbGetvar
	VerbConnect
	VerbResume
	VerbLinger
	VerbNolinger
	VerbSendmsg
	VerbSendevent
)

var verbNames = [...]string{
	VerbInvalid:      "invalid",
	VerbAuth:         "auth",
	VerbUserauth:     "userauth",
	VerbExit:         "exit",
	VerbAPI:          "api",
	VerbBgapi:        "bgapi",
	VerbEvent:        "event",
	VerbNixevent:     "nixevent",
	VerbNoevents:     "noevents",
	VerbFilter:       "filter",
	VerbLog:          "log",
	VerbNolog:        "nolog",
	VerbMyevents:     "myevents",
	VerbDivertEvents: "divert_events",
	VerbGetvar:       "getvar",
	VerbConnect:      "connect",
	VerbResume:       "resume",
	VerbLinger:       "linger",
	VerbNolinger:     "nolinger",
	VerbSendmsg:      "sendmsg",
	VerbSendevent:    "sendevent",
}

// String returns the verb as it is written on the wire. It returns "invalid" for the zero Verb and
// for unknown ones.
func (v Verb) String() string {
	if int(v) >= len(verbNames) {
		return verbNames[VerbInvalid]
	}
	return verbNames[v]
}

// verbs maps the first word of a command, in lower case, to its verb. events and nixevents are here
// because FreeSWITCH compares only the beginning of a word (mod_event_socket.c, parse_command), and
// its documentation and several client libraries write them so. No other longer word is accepted.
var verbs = map[string]Verb{
	"auth":          VerbAuth,
	"userauth":      VerbUserauth,
	"exit":          VerbExit,
	"...":           VerbExit,
	"api":           VerbAPI,
	"bgapi":         VerbBgapi,
	"event":         VerbEvent,
	"events":        VerbEvent,
	"nixevent":      VerbNixevent,
	"nixevents":     VerbNixevent,
	"noevents":      VerbNoevents,
	"filter":        VerbFilter,
	"log":           VerbLog,
	"nolog":         VerbNolog,
	"myevents":      VerbMyevents,
	"divert_events": VerbDivertEvents,
	"getvar":        VerbGetvar,
	"connect":       VerbConnect,
	"resume":        VerbResume,
	"linger":        VerbLinger,
	"nolinger":      VerbNolinger,
	"sendmsg":       VerbSendmsg,
	"sendevent":     VerbSendevent,
}

// parseVerb returns the verb that word spells, in any case, and VerbInvalid if it spells none.
func parseVerb(word string) Verb {
	var buf [len("divert_events")]byte
	if len(word) > len(buf) {
		return VerbInvalid
	}
	for i := range len(word) {
		buf[i] = ascii.Lower(word[i])
	}
	return verbs[string(buf[:len(word)])]
}
