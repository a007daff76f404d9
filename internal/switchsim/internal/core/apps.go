package core

import (
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// app runs an application on a channel. `name::arg` without an argument is left to the channel's
// own thread, which may never run it. So it is split only if everything runs at once.
func (c *Call) app(ch *Channel, name, arg string) bool {
	if app, rest, ok := strings.Cut(name, "::"); ok && arg == "" && c.atOnce {
		name, arg = fstext.Unlist(app), fstext.Unlist(rest)
	}
	return c.runNamed(ch, name, arg)
}

// runNamed runs the application with that name: it expands the argument, records the execution and
// does what is simulated. An application that does not exist hangs the channel up without a record;
// runNamed then returns false.
func (c *Call) runNamed(ch *Channel, name, arg string) bool {
	name = strings.TrimLeft(name, " ")
	if !c.work(1) {
		return false
	}
	if !c.core.apps[fstext.Lower(name)] {
		c.hangup(ch)
		return false
	}
	if literal, _ := ch.Get("app_disable_expand_variables"); !fstext.IsTrue(literal) {
		arg = scope{call: c, ch: ch, recursive: true}.expand(arg, 0)
		if strings.HasPrefix(arg, "%[") || len(arg) > 2 && arg[0] == '%' && arg[2] == '[' {
			before := ch.variables()
			defer ch.restore(before)
			arg = c.scoped(ch, arg[1:])
		}
	}
	c.record("app", name, arg, ch.UUID)
	id := c.appUUID
	if id == "" {
		id = fstext.NewUUID()
	}
	c.appEvent(ch, "CHANNEL_EXECUTE", 2949, name, arg, id)
	c.runApp(ch, name, arg)
	c.appEvent(ch, "CHANNEL_EXECUTE_COMPLETE", 2972, name, arg, id)
	return true
}

// appEvent fires the event before or after an application.
func (c *Call) appEvent(ch *Channel, kind string, line int, name, arg, id string) {
	if c.core.Listening.Load() == 0 {
		return
	}
	e := event.Event{Name: kind, File: "switch_core_session.c", Func: "switch_core_session_exec", Line: line}
	e.Headers = append(ch.headers(), frame.Header{Name: "Application", Value: name})
	if arg != "" {
		e.Headers = append(e.Headers, frame.Header{Name: "Application-Data", Value: arg})
	}
	if kind == "CHANNEL_EXECUTE_COMPLETE" {
		e.Headers = append(e.Headers, frame.Header{Name: "Application-Response", Value: "_none_"})
	}
	e.Headers = append(e.Headers, frame.Header{Name: "Application-UUID", Value: id})
	c.core.Emit(e)
}

// runApp does what is simulated of an application. Most applications do nothing.
func (c *Call) runApp(ch *Channel, name, arg string) {
	switch fstext.Lower(name) {
	case "set", "push", "unshift":
		c.assign(ch, fstext.Lower(name), arg)
	case "export", "bridge_export", "set_global", "unset":
		c.assignOther(ch, fstext.Lower(name), arg)
	case "multiset":
		sep := byte(' ')
		if len(arg) > 2 && strings.HasPrefix(arg, "^^") {
			sep, arg = arg[2], arg[3:]
		}
		for _, item := range fstext.Separate(arg, sep, maxMultiset) {
			c.assign(ch, "set", item)
		}
	case "hangup":
		c.hangup(ch)
	case "transfer":
		args := fstext.Separate(arg, ' ', 4)
		if flag := fstext.Arg(args, 0); fstext.EqualFold(flag, "-bleg") || fstext.EqualFold(flag, "-both") {
			args = args[1:]
		} else if len(args) == 0 {
			return
		}
		c.transferTo(ch, fstext.Arg(args, 0), fstext.Arg(args, 1), fstext.Arg(args, 2))
	case "execute_extension":
		if args := fstext.Separate(arg, ' ', 4); len(args) > 0 {
			c.route(ch, args[0], fstext.Arg(args, 1), fstext.Arg(args, 2))
		}
	case "bridge", "att_xfer":
		c.dial(arg, "", ch)
	default:
		c.runNested(ch, fstext.Lower(name), arg)
		c.runFiles(ch, fstext.Lower(name), arg)
	}
}

// maxMultiset is how many variables multiset can set.
const maxMultiset = 256

// runNested does what is simulated of applications that run others. What would wait for digits,
// tones, a limit or a time runs at once.
func (c *Call) runNested(ch *Channel, name, arg string) {
	switch name {
	case "broadcast":
		if args := fstext.Separate(arg, ' ', 4); len(args) > 0 {
			c.broadcast(ch.UUID, args[0])
		}
	case "sched_broadcast":
		if args := fstext.Separate(arg, ' ', 6); len(args) > 1 {
			c.at(args[0], func(job *Call) { job.broadcast(ch.UUID, args[1]) })
		}
	case "sched_transfer":
		if args := fstext.Separate(arg, ' ', 4); len(args) > 1 {
			c.at(args[0], func(job *Call) { job.transferTo(ch, args[1], fstext.Arg(args, 2), fstext.Arg(args, 3)) })
		}
	case "bind_meta_app":
		if args := fstext.Separate(arg, ' ', 4); len(args) > 3 {
			c.broadcast(ch.UUID, args[3])
		}
	case "bind_digit_action":
		if args := fstext.Separate(arg, ',', 6); len(args) > 2 {
			c.digitAction(ch, args[2], fstext.Arg(args, 3))
		}
	case "limit_execute":
		if args := fstext.Separate(arg, ' ', 6); len(args) > 5 {
			c.app(ch, args[4], args[5])
		}
	case "limit":
		if args := fstext.Separate(arg, ' ', 7); len(args) > 2 {
			c.overLimit(ch, args[min(len(args), 4):])
		}
	case "tone_detect":
		if args := fstext.Separate(arg, ' ', 7); len(args) > 4 {
			c.app(ch, args[4], fstext.Arg(args, 5))
		}
	case "conference":
		if rest, ok := strings.CutPrefix(strings.TrimLeft(arg, " "), "bridge:"); ok {
			if _, dial, ok := strings.Cut(rest, ":"); ok {
				c.dial(dial, "", ch)
			}
		}
	case "deflect":
		c.deflect(ch, arg)
	}
}

// digitAction runs what bind_digit_action bound to digits (mod_dptools.c, digit_action_callback).
func (c *Call) digitAction(ch *Channel, what, value string) {
	if fstext.HasPrefixFold(what, "api:") {
		_, _ = c.API(what[4:], value)
		return
	}
	if !fstext.HasPrefixFold(what, "exec") {
		return
	}
	rest, inline, open := what[4:], false, 0
	for i := 0; i < len(rest) && (open > 0 || rest[i] == '['); i++ {
		switch rest[i] {
		case '[':
			open++
		case ']':
			if open--; open == 0 {
				inline = strings.IndexByte(rest[:i], 'i') >= 0
				rest = rest[i+1:]
				i = len(rest)
			}
		}
	}
	if app, ok := strings.CutPrefix(rest, ":"); ok && inline {
		c.app(ch, app, value)
	} else if ok {
		c.broadcast(ch.UUID, app+"::"+value)
	}
}

// overLimit sends a channel over a limit to `[EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]`.
func (c *Call) overLimit(ch *Channel, args []string) {
	exten := "limit_exceeded"
	if len(args) > 0 {
		exten = args[0]
	}
	if strings.HasPrefix(exten, "!") {
		c.hangup(ch)
		return
	}
	c.transferTo(ch, exten, fstext.Arg(args, 1), fstext.Arg(args, 2))
}

// deflect sends a channel of loopback to `EXTEN DIALPLAN CONTEXT`, which single spaces separate
// (mod_loopback.c). Other channels would pass the text to the far end.
func (c *Call) deflect(ch *Channel, text string) {
	if text == "" {
		return
	}
	exten, rest, _ := strings.Cut(text, " ")
	plan, context, _ := strings.Cut(rest, " ")
	c.transferTo(ch, exten, plan, context)
}

// assign sets a variable by `NAME=VALUE` or `NAME,VALUE`, after expanding the value (mod_dptools.c,
// base_set). The applications push and unshift add to a list.
func (c *Call) assign(ch *Channel, app, text string) {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		name, value, _ = strings.Cut(text, ",")
	}
	if name == "" {
		return
	}
	before, had := ch.Get(name)
	value = scope{call: c, ch: ch, recursive: true}.expand(value, 0)
	c.setVar(ch, name, value)
	switch {
	case !had || value == "":
	case app == "push":
		ch.Set(name, fstext.ListMark+strings.Join(append(fstext.Elements(before), value), fstext.ListSep))
	case app == "unshift":
		ch.Set(name, fstext.ListMark+strings.Join(append([]string{value}, fstext.Elements(before)...), fstext.ListSep))
	}
}

