package switchsim

import "strings"

// app runs an application on a channel: its argument is expanded, then it is recorded, then what little of it is
// simulated is done. An application that does not exist hangs the channel up, unrecorded, and gives false.
func (c *call) app(ch *channel, name, arg string) bool {
	name = strings.TrimLeft(name, " ")
	if !c.sw.apps[asciiLower(name)] {
		c.sw.RemoveChannel(ch.uuid)
		return false
	}
	arg = scope{call: c, ch: ch, again: true}.expand(arg, 0)
	c.record("app", name, arg, ch.uuid)
	id := c.appUUID
	if id == "" {
		id = newUUID()
	}
	c.appEvent(ch, "CHANNEL_EXECUTE", 2949, name, arg, id)
	c.runApp(ch, name, arg)
	c.appEvent(ch, "CHANNEL_EXECUTE_COMPLETE", 2972, name, arg, id)
	return true
}

// appEvent fires the event before or after an application.
func (c *call) appEvent(ch *channel, event string, line int, name, arg, id string) {
	if c.sw.listening.Load() == 0 {
		return
	}
	e := Event{Name: event, File: "switch_core_session.c", Func: "switch_core_session_exec", Line: line}
	e.Headers = append(ch.headers(), Header{Name: "Application", Value: name})
	if arg != "" {
		e.Headers = append(e.Headers, Header{Name: "Application-Data", Value: arg})
	}
	if event == "CHANNEL_EXECUTE_COMPLETE" {
		e.Headers = append(e.Headers, Header{Name: "Application-Response", Value: "_none_"})
	}
	e.Headers = append(e.Headers, Header{Name: "Application-UUID", Value: id})
	c.sw.Emit(e)
}

// runApp does what is simulated of an application; most do nothing.
func (c *call) runApp(ch *channel, name, arg string) {
	switch asciiLower(name) {
	case "set", "export":
		if k, v, ok := strings.Cut(arg, "="); ok {
			ch.set(strings.TrimSpace(k), v)
		}
	case "unset":
		ch.set(arg, "")
	case "hangup":
		c.sw.RemoveChannel(ch.uuid)
	case "transfer":
		c.transfer(ch, separate(arg, ' ', 4))
	case "execute_extension":
		c.extension(ch, separate(arg, ' ', 3))
	case "bridge":
		c.dial(arg)
	}
}

// extension runs an extension: `EXTEN [DIALPLAN [CONTEXT]]`. There is one in every context, park, which answers and
// parks; the dialplan inline brings its own applications.
func (c *call) extension(ch *channel, args []string) {
	if len(args) == 0 {
		return
	}
	if len(args) > 1 {
		plan, target, given := strings.Cut(args[1], ":")
		if equalFold(plan, "inline") {
			if !given {
				target = args[0]
			}
			c.inline(ch, target)
			return
		}
	}
	if args[0] == "park" {
		c.app(ch, "answer", "")
		c.app(ch, "park", "")
	}
}

// transfer is an extension with, perhaps, -bleg or -both before it, which are not simulated.
func (c *call) transfer(ch *channel, args []string) {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	c.extension(ch, args)
}

// inline is `app:arg,app:arg`; a prefix `m:X:` puts X in the comma's place.
func (c *call) inline(ch *channel, text string) {
	sep := byte(',')
	if strings.HasPrefix(text, "m:") && len(text) > 4 && text[3] == ':' {
		sep, text = text[2], text[4:]
	}
	for _, item := range separate(text, sep, maxParts) {
		name, arg, _ := strings.Cut(item, ":")
		c.app(ch, name, arg)
	}
}
