package command

import (
	"fmt"
	"strconv"
	"strings"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command/internal/protect"
	"eslguard/internal/ascii"
)

// The reasons for which Parse refuses a frame, besides those of the codec.
const (
	// ReasonUnknownVerb: the first word is no verb of mod_event_socket, spelled out and
	// parted by a space. FreeSWITCH itself takes many by their beginning only. The words
	// events and nixevents are verbs.
	ReasonUnknownVerb codec.Reason = "unknown-verb"
	// ReasonBlank: a tab, or more than one space, where one space parts two words.
	ReasonBlank codec.Reason = "blank"
	// ReasonSyntax: the words after the verb are not of the form that it has.
	ReasonSyntax codec.Reason = "syntax"
	// ReasonRewritten: FreeSWITCH would put an unload or reload of mod_event_socket in the
	// place of what the command says.
	ReasonRewritten codec.Reason = "rewritten"
	// ReasonTooManyParts: a console_execute of more than MaxParts parts.
	ReasonTooManyParts codec.Reason = "too-many-parts"
	// ReasonJobUUID: a Job-UUID that is not [0-9A-Za-z_-]{1,64}.
	ReasonJobUUID codec.Reason = "job-uuid"
	// ReasonTooManySubscriptions: more than MaxSubclasses subclasses in one session.
	ReasonTooManySubscriptions codec.Reason = "too-many-subscriptions"
	// ReasonTooManyFilters: more filters in one session than State.MaxFilters.
	ReasonTooManyFilters codec.Reason = "too-many-filters"
	// ReasonFilterTooLong: a filter whose name and value are more than MaxFilter bytes.
	ReasonFilterTooLong codec.Reason = "filter-too-long"
	// ReasonFilterName: a filter on a name that FreeSWITCH would not take for a header's name.
	ReasonFilterName codec.Reason = "filter-name"
	// ReasonLingerTime: a linger whose time is not 1 to MaxLinger seconds.
	ReasonLingerTime codec.Reason = "linger-time"
	// ReasonSessionID: a sendmsg whose channel is not one plain uuid.
	ReasonSessionID codec.Reason = "session-id"
	// ReasonCallCommand: a sendmsg whose call-command is none of the five known words.
	ReasonCallCommand codec.Reason = "call-command"
	// ReasonAppName: the name of an application that is missing or not a plain word.
	ReasonAppName codec.Reason = "app-name"
	// ReasonHeaderValue: a header of a sendmsg whose value is not of the kind that it takes.
	ReasonHeaderValue codec.Reason = "header-value"
	// ReasonProtection: an input that is known to stop FreeSWITCH, to occupy it without an end or
	// to corrupt it, wherever it stands. The reply and the detail name the protection.
	ReasonProtection codec.Reason = "protection"
	// ReasonEventName: a sendevent of ALL, or of a name that no event has and whose end, from the
	// 14th byte on, is the name of one, which FreeSWITCH would fire.
	ReasonEventName codec.Reason = "event-name"
)

// maxQuoted bounds the hostile text in a refusal's detail, in bytes.
const maxQuoted = 64

// refuse returns a refusal. what is quoted and bounded; empty, it is left out.
func refuse(reason codec.Reason, detail, what string) *codec.Refusal {
	if what != "" {
		detail += fmt.Sprintf(" %q", what[:min(len(what), maxQuoted)])
	}
	return &codec.Refusal{Reason: reason, Detail: detail}
}

// refuseProtection returns the refusal of a frame that a protection refuses.
func refuseProtection(p *protect.Refusal) *codec.Refusal {
	where := strconv.Quote(p.Where)
	r := refuse(ReasonProtection, p.Protection.Name+", in "+where[1:len(where)-1]+":", p.What)
	r.Reply = protectionReply(p.Protection.Name)
	return r
}

// protectionReply returns the text that names a protection in a reply.
func protectionReply(name string) string {
	return codec.ReplyRefused + string(ReasonProtection) + " " + name
}

// ProtectionOf returns the protection for which a frame was refused, and false where it was refused
// for anything else.
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

// notFound is what FreeSWITCH answers to a verb that it does not have.
const notFound = "-ERR command not found"

func refuseVerb(word string) *codec.Refusal {
	if ascii.IndexFold(word, "auth") >= 0 {
		word = "" // a mistyped auth may have the password in it
	}
	r := refuse(ReasonUnknownVerb, "not a verb", strings.TrimSpace(word))
	r.Reply = notFound
	return r
}