// assignOther sets variables by export, bridge_export and set_global, and removes them by unset.
func (c *Call) assignOther(ch *Channel, app, text string) {
	name, value, _ := strings.Cut(text, "=")
	switch {
	case name == "":
	case app == "unset":
		ch.Set(text, "")
	case app == "set_global":
		c.setGlobal(name, value)
	default:
		for _, prefix := range []string{"nolocal:", "_nolocal_"} {
			if fstext.HasPrefixFold(name, prefix) {
				name = name[len(prefix):]
				break
			}
		}
		c.setVar(ch, name, value)
	}
}

// setVar sets a channel's variable and records it.
func (c *Call) setVar(ch *Channel, name, value string) {
	name, _, _ = strings.Cut(name, "[")
	value = fstext.Unlist(value)
	c.record("var", "channel", name+" "+value, ch.UUID)
	ch.Set(name, value)
	if fstext.EqualFold(name, presenceCols) {
		c.presence(ch)
	}
}

// setGlobal sets a global variable and records it.
func (c *Call) setGlobal(name, value string) {
	name, _, _ = strings.Cut(name, "[")
	value = fstext.Unlist(value)
	c.record("var", "global", name+" "+value, "")
	c.core.setGlobal(name, value)
	if name == presenceCols {
		c.presence(nil)
	}
}

// scoped sets the variables of `[name=value,...]rest`, or of X[name=valueXname=value]rest, and
// returns rest (switch_core_session.c, switch_core_session_exec). The caller restores them after
// the application.
func (c *Call) scoped(ch *Channel, text string) string {
	sep := byte(',')
	if text[0] != '[' {
		sep, text = text[0], text[1:]
	}
	vars, rest, ok := fstext.CutBlock(text, '[', ']', sep)
	if !ok {
		return text
	}
	for _, v := range vars {
		ch.Set(v.Name, v.Value)
		if fstext.EqualFold(v.Name, presenceCols) {
			c.presence(ch)
		}
	}
	return rest
}
