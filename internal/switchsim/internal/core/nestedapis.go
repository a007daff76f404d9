package core

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// apiRecord is `UUID start PATH LIMIT {NAME=VALUE,...}`. The block, which is URL-encoded, sets
// variables for the recording; here they are set for the channel.
func apiRecord(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 5)
	ch := c.core.Channel(fstext.Arg(args, 0))
	if len(args) < 3 || ch == nil {
		return "-ERR Cannot locate session!\n"
	}
	if text, err := url.PathUnescape(fstext.Arg(args, 4)); err == nil && fstext.EqualFold(args[1], "start") {
		vars, _, _ := fstext.CutBlock(strings.TrimLeft(text, " "), '{', '}', ',')
		for _, v := range vars {
			c.setVar(ch, v.Name, v.Value)
		}
	}
	if fstext.EqualFold(args[1], "start") {
		c.recordSession(ch, args[2], "")
	}
	return "+OK Success\n"
}

// apiDropDTMF is `UUID on|off mask_file PATH`. The path is played for each digit.
func apiDropDTMF(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 5)
	if len(args) > 3 && fstext.EqualFold(args[2], "mask_file") {
		c.ifAtOnce(func() { c.broadcast(args[0], args[3]) })
	}
	return "+OK\n"
}

// apiFifoMember is `add FIFO DIAL-STRING ...`.
func apiFifoMember(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 10)
	if len(args) > 2 && fstext.EqualFold(args[0], "add") {
		c.ifAtOnce(func() { c.dialExpanded(args[2]) })
	}
	return "+OK\n"
}

// apiFifoOutbound is `FIFO DIAL-STRING`.
func apiFifoOutbound(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 10)
	if len(args) > 1 {
		c.ifAtOnce(func() { c.dialExpanded(args[1]) })
	}
	return "+OK\n"
}

// apiCallcenter is `agent set contact AGENT DIAL-STRING`.
func apiCallcenter(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 10)
	if len(args) > 4 && args[0] == "agent" && args[1] == "set" && args[2] == "contact" {
		c.ifAtOnce(func() { c.dialExpanded(args[4]) })
	}
	return "+OK\n"
}

// apiPage is `(NAME=VALUE,...)<NAME=VALUE,...>DIAL-STRING:_:DIAL-STRING`. Each call is sent to the
// extension page_exten (mod_dptools.c, page_api_function and call_monitor_thread).
func apiPage(c *Call, arg string) string {
	vars := map[string]string{"page_dp": "inline"}
	for {
		list, rest, ok := fstext.CutBlock(arg, '(', ')', ',')
		if !ok {
			break
		}
		for _, v := range list {
			vars[fstext.Lower(v.Name)] = v.Value
		}
		arg = rest
	}
	arg = strings.TrimLeft(arg, " ")
	calls, ok := arg, true
	for ok {
		_, calls, ok = fstext.CutBlock(calls, '<', '>', ',')
	}
	own := arg[:len(arg)-len(calls)] // the variables of the first call
	c.ifAtOnce(func() {
		for part := range strings.SplitSeq(strings.TrimLeft(calls, " "), ":_:") {
			ch, _ := c.dial(own+part, "", nil)
			own = ""
			if ch != nil && vars["page_exten"] != "" {
				c.transferTo(ch, vars["page_exten"], vars["page_dp"], vars["page_context"])
			}
		}
	})
	return "+OK\n"
}

