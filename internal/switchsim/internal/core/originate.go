package core

import (
	"cmp"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// apiOriginate dials, and then runs the application or extension on the new channel.
func apiOriginate(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 10)
	if len(args) < 2 || len(args) > 7 {
		return "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] " +
			"[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
	}
	for i, arg := range args {
		if fstext.EqualFold(arg, "undef") {
			args[i] = ""
		}
	}
	d := newDialer(c, args[0], "default", nil)
	d.cidName, d.cidNumber = fstext.Arg(args, 4), fstext.Arg(args, 5)
	ch, cause := d.dial(args[0])
	if ch == nil {
		return "-ERR " + cause + "\n"
	}
	c.after(func() {
		target, ok := strings.CutPrefix(args[1], "&")
		if !ok || target == "" {
			c.transferTo(ch, args[1], cmp.Or(fstext.Arg(args, 2), "XML"), cmp.Or(fstext.Arg(args, 3), "default"))
			return
		}
		target, _, _ = strings.Cut(target, ")")
		name, arg, parens := strings.Cut(target, "(")
		if parens && arg == "" {
			c.runNamed(ch, name, "")
			return
		}
		c.app(ch, name, arg)
	})
	return "+OK " + ch.UUID + "\n"
}

// A dialer dials one dial string.
type dialer struct {
	*Call
	context string   // of legs of loopback that name none; "": that of from
	nested  bool     // values that contain an expansion are set, too
	from    *Channel // the channel that dials, or nil
	ownText *ownText // the part of the text that the directory wrote, or nil
	// cidName and cidNumber are the caller ID, unless variables set it.
	cidName, cidNumber string
}

// nestedVars anywhere in a dial string lets values contain expansions (switch_ivr_originate.c).
const nestedVars = "origination_nested_vars=true"

// dial dials a dial string. It dials all parts that `:_:` separates and returns the first channel
// that answers, or nil and the cause of the last failure. context is that of legs of loopback which
// name none, and from is the channel that dials, or nil.
func (c *Call) dial(text, context string, from *Channel) (ch *Channel, cause string) {
	return newDialer(c, text, context, from).dial(text)
}

// newDialer returns a dialer for a dial string. See dial for context and from.
func newDialer(c *Call, text, context string, from *Channel) *dialer {
	return &dialer{Call: c, context: context, from: from, nested: strings.Contains(fstext.Lower(text), nestedVars)}
}

// dial dials the dial string, see Call.dial.
func (d *dialer) dial(text string) (ch *Channel, cause string) {
	vars := map[string]string{}
	if strings.Contains(text, ":_:") {
		text = d.blocks(strings.TrimLeft(text, " "), '<', '>', ',', vars)
	}
	for part := range strings.SplitSeq(text, ":_:") {
		one, why := d.dialOne(part, vars)
		if cause = why; ch == nil {
			ch = one
		}
	}
	return ch, cause
}

// dialOne tries the legs of a dial string in turn, also those that a comma separates, and returns
// the first that answers, or nil and why the last one did not. outer are variables that are set
// before.
func (d *dialer) dialOne(text string, outer map[string]string) (ch *Channel, cause string) {
	vars := map[string]string{}
	for k, v := range outer {
		vars[k] = v
	}
	text = d.blocks(strings.TrimLeft(text, " "), '<', '>', ',', vars)
	text = d.blocks(text, '{', '}', ',', vars)
	d.caller(vars)
	for _, alternative := range fstext.Separate(strings.TrimLeft(text, " "), '|', maxParts) {
		for _, leg := range fstext.Separate(maskCommas(alternative), ',', maxParts) {
			own := map[string]string{}
			leg = strings.TrimLeft(leg, " ")
			leg = d.blocks(strings.ReplaceAll(leg, quotedComma, ","), '[', ']', unquotedComma[0], own)
			leg = strings.ReplaceAll(leg, unquotedComma, ",")
			for k, v := range vars {
				own[k] = v
			}
			ch, why := d.leg(leg, own)
			if ch != nil {
				return ch, ""
			}
			if cause == "" || why != noEndpoint {
				cause = why
			}
		}
	}
	return nil, cmp.Or(cause, noAnswer)
}

// caller sets the variables of the caller ID, if they are not set (switch_ivr_originate.c).
func (d *dialer) caller(vars map[string]string) {
	for name, value := range map[string]string{"origination_caller_id_name": d.cidName, "origination_caller_id_number": d.cidNumber} {
		if value != "" && valueOf(vars, name) == "" {
			putValue(vars, name, value)
		}
	}
}

// The bytes that replace commas within square brackets while the legs are split
// (switch_ivr_originate.c).
const (
	quotedComma   = "\x02"
	unquotedComma = "\x01"
)

