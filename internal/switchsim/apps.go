package switchsim

import "strings"

// runApp does what is simulated of an application; most do nothing.
func (c *call) runApp(ch *channel, name, arg string) {
	switch asciiLower(name) {
	case "set", "push", "unshift":
		c.assign(ch, asciiLower(name), arg)
	case "export", "bridge_export", "set_global", "unset":
		c.assignOther(ch, asciiLower(name), arg)
	case "multiset":
		sep := byte(' ')
		if len(arg) > 2 && strings.HasPrefix(arg, "^^") {
			sep, arg = arg[2], arg[3:]
		}
		for _, item := range separate(arg, sep, maxMultiset) {
			c.assign(ch, "set", item)
		}
	case "hangup":
		c.hangup(ch)
	case "transfer":
		args := separate(arg, ' ', 4)
		if flag := place(args, 0); equalFold(flag, "-bleg") || equalFold(flag, "-both") {
			args = args[1:]
		} else if len(args) == 0 {
			return
		}
		c.transferTo(ch, place(args, 0), place(args, 1), place(args, 2))
	case "execute_extension":
		if args := separate(arg, ' ', 4); len(args) > 0 {
			c.route(ch, args[0], place(args, 1), place(args, 2))
		}
	case "bridge", "att_xfer":
		c.dial(arg, "", ch)
	default:
		c.runHolder(ch, asciiLower(name), arg)
		c.runFiles(ch, asciiLower(name), arg)
	}
}

// maxMultiset is how many variables multiset sets at most.
const maxMultiset = 256

// runHolder is for the applications that hold others. What waits for digits, tones, a limit or a time is run at once.
func (c *call) runHolder(ch *channel, name, arg string) {
	switch name {
	case "broadcast":
		if args := separate(arg, ' ', 4); len(args) > 0 {
			c.broadcast(ch.uuid, args[0])
		}
	case "sched_broadcast":
		if args := separate(arg, ' ', 6); len(args) > 1 {
			c.at(args[0], func(job *call) { job.broadcast(ch.uuid, args[1]) })
		}
	case "sched_transfer":
		if args := separate(arg, ' ', 4); len(args) > 1 {
			c.at(args[0], func(job *call) { job.transferTo(ch, args[1], place(args, 2), place(args, 3)) })
		}
	case "bind_meta_app":
		if args := separate(arg, ' ', 4); len(args) > 3 {
			c.broadcast(ch.uuid, args[3])
		}
	case "bind_digit_action":
		if args := separate(arg, ',', 6); len(args) > 2 {
			c.pressed(ch, args[2], place(args, 3))
		}
	case "limit_execute":
		if args := separate(arg, ' ', 6); len(args) > 5 {
			c.app(ch, args[4], args[5])
		}
	case "limit":
		if args := separate(arg, ' ', 7); len(args) > 2 {
			c.overLimit(ch, args[min(len(args), 4):])
		}
	case "tone_detect":
		if args := separate(arg, ' ', 7); len(args) > 4 {
			c.app(ch, args[4], place(args, 5))
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

// pressed does what bind_digit_action binds to digits (mod_dptools.c, digit_action_callback).
func (c *call) pressed(ch *channel, what, value string) {
	if hasPrefixFold(what, "api:") {
		_, _ = c.api(what[4:], value)
		return
	}
	if !hasPrefixFold(what, "exec") {
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
		c.broadcast(ch.uuid, app+"::"+value)
	}
}

// place is the i-th of args, or "".
func place(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

// overLimit is for a call beyond a limit: `[EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]`.
func (c *call) overLimit(ch *channel, args []string) {
	exten := "limit_exceeded"
	if len(args) > 0 {
		exten = args[0]
	}
	if strings.HasPrefix(exten, "!") {
		c.hangup(ch)
		return
	}
	c.transferTo(ch, exten, place(args, 1), place(args, 2))
}

// deflect is for a channel of loopback: `EXTEN DIALPLAN CONTEXT`, parted by single spaces and nothing else (mod_loopback.c).
// Others leave the text to the far end.
func (c *call) deflect(ch *channel, text string) {
	if text == "" {
		return
	}
	exten, rest, _ := strings.Cut(text, " ")
	plan, context, _ := strings.Cut(rest, " ")
	c.transferTo(ch, exten, plan, context)
}

// assign is `NAME=VALUE`, or `NAME,VALUE`, whose value is expanded (mod_dptools.c, base_set). push and unshift add to a list.
func (c *call) assign(ch *channel, app, text string) {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		name, value, _ = strings.Cut(text, ",")
	}
	if name == "" {
		return
	}
	before, had := ch.get(name)
	value = scope{call: c, ch: ch, again: true}.expand(value, 0)
	c.setVar(ch, name, value)
	switch {
	case !had || value == "":
	case app == "push":
		ch.set(name, listMark+strings.Join(append(elements(before), value), listSep))
	case app == "unshift":
		ch.set(name, listMark+strings.Join(append([]string{value}, elements(before)...), listSep))
	}
}

func (c *call) assignOther(ch *channel, app, text string) {
	name, value, _ := strings.Cut(text, "=")
	switch {
	case name == "":
	case app == "unset":
		ch.set(text, "")
	case app == "set_global":
		c.setGlobal(name, value)
	default:
		for _, prefix := range []string{"nolocal:", "_nolocal_"} {
			if hasPrefixFold(name, prefix) {
				name = name[len(prefix):]
				break
			}
		}
		c.setVar(ch, name, value)
	}
}

// setVar sets a channel's variable, and records it.
func (c *call) setVar(ch *channel, name, value string) {
	name, _, _ = strings.Cut(name, "[")
	value = queued(value)
	c.record("var", "channel", name+" "+value, ch.uuid)
	ch.set(name, value)
	if equalFold(name, presenceCols) {
		c.presence(ch)
	}
}

func (c *call) setGlobal(name, value string) {
	name, _, _ = strings.Cut(name, "[")
	value = queued(value)
	c.record("var", "global", name+" "+value, "")
	c.core.mu.Lock()
	c.core.globals[name] = value
	c.core.mu.Unlock()
	if name == presenceCols {
		c.presence(nil)
	}
}

// scoped sets the variables of `[name=value,...]rest`, or of X[name=valueXname=value]rest, for the run of one
// application, and returns the rest (switch_core_session.c, switch_core_session_exec).
func (c *call) scoped(ch *channel, text string) string {
	sep := byte(',')
	if text[0] != '[' {
		sep, text = text[0], text[1:]
	}
	vars, rest, ok := brackets(text, '[', ']', sep)
	if !ok {
		return text
	}
	for _, v := range vars {
		ch.set(v.Name, v.Value)
		if equalFold(v.Name, presenceCols) {
			c.presence(ch)
		}
	}
	return rest
}
