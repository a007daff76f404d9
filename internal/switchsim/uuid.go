package switchsim

import (
	"cmp"
	"strings"
)

const noChannel = "-ERR No such channel!\n"

func apiExists(c *call, arg string) string {
	if c.core.channel(arg) == nil {
		return "false"
	}
	return "true"
}

func apiGetvar(c *call, arg string) string {
	args := separate(arg, ' ', 4)
	if len(args) < 2 || args[0] == "" {
		return "-USAGE: <uuid> <var>\n"
	}
	ch := c.core.channel(args[0])
	if ch == nil {
		return noChannel
	}
	if v, ok := ch.get(args[1]); ok {
		return v
	}
	return "_undef_"
}

func apiSetvar(c *call, arg string) string {
	args := separate(arg, ' ', 3)
	if len(args) < 2 || args[0] == "" {
		return "-USAGE: <uuid> <var> [value]\n"
	}
	ch := c.core.channel(args[0])
	switch {
	case ch == nil:
		return noChannel
	case args[1] == "":
		return "-ERR No variable specified\n"
	}
	value := ""
	if len(args) == 3 {
		value = args[2]
	}
	c.setVar(ch, args[1], value)
	return "+OK\n"
}

// maxMulti is how many variables uuid_setvar_multi sets at most.
const maxMulti = 64

func apiSetvarMulti(c *call, arg string) string {
	uuid, vars, ok := strings.Cut(arg, " ")
	if !ok {
		return "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"
	}
	ch := c.core.channel(uuid)
	if ch == nil {
		return noChannel
	}
	for _, item := range separate(vars, ';', maxMulti) {
		if name, value, _ := strings.Cut(item, "="); name != "" {
			c.setVar(ch, name, value)
		}
	}
	return "+OK\n"
}

func apiKill(c *call, arg string) string {
	uuid, _, _ := strings.Cut(arg, " ")
	if uuid == "" {
		return "-USAGE: <uuid> [cause]\n"
	}
	ch := c.core.channel(uuid)
	if ch == nil {
		return noChannel
	}
	c.hangup(ch)
	return "+OK\n"
}

func apiDump(c *call, arg string) string {
	args := separate(arg, ' ', 4)
	if len(args) == 0 {
		return "-USAGE: <uuid> [format]\n"
	}
	ch := c.core.channel(args[0])
	if ch == nil {
		return noChannel
	}
	form := plain
	if len(args) > 1 {
		form, _ = formatName(args[1])
	}
	return c.core.data(ch, "mod_commands.c", "uuid_dump_function", 6349).text(form)
}

func apiBroadcast(c *call, arg string) string {
	args := separate(arg, ' ', 4)
	if len(args) < 2 {
		return "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"
	}
	if c.core.channel(args[0]) == nil {
		return "-ERR invalid uuid\n"
	}
	c.after(func() { c.broadcast(args[0], args[1]) })
	return "+OK Message sent\n"
}

// broadcast plays a path on a channel, or runs `app::arg`, of which `!CAUSE` may end the app: the channel is hung up then.
func (c *call) broadcast(uuid, path string) {
	ch := c.core.channel(uuid)
	if ch == nil {
		return
	}
	app, arg := "playback", path
	if i := strings.IndexByte(path, ':'); i >= 0 && strings.HasPrefix(path[i:], "::") {
		app, arg = path[:i], path[i+2:]
	}
	app, cause, hangup := strings.Cut(app, "!")
	c.app(ch, queued(app), queued(arg))
	if hangup {
		c.app(ch, "hangup", cmp.Or(cause, "normal_clearing"))
	}
}

func apiTransfer(c *call, arg string) string {
	args := separate(arg, ' ', 5)
	if len(args) < 2 {
		return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
	}
	ch := c.core.channel(args[0])
	if ch == nil {
		return noChannel
	}
	c.after(func() { c.transfer(ch, args[1:]) })
	return "+OK\n"
}

