package switchsim

import "strings"

const noChannel = "-ERR No such channel!\n"

func apiExists(c *call, arg string) string {
	if c.sw.channel(arg) == nil {
		return "false"
	}
	return "true"
}

func apiGetvar(c *call, arg string) string {
	args := separate(arg, ' ', 4)
	if len(args) < 2 || args[0] == "" {
		return "-USAGE: <uuid> <var>\n"
	}
	ch := c.sw.channel(args[0])
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
	ch := c.sw.channel(args[0])
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
	ch.set(args[1], value)
	return "+OK\n"
}

// maxMulti is how many variables uuid_setvar_multi sets at most.
const maxMulti = 64

func apiSetvarMulti(c *call, arg string) string {
	uuid, vars, ok := strings.Cut(arg, " ")
	if !ok {
		return "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"
	}
	ch := c.sw.channel(uuid)
	if ch == nil {
		return noChannel
	}
	for _, item := range separate(vars, ';', maxMulti) {
		name, value, _ := strings.Cut(item, "=")
		ch.set(name, value)
	}
	return "+OK\n"
}

func apiKill(c *call, arg string) string {
	uuid, _, _ := strings.Cut(arg, " ")
	if uuid == "" {
		return "-USAGE: <uuid> [cause]\n"
	}
	if c.sw.channel(uuid) == nil {
		return noChannel
	}
	c.sw.RemoveChannel(uuid)
	return "+OK\n"
}

func apiDump(c *call, arg string) string {
	args := separate(arg, ' ', 4)
	if len(args) == 0 {
		return "-USAGE: <uuid> [format]\n"
	}
	ch := c.sw.channel(args[0])
	if ch == nil {
		return noChannel
	}
	form := plain
	if len(args) > 1 {
		form, _ = formatName(args[1])
	}
	return c.sw.data(ch, "mod_commands.c", "uuid_dump_function", 6349).text(form)
}

func apiBroadcast(c *call, arg string) string {
	args := separate(arg, ' ', 4)
	if len(args) < 2 {
		return "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"
	}
	if c.sw.channel(args[0]) == nil {
		return "-ERR invalid uuid\n"
	}
	c.after(func() { c.broadcast(args[0], args[1]) })
	return "+OK Message sent\n"
}

// broadcast plays a path on a channel, or runs `app::arg`; `!` may part the two as well.
func (c *call) broadcast(uuid, path string) {
	ch := c.sw.channel(uuid)
	if ch == nil {
		return
	}
	if name, arg, ok := strings.Cut(path, "::"); ok {
		c.app(ch, name, arg)
		return
	}
	c.app(ch, "playback", path)
}

func apiTransfer(c *call, arg string) string {
	args := separate(arg, ' ', 5)
	if len(args) < 2 {
		return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
	}
	ch := c.sw.channel(args[0])
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
	a, b := c.sw.channel(args[0]), c.sw.channel(args[1])
	if a == nil || b == nil {
		return "-ERR Invalid uuid\n"
	}
	c.after(func() {
		c.record("app", "uuid_bridge", b.uuid, a.uuid)
		c.record("app", "uuid_bridge", a.uuid, b.uuid)
	})
	return "+OK " + b.uuid + "\n"
}
