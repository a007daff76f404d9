package command

import (
	"fmt"
	"strconv"
	"strings"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command/internal/protect"
	"eslguard/fstext/ascii"
)

// The reasons for which Parse refuses a frame for its words. Package codec has further ones.
const (
	// ReasonUnknownVerb: the first word is not a verb of mod_event_socket, spelled out and followed
	// by a space if anything follows. FreeSWITCH itself compares only the beginning of many verbs.
	// Of such spellings only events and nixevents are accepted.
	ReasonUnknownVerb codec.Reason = "unknown-verb"
	// ReasonBlank: a tab, or more than one space, where exactly one space must separate two words.
	ReasonBlank codec.Reason = "blank"
	// ReasonSyntax: the words after the verb do not have the form that the verb requires.
	ReasonSyntax codec.Reason = "syntax"
	// ReasonRewritten: FreeSWITCH would replace the command by an unload or reload of
	// mod_event_socket.
	ReasonRewritten codec.Reason = "rewritten"
	// ReasonTooManyParts: a console_execute has more than MaxParts parts.
	ReasonTooManyParts codec.Reason = "too-many-parts"
	// ReasonJobUUID: a Job-UUID does not match [0-9A-Za-z_-]{1,64}.
	ReasonJobUUID codec.Reason = "job-uuid"
	// ReasonTooManySubscriptions: the session would subscribe to more than MaxSubclasses
	// subclasses.
	ReasonTooManySubscriptions codec.Reason = "too-many-subscriptions"
	// ReasonTooManyFilters: the session would have more filters than State.MaxFilters allows.
	ReasonTooManyFilters codec.Reason = "too-many-filters"
	// ReasonFilterTooLong: the name and value of a filter have more than MaxFilter bytes together.
	ReasonFilterTooLong codec.Reason = "filter-too-long"
	// ReasonFilterName: a filter is on a name that FreeSWITCH would not use as the name of a
	// header.
	ReasonFilterName codec.Reason = "filter-name"
	// ReasonFilterExpression: RE2 cannot compile the regular expression of a filter, and eslguard
	// matches the session's filters; see State.SharedEvents.
	ReasonFilterExpression codec.Reason = "filter-expression"
	// ReasonLingerTime: the time of a linger is not 1 to MaxLinger seconds.
	ReasonLingerTime codec.Reason = "linger-time"
	// ReasonSessionID: a sendmsg does not name its channel by one plain uuid.
	ReasonSessionID codec.Reason = "session-id"
	// ReasonCallCommand: the call-command of a sendmsg is not one of the five known words.
	ReasonCallCommand codec.Reason = "call-command"
	// ReasonAppName: the name of an application is missing or not a plain word.
	ReasonAppName codec.Reason = "app-name"
	// ReasonHeaderValue: the value of a header of a sendmsg is not of the type that the header
	// takes.
	ReasonHeaderValue codec.Reason = "header-value"
	// ReasonProtection: the frame contains an input that is known to stop FreeSWITCH, to occupy it
	// without an end or to corrupt its memory. The reply and the detail name the protection.
	ReasonProtection codec.Reason = "protection"
	// ReasonEventName: a sendevent of ALL, or of an unknown name that has the name of an event from
	// its 14th byte on. FreeSWITCH would fire that event.
	ReasonEventName codec.Reason = "event-name"
)

// maxQuoted bounds the client's text in a refusal's detail, in bytes.
const maxQuoted = 64

// refuse returns a refusal. It appends the beginning of what to detail, quoted, unless what is
// empty.
func refuse(reason codec.Reason, detail, what string) *codec.Refusal {
	if what != "" {
		detail += fmt.Sprintf(" %q", what[:min(len(what), maxQuoted)])
	}
	return &codec.Refusal{Reason: reason, Detail: detail}
}

// refuseProtection returns the refusal of a frame in which p was found.
func refuseProtection(p *protect.Refusal) *codec.Refusal {
	where := strconv.Quote(p.Where)
	r := refuse(ReasonProtection, p.Protection.Name+", in "+where[1:len(where)-1]+":", p.What)
	r.Reply = protectionReply(p.Protection.Name)
	return r
}

// protectionReply returns the reply that names a protection.
func protectionReply(name string) string {
	return codec.ReplyRefused + string(ReasonProtection) + " " + name
}

// ProtectionOf returns the protection that refused the frame. It returns false if r has another
// reason.
func ProtectionOf(r *codec.Refusal) (catalog.Protection, bool) {
	if r.Reason == ReasonProtection {
		for _, p := range catalog.Protections() {
			if r.Reply == protectionReply(p.Name) {
				return p, true
			}
		}
	}
	return catalog.Protection{}, false
}

// notFound is FreeSWITCH's answer to an unknown verb.
const notFound = "-ERR command not found"

func refuseVerb(word string) *codec.Refusal {
	if ascii.IndexFold(word, "auth") >= 0 {
		word = "" // a misspelled auth may contain the password
	}
	r := refuse(ReasonUnknownVerb, "not a verb", strings.TrimSpace(word))
	r.Reply = notFound
	return r
}