func apiBridge(c *call, arg string) string {
	args := separate(arg, ' ', 2)
	if len(args) < 2 {
		return "-USAGE: <uuid> <other_uuid>\n"
	}
	a, b := c.core.channel(args[0]), c.core.channel(args[1])
	if a == nil || b == nil {
		return "-ERR Invalid uuid\n"
	}
	c.after(func() {
		c.record("app", "uuid_bridge", b.uuid, a.uuid)
		c.record("app", "uuid_bridge", a.uuid, b.uuid)
	})
	return "+OK " + b.uuid + "\n"
}

// apiSchedTransfer is `TIME UUID EXTEN [DIALPLAN [CONTEXT]]`.
func apiSchedTransfer(c *call, arg string) string {
	args := separate(arg, ' ', 6)
	if len(args) < 2 || len(args) > 5 || args[0] == "" {
		return "-USAGE: [+]<time> <uuid> <extension> [<dialplan>] [<context>]\n"
	}
	ch := c.core.channel(args[1])
	if ch == nil {
		return noChannel
	}
	c.at(args[0], func(job *call) { job.transferTo(ch, place(args, 2), place(args, 3), place(args, 4)) })
	return "+OK\n"
}

// apiDualTransfer is `UUID EXTEN[/DIALPLAN[/CONTEXT]] EXTEN[/DIALPLAN[/CONTEXT]]`, the second for the partner, for which
// the channel itself stands here.
func apiDualTransfer(c *call, arg string) string {
	args := separate(arg, ' ', 5)
	if len(args) != 3 {
		return "-USAGE: <uuid> <A-dest-exten>[/<A-dialplan>][/<A-context>] <B-dest-exten>[/<B-dialplan>][/<B-context>]\n"
	}
	ch := c.core.channel(args[0])
	if ch == nil {
		return noChannel
	}
	for _, target := range []string{args[2], args[1]} {
		c.after(func() {
			const inline = "/inline"
			if i := strings.Index(target, inline); i >= 0 && target[i:] == inline {
				c.transferTo(ch, target[:i], inline[1:], "")
				return
			}
			exten, plan, _ := strings.Cut(target, "/")
			plan, context, _ := strings.Cut(plan, "/")
			c.transferTo(ch, exten, plan, context)
		})
	}
	return "+OK\n"
}

// apiLimit is `UUID BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`, always beyond the limit.
func apiLimit(c *call, arg string) string {
	args := separate(arg, ' ', 8)
	ch := c.core.channel(place(args, 0))
	if len(args) < 4 || ch == nil {
		return "-USAGE: <uuid> <backend> <realm> <resource> [<max>[/interval]] [number [dialplan [context]]]\n"
	}
	c.after(func() { c.overLimit(ch, args[min(len(args), 5):]) })
	return "+OK\n"
}

// apiToneDetect is `UUID KEY TONES FLAGS TIMEOUT APP ARGS HITS`; the tone is heard at once.
func apiToneDetect(c *call, arg string) string {
	args := separate(arg, ' ', 8)
	ch := c.core.channel(place(args, 0))
	if len(args) < 3 || ch == nil {
		return "-ERR INVALID SYNTAX\n"
	}
	if len(args) > 5 {
		c.after(func() { c.app(ch, args[5], place(args, 6)) })
	}
	return "+OK\n"
}

// apiDeflect is `UUID TARGET`. A channel of loopback is sent on, which all are taken for here.
func apiDeflect(c *call, arg string) string {
	uuid, target, ok := strings.Cut(arg, " ")
	ch := c.core.channel(uuid)
	if ch == nil || !ok {
		return noChannel
	}
	c.after(func() { c.deflect(ch, target) })
	return "+OK:OK\n"
}

// apiConference knows dial and bgdial, and what it opens.
func apiConference(c *call, arg string) string {
	args := separate(arg, ' ', 25)
	c.conferenceFiles(args)
	if sub := place(args, 1); equalFold(sub, "dial") || equalFold(sub, "bgdial") {
		c.after(func() {
			if ch, _ := c.dial(place(args, 2), "", nil); ch != nil {
				c.app(ch, "conference", args[0]) // which whoever answers runs (mod_conference.c, conference_outcall)
			}
		})
	}
	return "+OK\n"
}