// field returns the first value of a JSON object with that name, in any case, as cJSON finds it. It
// returns nil if there is none.
func field(object []byte, name string) json.RawMessage {
	dec := json.NewDecoder(strings.NewReader(string(object)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for dec.More() {
		key, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return nil
		}
		if k, ok := key.(string); ok && fstext.EqualFold(k, name) {
			return value
		}
	}
	return nil
}

// text returns the string that field finds, or "".
func text(object []byte, name string) (s string) {
	_ = json.Unmarshal(field(object, name), &s)
	return s
}

// dialExpanded dials what a queue stored. It is expanded when it is used (mod_fifo.c,
// mod_callcenter.c).
func (c *Call) dialExpanded(text string) {
	_, _ = c.dial(scope{call: c, recursive: true}.expand(text, 0), "", nil)
}

// ownUUID parses `uuid:X ` at the front of the arguments of eval, expand and bgapi. uuid is "" if
// it is missing.
func ownUUID(arg string) (uuid, rest string) {
	if !fstext.HasPrefixFold(arg, "uuid:") {
		return "", arg
	}
	uuid, rest, _ = strings.Cut(arg[len("uuid:"):], " ")
	return uuid, rest
}

func apiEval(c *Call, arg string) string {
	uuid, text := ownUUID(arg)
	return scope{call: c, ch: c.core.Channel(uuid)}.expand(text, 0)
}

func apiExpand(c *Call, arg string) string {
	uuid, text := ownUUID(arg)
	if text == "" {
		return "-ERR No input\n"
	}
	name, rest, _ := strings.Cut(text, " ")
	out, ok := c.API(name, scope{call: c, ch: c.core.Channel(uuid)}.expand(rest, 0))
	if !ok {
		out += "-ERR Cannot execute command\n"
	}
	return out
}

func apiBgapi(c *Call, arg string) string {
	id, text := ownUUID(arg)
	if text == "" {
		return "-ERR Invalid syntax\n"
	}
	if id == "" {
		id = fstext.NewUUID()
	}
	name, rest, _ := strings.Cut(text, " ")
	c.Spawn(func(job *Call) {
		out, ok := job.API(name, rest)
		if !ok {
			out = "-ERR " + name + " Command not found!\n"
		}
		job.RunLater()
		c.core.JobDone(event.Event{File: "mod_commands.c", Func: "bgapi_exec", Line: 5423}, id, "", name, rest, out)
	})
	return "+OK Job-UUID: " + id + "\n"
}

func apiXMLWrap(c *Call, arg string) string {
	encoded := fstext.HasPrefixFold(arg, "encoded ")
	if encoded {
		arg = arg[len("encoded "):]
	}
	name, rest, _ := strings.Cut(arg, " ")
	out, _ := c.API(name, rest)
	if encoded {
		out = fstext.URLEncode(out)
	}
	return "<result>\n  <row id=\"1\">\n    <data>" + out + "</data>\n  </row>\n</result>\n"
}

// apiJSON simulates the commands status, fsapi and execute.
func apiJSON(c *Call, arg string) string {
	if arg == "" {
		return "-ERR No JSON supplied.\n"
	}
	if !json.Valid([]byte(arg)) {
		return `{"status":"error","message":"Parse Error","response":{}}` + "\n"
	}
	command, data := text([]byte(arg), "command"), field([]byte(arg), "data")
	var compact bytes.Buffer
	_ = json.Compact(&compact, data)
	status, response := "success", ""
	switch fstext.Lower(command) {
	case "status":
		response = c.core.statusJSON()
	case "fsapi":
		out := "INVALID CALL" // without a command
		if cmd := text(data, "cmd"); cmd != "" {
			out, _ = c.API(cmd, text(data, "arg"))
		}
		response = `{"message":` + fstext.QuoteJSON(out) + `}`
	case "execute":
		ch := c.core.Channel(text(data, "uuid"))
		if ch == nil {
			status, response = "error", `"INVALID INPUT"`
			break
		}
		c.after(func() { c.app(ch, fstext.Unlist(text(data, "app")), fstext.Unlist(text(data, "arg"))) })
		response = `{"channelName":"` + channelName + `"}`
	default:
		status, response = "error", `{}`
	}
	return `{"command":` + fstext.QuoteJSON(command) + `,"data":` + compact.String() + `,"status":"` + status +
		`","response":` + response + "}\n"
}

// apiSched is `TIME GROUP API ARGS`. It runs the API once at its time; FreeSWITCH would repeat it
// if TIME begins with an @.
func apiSched(c *Call, arg string) string {
	when, rest, _ := strings.Cut(arg, " ")
	_, text, ok := strings.Cut(rest, " ")
	if !ok {
		return "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"
	}
	text = strings.TrimSuffix(text, "&")
	c.at(when, func(job *Call) {
		name, arg, _ := strings.Cut(text, " ")
		_, _ = job.API(name, arg)
	})
	return "+OK Added: " + strconv.FormatInt(c.core.tasks.Add(1), 10) + "\n"
}

func apiSchedBroadcast(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 4)
	if len(args) < 3 {
		return "-USAGE: [[+]<time>|@time] <uuid> <path> [aleg|bleg|both]\n"
	}
	c.at(args[0], func(job *Call) { job.broadcast(args[1], args[2]) })
	return "+OK Message scheduled\n"
}

// at runs f in its own goroutine at a time as the schedulers write it: +seconds, @seconds, or
// seconds since 1970. It does not run f if the switch is closed before.
func (c *Call) at(when string, f func(*Call)) {
	seconds := fstext.Atoi(strings.TrimLeft(when, "+@"))
	if !strings.HasPrefix(when, "+") && !strings.HasPrefix(when, "@") {
		seconds -= int(time.Now().Unix())
	}
	wait := time.Duration(max(seconds, 0)) * c.core.opts.Second
	c.Spawn(func(job *Call) {
		if !c.atOnce {
			select {
			case <-time.After(wait):
			case <-c.core.done:
				return
			}
		}
		f(job)
	})
}

// apiChat simulates the protocol api, which runs its text. The "recipient" is ignored.
func apiChat(c *Call, arg string) string {
	parts := fstext.Separate(arg, '|', 5)
	if len(parts) < 4 || !fstext.EqualFold(fstext.Unlist(parts[0]), "api") {
		return "-ERR Invalid\n"
	}
	to := fstext.Unlist(parts[2])
	if v := c.core.global(to); v != "" {
		to = v
	}
	if text, err := url.PathUnescape(to); err == nil {
		name, rest, _ := strings.Cut(text, " ")
		_, _ = c.API(name, rest)
	}
	return "Sent"
}
