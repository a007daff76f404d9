package core

import (
	"cmp"
	"strings"

	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// noChannel is the answer of most APIs for a channel that does not exist.
const noChannel = "-ERR No such channel!\n"

func apiExists(c *Call, arg string) string {
	if c.core.Channel(arg) == nil {
		return "false"
	}
	return "true"
}

func apiGetvar(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 4)
	if len(args) < 2 || args[0] == "" {
		return "-USAGE: <uuid> <var>\n"
	}
	ch := c.core.Channel(args[0])
	if ch == nil {
		return noChannel
	}
	if v, ok := ch.Get(args[1]); ok {
		return v
	}
	return "_undef_"
}

func apiSetvar(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 3)
	if len(args) < 2 || args[0] == "" {
		return "-USAGE: <uuid> <var> [value]\n"
	}
	ch := c.core.Channel(args[0])
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

// maxMulti is how many variables uuid_setvar_multi can set.
const maxMulti = 64

func apiSetvarMulti(c *Call, arg string) string {
	uuid, vars, ok := strings.Cut(arg, " ")
	if !ok {
		return "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"
	}
	ch := c.core.Channel(uuid)
	if ch == nil {
		return noChannel
	}
	for _, item := range fstext.Separate(vars, ';', maxMulti) {
		if name, value, _ := strings.Cut(item, "="); name != "" {
			c.setVar(ch, name, value)
		}
	}
	return "+OK\n"
}

func apiKill(c *Call, arg string) string {
	uuid, _, _ := strings.Cut(arg, " ")
	if uuid == "" {
		return "-USAGE: <uuid> [cause]\n"
	}
	ch := c.core.Channel(uuid)
	if ch == nil {
		return noChannel
	}
	c.hangup(ch)
	return "+OK\n"
}

func apiDump(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 4)
	if len(args) == 0 {
		return "-USAGE: <uuid> [format]\n"
	}
	ch := c.core.Channel(args[0])
	if ch == nil {
		return noChannel
	}
	form := event.Plain
	if len(args) > 1 {
		form, _ = event.LookupFormat(args[1])
	}
	return c.core.ChannelData(ch, "mod_commands.c", "uuid_dump_function", 6349).Text(form)
}

func apiBroadcast(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 4)
	if len(args) < 2 {
		return "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"
	}
	if c.core.Channel(args[0]) == nil {
		return "-ERR invalid uuid\n"
	}
	c.after(func() { c.broadcast(args[0], args[1]) })
	return "+OK Message sent\n"
}

// broadcast plays a path on a channel, or runs `app::arg`. After `app!CAUSE::arg` it hangs the
// channel up.
func (c *Call) broadcast(uuid, path string) {
	ch := c.core.Channel(uuid)
	if ch == nil {
		return
	}
	app, arg := "playback", path
	if i := strings.IndexByte(path, ':'); i >= 0 && strings.HasPrefix(path[i:], "::") {
		app, arg = path[:i], path[i+2:]
	}
	app, cause, hangup := strings.Cut(app, "!")
	c.app(ch, fstext.Unlist(app), fstext.Unlist(arg))
	if hangup {
		c.app(ch, "hangup", cmp.Or(cause, "normal_clearing"))
	}
}

func apiTransfer(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 5)
	if len(args) < 2 {
		return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
	}
	ch := c.core.Channel(args[0])
	if ch == nil {
		return noChannel
	}
	c.after(func() { c.transfer(ch, args[1:]) })
	return "+OK\n"
}

func apiBridge(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 2)
	if len(args) < 2 {
		return "-USAGE: <uuid> <other_uuid>\n"
	}
	a, b := c.core.Channel(args[0]), c.core.Channel(args[1])
	if a == nil || b == nil {
		return "-ERR Invalid uuid\n"
	}
	c.after(func() {
		c.record("app", "uuid_bridge", b.UUID, a.UUID)
		c.record("app", "uuid_bridge", a.UUID, b.UUID)
	})
	return "+OK " + b.UUID + "\n"
}

// apiSchedTransfer is `TIME UUID EXTEN [DIALPLAN [CONTEXT]]`.
func apiSchedTransfer(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 6)
	if len(args) < 2 || len(args) > 5 || args[0] == "" {
		return "-USAGE: [+]<time> <uuid> <extension> [<dialplan>] [<context>]\n"
	}
	ch := c.core.Channel(args[1])
	if ch == nil {
		return noChannel
	}
	c.at(args[0], func(job *Call) { job.transferTo(ch, fstext.Arg(args, 2), fstext.Arg(args, 3), fstext.Arg(args, 4)) })
	return "+OK\n"
}

// apiDualTransfer is `UUID EXTEN[/DIALPLAN[/CONTEXT]] EXTEN[/DIALPLAN[/CONTEXT]]`. The second
// extension is for the partner; here the channel itself goes there first.
func apiDualTransfer(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 5)
	if len(args) != 3 {
		return "-USAGE: <uuid> <A-dest-exten>[/<A-dialplan>][/<A-context>] <B-dest-exten>[/<B-dialplan>][/<B-context>]\n"
	}
	ch := c.core.Channel(args[0])
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

// apiLimit is `UUID BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`. The channel is
// always over the limit.
func apiLimit(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 8)
	ch := c.core.Channel(fstext.Arg(args, 0))
	if len(args) < 4 || ch == nil {
		return "-USAGE: <uuid> <backend> <realm> <resource> [<max>[/interval]] [number [dialplan [context]]]\n"
	}
	c.after(func() { c.overLimit(ch, args[min(len(args), 5):]) })
	return "+OK\n"
}

// apiToneDetect is `UUID KEY TONES FLAGS TIMEOUT APP ARGS HITS`. The tone is detected at once.
func apiToneDetect(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 8)
	ch := c.core.Channel(fstext.Arg(args, 0))
	if len(args) < 3 || ch == nil {
		return "-ERR INVALID SYNTAX\n"
	}
	if len(args) > 5 {
		c.after(func() { c.app(ch, args[5], fstext.Arg(args, 6)) })
	}
	return "+OK\n"
}

// apiDeflect is `UUID TARGET`. All channels are treated as channels of loopback, which are
// transferred.
func apiDeflect(c *Call, arg string) string {
	uuid, target, ok := strings.Cut(arg, " ")
	ch := c.core.Channel(uuid)
	if ch == nil || !ok {
		return noChannel
	}
	c.after(func() { c.deflect(ch, target) })
	return "+OK:OK\n"
}

// apiConference simulates dial and bgdial, and reports what the conference opens.
func apiConference(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 25)
	c.conferenceFiles(args)
	if sub := fstext.Arg(args, 1); fstext.EqualFold(sub, "dial") || fstext.EqualFold(sub, "bgdial") {
		c.after(func() {
			if ch, _ := c.dial(fstext.Arg(args, 2), "", nil); ch != nil {
				c.app(ch, "conference", args[0]) // mod_conference.c, conference_outcall
			}
		})
	}
	return "+OK\n"
}
