package switchsim

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ownUUID takes `uuid:X ` off the front of the arguments of eval, expand and bgapi.
func ownUUID(arg string) (uuid, rest string) {
	if !hasPrefixFold(arg, "uuid:") {
		return "", arg
	}
	uuid, rest, _ = strings.Cut(arg[len("uuid:"):], " ")
	return uuid, rest
}

func apiEval(c *call, arg string) string {
	uuid, text := ownUUID(arg)
	return scope{call: c, ch: c.core.channel(uuid)}.expand(text, 0)
}

func apiExpand(c *call, arg string) string {
	uuid, text := ownUUID(arg)
	if text == "" {
		return "-ERR No input\n"
	}
	name, rest, _ := strings.Cut(text, " ")
	out, ok := c.api(name, scope{call: c, ch: c.core.channel(uuid)}.expand(rest, 0))
	if !ok {
		out += "-ERR Cannot execute command\n"
	}
	return out
}

func apiBgapi(c *call, arg string) string {
	id, text := ownUUID(arg)
	if text == "" {
		return "-ERR Invalid syntax\n"
	}
	if id == "" {
		id = newUUID()
	}
	name, rest, _ := strings.Cut(text, " ")
	c.apart(func(job *call) {
		out, ok := job.api(name, rest)
		if !ok {
			out = "-ERR " + name + " Command not found!\n"
		}
		job.runLater()
		c.core.jobDone(Event{File: "mod_commands.c", Func: "bgapi_exec", Line: 5423}, id, "", name, rest, out)
	})
	return "+OK Job-UUID: " + id + "\n"
}

func apiXMLWrap(c *call, arg string) string {
	encoded := hasPrefixFold(arg, "encoded ")
	if encoded {
		arg = arg[len("encoded "):]
	}
	name, rest, _ := strings.Cut(arg, " ")
	out, _ := c.api(name, rest)
	if encoded {
		out = urlEncode(out)
	}
	return "<result>\n  <row id=\"1\">\n    <data>" + out + "</data>\n  </row>\n</result>\n"
}

// apiJSON knows the commands status, fsapi and execute.
func apiJSON(c *call, arg string) string {
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
	switch asciiLower(command) {
	case "status":
		response = c.core.statusJSON()
	case "fsapi":
		out := "INVALID CALL" // without a command
		if cmd := text(data, "cmd"); cmd != "" {
			out, _ = c.api(cmd, text(data, "arg"))
		}
		response = `{"message":` + jsonString(out) + `}`
	case "execute":
		ch := c.core.channel(text(data, "uuid"))
		if ch == nil {
			status, response = "error", `"INVALID INPUT"`
			break
		}
		c.after(func() { c.app(ch, queued(text(data, "app")), queued(text(data, "arg"))) })
		response = `{"channelName":"` + channelName + `"}`
	default:
		status, response = "error", `{}`
	}
	return `{"command":` + jsonString(command) + `,"data":` + compact.String() + `,"status":"` + status +
		`","response":` + response + "}\n"
}

// apiSched runs `TIME GROUP API ARGS` once at its time; TIME is +seconds, @seconds (which would repeat) or absolute.
func apiSched(c *call, arg string) string {
	when, rest, _ := strings.Cut(arg, " ")
	_, text, ok := strings.Cut(rest, " ")
	if !ok {
		return "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"
	}
	text = strings.TrimSuffix(text, "&")
	c.at(when, func(job *call) {
		name, arg, _ := strings.Cut(text, " ")
		_, _ = job.api(name, arg)
	})
	return "+OK Added: " + strconv.FormatInt(c.core.tasks.Add(1), 10) + "\n"
}

func apiSchedBroadcast(c *call, arg string) string {
	args := separate(arg, ' ', 4)
	if len(args) < 3 {
		return "-USAGE: [[+]<time>|@time] <uuid> <path> [aleg|bleg|both]\n"
	}
	c.at(args[0], func(job *call) { job.broadcast(args[1], args[2]) })
	return "+OK Message scheduled\n"
}

// at runs f in a goroutine of its own at a time as the schedulers write it, unless the switch is closed before.
func (c *call) at(when string, f func(*call)) {
	seconds := atoi(strings.TrimLeft(when, "+@"))
	if !strings.HasPrefix(when, "+") && !strings.HasPrefix(when, "@") {
		seconds -= int(time.Now().Unix())
	}
	wait := time.Duration(max(seconds, 0)) * c.core.opts.second
	c.apart(func(job *call) {
		if !c.together {
			select {
			case <-time.After(wait):
			case <-c.core.done:
				return
			}
		}
		f(job)
	})
}

// apiChat knows the protocol api, whose "recipient" is thrown away and whose text is run.
func apiChat(c *call, arg string) string {
	parts := separate(arg, '|', 5)
	if len(parts) < 4 || !equalFold(queued(parts[0]), "api") {
		return "-ERR Invalid\n"
	}
	to := queued(parts[2])
	if v := c.core.global(to); v != "" {
		to = v
	}
	if text, err := url.PathUnescape(to); err == nil {
		name, rest, _ := strings.Cut(text, " ")
		_, _ = c.api(name, rest)
	}
	return "Sent"
}