// maskCommas replaces the commas within square brackets.
func maskCommas(s string) string {
	b := []byte(s)
	end, alt, quoted := -1, false, false
	for i := range b {
		if end < 0 && b[i] == '[' {
			end = fstext.ClosingBracket(s, i, '[', ']')
			alt, quoted = strings.HasPrefix(s[i+1:], "^^"), false
		}
		if b[i] == '\'' {
			quoted = !quoted
		}
		if i < end && b[i] == ',' && b[i-1] != '\\' {
			b[i] = unquotedComma[0]
			if quoted || alt {
				b[i] = quotedComma[0]
			}
		}
		if i == end {
			end = -1
		}
	}
	return string(b)
}

// blocks parses the blocks of variables at the front of a dial string, sets the variables and
// returns the text after the blocks.
func (d *dialer) blocks(s string, opening, closing, sep byte, vars map[string]string) string {
	for {
		list, rest, ok := fstext.CutBlock(s, opening, closing, sep)
		if !ok {
			return s
		}
		for _, v := range list {
			if !d.nested && hasVariable(v.Value) {
				continue
			}
			name, _, _ := strings.Cut(v.Name, "[")
			value := fstext.Unlist(v.Value)
			d.recordAs(d.ownText.takeVar(name), "var", "originate", name+" "+value)
			putValue(vars, name, value)
		}
		s = rest
	}
}

// recordAs records something that a dial string says. own marks it as text of the directory.
func (d *dialer) recordAs(own bool, kind, name, args string) {
	was := d.bySwitch
	d.bySwitch = was || own
	d.record(kind, name, args, "")
	d.bySwitch = was
}

// noAnswer is why a dial string fails without a leg that answers.
const noAnswer = "DESTINATION_OUT_OF_ORDER"

// noEndpoint is why a leg of an unknown type fails. It does not replace the cause of another leg.
const noEndpoint = "CHAN_NOT_IMPLEMENTED"

// leg dials one leg. A leg of loopback runs an extension or an application. A leg of null answers,
// and so does one of sofia after its invite, and one of user unless the directory says what to
// dial. A leg of error fails with the cause that it names.
func (d *dialer) leg(leg string, vars map[string]string) (ch *Channel, cause string) {
	leg = strings.TrimLeft(leg, " ")
	if leg == "" || !d.work(1) {
		return nil, noAnswer
	}
	d.recordAs(d.ownText.hasLeg(leg), "dial", leg, "")
	kind, data, _ := strings.Cut(leg, "/")
	if d.isDirectory(kind) {
		return d.directory(kind, data, vars)
	}
	switch fstext.Lower(kind) {
	case "error":
		return nil, data
	case "loopback":
		return d.loopback(data, vars)
	case "sofia":
		return d.answered(vars, func(ch *Channel) { d.invite(ch, leg) })
	case "null", "user":
		return d.answered(vars, nil)
	}
	return nil, noEndpoint
}

// loopback dials `app=NAME:ARG` or `EXTEN/CONTEXT/DIALPLAN`.
func (d *dialer) loopback(data string, vars map[string]string) (ch *Channel, cause string) {
	b := &Channel{UUID: fstext.NewUUID(), vars: map[string]string{}}
	if fstext.HasPrefixFold(data, "app=") {
		name, arg, _ := strings.Cut(data[len("app="):], ":")
		d.asSwitch(func() { d.app(b, "pre_answer", "") })
		d.app(b, name, arg)
		return nil, "NORMAL_CLEARING"
	}
	exten, rest, _ := strings.Cut(data, "/")
	context, plan, _ := strings.Cut(rest, "/")
	if context == "" {
		context = d.context
	}
	if exten != "park" || plan != "" && !fstext.EqualFold(plan, "xml") {
		d.route(b, exten, plan, context)
		return nil, "NO_ROUTE_DESTINATION"
	}
	d.record("dialplan", "XML", strings.TrimLeft(context+" "+exten, " "), b.UUID)
	d.asSwitch(func() { d.app(b, "answer", "") })
	if !d.runAnswerHooks(b, vars) {
		return nil, noAnswer
	}
	ch, cause = d.answered(vars, nil)
	if ch != nil {
		d.asSwitch(func() { d.app(b, "park", "") })
	}
	return ch, cause
}

// answered creates the channel of a leg that answers and runs its hooks. Before these it calls
// send, unless that is nil, to report what is sent to the far end.
func (c *Call) answered(vars map[string]string, send func(*Channel)) (ch *Channel, cause string) {
	uuid := vars["origination_uuid"]
	if uuid == "" {
		uuid = fstext.NewUUID()
	}
	c.core.AddChannel(uuid, vars)
	ch = c.core.Channel(uuid)
	if send != nil {
		send(ch)
	}
	if _, ok := ch.Get(presenceCols); ok {
		c.presence(ch)
	}
	if !c.runAnswerHooks(ch, vars) {
		return nil, noAnswer
	}
	return ch, ""
}
