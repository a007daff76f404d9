package command

import "eslguard/internal/ascii"

// A Verb is the word that a command begins with. The zero Verb is invalid and never forwarded.
type Verb uint8

// The verbs of mod_event_socket. Auth and Userauth are only ever answered by the proxy.
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

// String returns the verb as it is written on the wire, and "invalid" for the zero Verb and unknown
// ones.
func (v Verb) String() string {
	if int(v) >= len(verbNames) {
		return verbNames[VerbInvalid]
	}
	return verbNames[v]
}

// verbs are the words that a command may begin with. FreeSWITCH takes events for event and
// nixevents for nixevent, since it compares only the beginning (mod_event_socket.c, parse_command).
// Its documentation and several client libraries write them so; no other continuation is taken.
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

// parseVerb returns the verb that word is, in any case, and VerbInvalid for anything else.
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
