package switchsim

import "strings"

// app runs an application on a channel. `name::arg` is
// left to the channel's own thread, which may never come to it: it is run only where all is ([Switch.Run]).
func (c *call) app(ch *channel, name, arg string) bool {
	if app, rest, ok := strings.Cut(name, "::"); ok && arg == "" && c.together {
		name, arg = queued(app), queued(rest)
	}
	return c.runNamed(ch, name, arg)
}

// runNamed runs the application of that name: its argument is expanded, then it is recorded, then what little of it is
// simulated is done. An application that does not exist hangs the channel up, unrecorded, and gives false.
func (c *call) runNamed(ch *channel, name, arg string) bool {
	name = strings.TrimLeft(name, " ")
	if !c.work(1) {
		return false
	}
	if !c.core.apps[asciiLower(name)] {
		c.hangup(ch)
		return false
	}
	if literal, _ := ch.get("app_disable_expand_variables"); !isTrue(literal) {
		arg = scope{call: c, ch: ch, again: true}.expand(arg, 0)
		if strings.HasPrefix(arg, "%[") || len(arg) > 2 && arg[0] == '%' && arg[2] == '[' {
			before := ch.variables()
			defer ch.restore(before)
			arg = c.scoped(ch, arg[1:])
		}
	}
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
	if c.core.listening.Load() == 0 {
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
	c.core.emit(e)
}
