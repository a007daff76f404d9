package switchsim

import (
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/core"
	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

const (
	denied    = "-ERR permission denied"
	unknown   = "-ERR command not found"
	noControl = "-ERR not controlling a session"
)

// dispatch finds the verb in the order of mod_event_socket.c (parse_command), by prefix and in any
// case, and answers. cmd is the whole header text.
func (c *session) dispatch(f *frame.Frame, cmd string) []byte {
	if fstext.HasPrefixFold(cmd, "exit") || fstext.HasPrefixFold(cmd, "...") {
		c.quit = true
		return commandReply("+OK bye")
	}
	line := fstext.StripCR(cmd)
	if !c.authed {
		return c.login(cmd, line)
	}
	if fstext.HasPrefixFold(cmd, "filter ") {
		return c.filter(line)
	}
	if reply, ok := c.channelVerb(cmd, line); ok {
		return reply
	}
	switch {
	case fstext.HasPrefixFold(cmd, "divert_events"):
		return c.divertEvents(cmd[len("divert_events"):])
	case fstext.HasPrefixFold(cmd, "sendmsg"):
		return c.sendmsg(f, cmd[len("sendmsg"):])
	case fstext.HasPrefixFold(cmd, "sendevent"):
		return c.sendevent(f, line)
	case fstext.HasPrefixFold(cmd, "api "):
		return c.api(f, fstext.StripCR(cmd[len("api "):]))
	case fstext.HasPrefixFold(cmd, "bgapi "):
		return c.bgapi(f, fstext.StripCR(cmd[len("bgapi "):]))
	case fstext.HasPrefixFold(cmd, "log"):
		return c.log(line)
	case fstext.HasPrefixFold(cmd, "linger"):
		return c.linger(cmd)
	case fstext.HasPrefixFold(cmd, "nolinger"):
		if c.attached() == nil {
			return commandReply(noControl)
		}
		return commandReply("+OK will not linger")
	case fstext.HasPrefixFold(cmd, "nolog"):
		return c.nolog()
	case fstext.HasPrefixFold(cmd, "event"):
		return c.subscribe(line)
	case fstext.HasPrefixFold(cmd, "nixevent"):
		return c.nixevent(line)
	case fstext.HasPrefixFold(cmd, "noevents"):
		return c.noevents()
	}
	return commandReply(unknown)
}

// api answers the verb api. text ends at the first CR or LF, and its first single space separates
// the name and the argument.
func (c *session) api(f *frame.Frame, text string) []byte {
	name, arg, _ := strings.Cut(text, " ")
	if !c.user.mayAPI(name, arg) {
		return commandReply(denied)
	}
	call := c.call()
	var out string
	ok := false
	if fstext.IsTrue(f.Get("console_execute")) {
		out, ok = call.Console(text, 0)
		name = text
	} else {
		out, ok = call.API(name, arg)
	}
	if !ok {
		out = "-ERR " + name + " Command not found!\n"
	}
	call.RunLater()
	if out = fstext.CString([]byte(out)); out == "" {
		out = "-ERR no reply\n"
	}
	return []byte(body("api/response", out))
}

// maxJobUUID is the longest id of a job; a longer one is cut (SWITCH_UUID_FORMATTED_LENGTH).
const maxJobUUID = 256

// bgapi answers the verb bgapi. The reply is sent first, and the API runs in its own goroutine.
func (c *session) bgapi(f *frame.Frame, text string) []byte {
	name, arg, _ := strings.Cut(text, " ")
	if !c.user.mayAPI(name, arg) {
		return commandReply(denied)
	}
	id := fstext.NewUUID()
	if h := frame.Find(f.Headers, "job-uuid"); h != nil {
		id = h.Value[:min(len(h.Value), maxJobUUID)]
	}
	owner := c.boundUUID()
	verb := c.call()
	verb.Spawn(func(job *core.Call) {
		out, ok := job.API(name, arg)
		if !ok {
			out = "-ERR " + name + " Command not found!\n"
		}
		job.RunLater()
		c.sw.core.JobDone(event.Event{File: "mod_event_socket.c", Func: "api_exec", Line: 1580}, id, owner, name, arg, out)
	})
	verb.RunLater()
	return rawReply("Reply-Text: +OK Job-UUID: " + id + "\nJob-UUID: " + id + "\n\n")
}

// sendevent fires the frame itself as an event.
func (c *session) sendevent(f *frame.Frame, line string) []byte {
	id := fstext.NewUUID()
	e := &event.Event{Name: "CUSTOM", Body: f.Body, HasBody: f.HasBody}
	name, ok := event.Lookup(strings.TrimLeft(line[len("sendevent"):], "\t "))
	if ok {
		e.Name = name
	}
	var l frame.HeaderList
	l.Add("Command", line)
	l.Append(f.Headers...)
	l.Add("Event-UUID", id)
	if h := frame.Find(f.Headers, "Event-Subclass"); h != nil && ok && name == "CUSTOM" {
		e.Subclass, e.HasSubclass = h.Value, true
		l.Add("Event-Subclass", "")
		l.Add("Event-Subclass", e.Subclass)
	}
	l.Append(c.sw.core.Stamp(e.Name, "mod_event_socket.c", "parse_command", 2283)...)
	e.Headers = l.Values()
	uuid := f.Get("unique-id")
	c.record("event", e.Name, e.Subclass, uuid)
	c.call().StoreEvent(e.Name, f)
	if c.sw.core.Channel(uuid) == nil {
		c.sw.core.Fire(e)
	}
	return commandReply("+OK " + id)
}

// record records an execution of the session.
func (c *session) record(kind, name, args, uuid string) {
	c.sw.core.Record(core.Execution{Kind: kind, Name: name, Args: args, UUID: uuid, Session: c.id})
}

// sendmsg answers the verb sendmsg. rest is the header text after the verb. The uuid is in it, or
// in the header session-id. FreeSWITCH would run the command in the channel's own thread. Here it
// runs before the answer is written, so that a test which has the answer need not wait.
func (c *session) sendmsg(f *frame.Frame, rest string) []byte {
	uuid := fstext.StripCR(strings.TrimLeft(rest, " "))
	if uuid == "" {
		uuid = f.Get("session-id")
	}
	ch := c.attached()
	if uuid != "" && uuid != c.boundUUID() || ch == nil {
		ch = c.sw.core.Channel(uuid)
	}
	if ch == nil {
		return commandReply("-ERR invalid session id [" + uuid + "]")
	}
	call := c.call()
	call.Sendmsg(ch, f)
	call.RunLater()
	return commandReply("+OK")
}
