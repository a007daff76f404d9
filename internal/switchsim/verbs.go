package switchsim

import (
	"strings"
)

const (
	denied    = "-ERR permission denied"
	unknown   = "-ERR command not found"
	noControl = "-ERR not controlling a session"
)

// dispatch finds the verb in the order of mod_event_socket.c (parse_command), by prefix and without case, and answers.
// cmd is the whole header text.
func (c *session) dispatch(f *Frame, cmd string) []byte {
	if hasPrefixFold(cmd, "exit") || hasPrefixFold(cmd, "...") {
		c.quit = true
		return commandReply("+OK bye")
	}
	line := stripCR(cmd)
	if !c.authed {
		return c.login(cmd, line)
	}
	if hasPrefixFold(cmd, "filter ") {
		return c.filter(line)
	}
	if reply, ok := c.channelVerb(cmd, line); ok {
		return reply
	}
	switch {
	case hasPrefixFold(cmd, "divert_events"):
		return c.divertEvents(cmd[len("divert_events"):])
	case hasPrefixFold(cmd, "sendmsg"):
		return c.sendmsg(f, cmd[len("sendmsg"):])
	case hasPrefixFold(cmd, "sendevent"):
		return c.sendevent(f, line)
	case hasPrefixFold(cmd, "api "):
		return c.api(f, stripCR(cmd[len("api "):]))
	case hasPrefixFold(cmd, "bgapi "):
		return c.bgapi(f, stripCR(cmd[len("bgapi "):]))
	case hasPrefixFold(cmd, "log"):
		return c.log(line)
	case hasPrefixFold(cmd, "linger"):
		return c.linger(cmd)
	case hasPrefixFold(cmd, "nolinger"):
		if c.attached() == nil {
			return commandReply(noControl)
		}
		return commandReply("+OK will not linger")
	case hasPrefixFold(cmd, "nolog"):
		return c.nolog()
	case hasPrefixFold(cmd, "event"):
		return c.subscribe(line)
	case hasPrefixFold(cmd, "nixevent"):
		return c.nixevent(line)
	case hasPrefixFold(cmd, "noevents"):
		return c.noevents()
	}
	return commandReply(unknown)
}

// api is the verb. Its own text is bounded by the first CR or LF, and the first single space parts name and argument.
func (c *session) api(f *Frame, text string) []byte {
	name, arg, _ := strings.Cut(text, " ")
	if !c.user.mayAPI(name, arg) {
		return commandReply(denied)
	}
	call := c.call()
	var out string
	ok := false
	if isTrue(f.Get("console_execute")) {
		out, ok = call.console(text, 0)
		name = text
	} else {
		out, ok = call.api(name, arg)
	}
	if !ok {
		out = "-ERR " + name + " Command not found!\n"
	}
	call.runLater()
	if out = cString([]byte(out)); out == "" {
		out = "-ERR no reply\n"
	}
	return []byte(body("api/response", out))
}

// maxJobUUID is the longest id of a job; a longer one is cut (SWITCH_UUID_FORMATTED_LENGTH).
const maxJobUUID = 256

// bgapi is the verb: the reply comes first, the API runs in a goroutine of its own.
func (c *session) bgapi(f *Frame, text string) []byte {
	name, arg, _ := strings.Cut(text, " ")
	if !c.user.mayAPI(name, arg) {
		return commandReply(denied)
	}
	id := newUUID()
	if h := find(f.Headers, "job-uuid"); h != nil {
		id = h.Value[:min(len(h.Value), maxJobUUID)]
	}
	owner := c.boundUUID()
	verb := c.call()
	verb.apart(func(job *call) {
		out, ok := job.api(name, arg)
		if !ok {
			out = "-ERR " + name + " Command not found!\n"
		}
		job.runLater()
		c.sw.core.jobDone(Event{File: "mod_event_socket.c", Func: "api_exec", Line: 1580}, id, owner, name, arg, out)
	})
	verb.runLater()
	return rawReply("Reply-Text: +OK Job-UUID: " + id + "\nJob-UUID: " + id + "\n\n")
}

// sendevent fires the frame itself as an event.
func (c *session) sendevent(f *Frame, line string) []byte {
	id := newUUID()
	name, ok := eventName(strings.TrimLeft(line[len("sendevent"):], "\t "))
	e := &Event{Name: "CUSTOM", Body: f.Body, HasBody: f.hasBody}
	if ok {
		e.Name = name
	}
	headers := append([]Header{{Name: "Command", Value: line}}, f.Headers...)
	headers = append(headers, Header{Name: "Event-UUID", Value: id})
	if sub := f.Get("Event-Subclass"); sub != "" && ok && name == "CUSTOM" {
		e.Subclass = sub
		e.Headers = append(e.Headers, Header{Name: "Event-Subclass", Value: sub})
	}
	for _, h := range headers {
		if e.Subclass == "" || !equalFold(h.Name, "Event-Subclass") {
			e.Headers = append(e.Headers, h)
		}
	}
	e.Headers = append(e.Headers, c.sw.core.stamp(e.Name, "mod_event_socket.c", "parse_command", 2283)...)
	uuid := f.Get("unique-id")
	c.record("event", e.Name, e.Subclass, uuid)
	c.call().stored(e.Name, f)
	if c.sw.core.channel(uuid) == nil {
		c.sw.core.fire(e)
	}
	return commandReply("+OK " + id)
}

// isTrue is switch_true: a number other than 0, or one of a few words.
func isTrue(s string) bool {
	switch asciiLower(s) {
	case "yes", "on", "true", "t", "enabled", "active", "allow":
		return true
	}
	return s != "" && strings.Trim(s, "-+.0123456789") == "" && atoi(s) != 0
}

func (c *session) record(kind, name, args, uuid string) {
	c.sw.core.record(Execution{Kind: kind, Name: name, Args: args, UUID: uuid, Session: c.id})
}

// sendmsg is the verb. rest is the header text after it; the uuid may stand there, without a blank, or in the header
// session-id. What a real channel would run in its own thread is run before the answer is written, so that a test
// that has the answer need not wait.
func (c *session) sendmsg(f *Frame, rest string) []byte {
	uuid := stripCR(strings.TrimLeft(rest, " "))
	if uuid == "" {
		uuid = f.Get("session-id")
	}
	ch := c.attached()
	if uuid != "" && uuid != c.boundUUID() || ch == nil {
		ch = c.sw.core.channel(uuid)
	}
	if ch == nil {
		return commandReply("-ERR invalid session id [" + uuid + "]")
	}
	call := c.call()
	call.instruct(ch, f)
	call.runLater()
	return commandReply("+OK")
}
