package core

import (
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

const (
	// maxPlans is how many dialplans a list can have (switch_core_session.c,
	// switch_core_session_execute_exten).
	maxPlans = 25
	// maxInline is how many applications an inline dialplan can have.
	maxInline = 128
)

// transfer sends a channel to the extension of uuid_transfer: `[-bleg|-both] EXTEN [DIALPLAN
// [CONTEXT]]`, where any word that begins with a dash is such a flag. No channel has a partner
// here, so the flag changes nothing.
func (c *Call) transfer(ch *Channel, args []string) {
	if len(args) == 0 {
		return
	}
	if strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	c.transferTo(ch, fstext.Arg(args, 0), fstext.Arg(args, 1), fstext.Arg(args, 2))
}

// transferTo sends a channel to an extension (switch_ivr.c, switch_ivr_session_transfer). The
// defaults are the extension service, the dialplan XML and the channel's own context.
func (c *Call) transferTo(ch *Channel, exten, plan, context string) {
	c.runHooks(ch, "execute_on_blind_transfer")
	if exten == "" {
		exten = "service"
	}
	if plan != "" {
		if plan = (scope{call: c, ch: ch, recursive: true}).expand(plan, 0); plan == "" {
			return // its expansion is empty
		}
	}
	c.route(ch, exten, plan, context)
}

// route looks an extension up in each dialplan of a list until one knows it. XML has one extension
// in every context, park, which answers and parks. The dialplan inline brings its own applications.
func (c *Call) route(ch *Channel, exten, plans, context string) {
	if plans == "" {
		plans = "XML"
	}
	for _, plan := range fstext.Separate(plans, ',', maxPlans) {
		name, arg, _ := strings.Cut(plan, ":")
		switch fstext.Lower(name) {
		case "inline":
			if arg == "" {
				arg = exten
			}
			if c.inline(ch, arg) {
				return
			}
		case "xml", "lua", "asterisk", "directory", "enum", "lcr", "signalwire", "translate":
			c.record("dialplan", name, strings.TrimLeft(context+" "+exten, " "), ch.UUID)
			if exten == "park" && fstext.EqualFold(name, "xml") {
				c.asSwitch(func() {
					c.app(ch, "answer", "")
					c.app(ch, "park", "")
				})
				return
			}
		}
	}
}

// inline runs `app:arg,app:arg`. A prefix `m:X:` makes X the separator. It returns false if there
// is no application.
func (c *Call) inline(ch *Channel, text string) bool {
	sep := byte(',')
	if len(text) > 3 && text[:2] == "m:" && text[3] == ':' {
		sep, text = text[2], text[4:]
	}
	items := fstext.Separate(text, sep, maxInline)
	for _, item := range items {
		name, arg, _ := strings.Cut(item, ":")
		if name = strings.TrimLeft(name, " "); !c.app(ch, name, arg) {
			break
		}
	}
	return len(items) > 0
}
