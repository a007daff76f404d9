package agree_test

import (
	"fmt"
	"strings"
)

// plain returns an API that contains nothing.
func (g *grammar) plain() call {
	switch g.pick(10) {
	case 1:
		return call{g.fold("status"), ""}
	case 2:
		return call{"echo", g.word()}
	case 3:
		return call{g.fold("version"), ""}
	case 4:
		return call{"uuid_getvar", chanA + " " + g.word()}
	case 5:
		return call{"show", g.one("channels", "status", "status as json", "STATUSx y")}
	case 6:
		return call{"hostname", ""}
	case 7:
		return call{"uuid_kill", chanB}
	case 8:
		return call{"sofia", g.one("status", "profile internal restart")}
	}
	return call{g.fold("list_users"), g.word()}
}

// api returns an API that may contain others, nested up to depth.
func (g *grammar) api(depth int) call {
	if depth <= 0 {
		return g.plain()
	}
	depth--
	switch g.pick(12) {
	case 1, 2, 3, 4:
		return g.wrapper(depth)
	case 5, 6, 7:
		return g.onChannel(depth)
	case 8, 9, 10:
		return g.originate(depth)
	case 11:
		return g.rest(depth)
	}
	return g.plain()
}

// wrapper returns an API that runs another.
func (g *grammar) wrapper(depth int) call {
	inner := g.api(depth).text()
	switch g.pick(10) {
	case 1:
		return call{g.fold("expand"), g.one("", "", "uuid:"+chanA+" ", "UUID: ") + g.expanded(depth)}
	case 2:
		return call{g.fold("eval"), g.one("", "", "uuid:"+chanA+" ", "x ", `\\`) + g.text(depth)}
	case 3:
		return call{"xml_wrap", g.one("", "encoded ", "ENCODED ") + inner}
	case 4:
		return call{"sched_api", g.one("+1 ", "@1 ", "0 ", "+0  ") + g.one("g ", "none ", " ") + inner + g.one("", "", " &", "&")}
	case 5:
		return g.json(depth)
	case 6:
		return call{g.fold("chat"), g.chat(inner)}
	case 7:
		return call{"alias", g.one("add ", "stickyadd ", "del ") + g.tokens(g.word(), inner)}
	case 8:
		return call{"show", g.one("status ", "statusx ") + inner}
	}
	return call{g.fold("bgapi"), g.one("", "", "uuid:j ", "UUID:j ", "uuid:") + inner}
}

// expanded returns an argument that contains an expansion.
func (g *grammar) expanded(depth int) string {
	if g.rarely(3) {
		return g.api(depth).text()
	}
	return g.one("echo", "list_users", "bgapi", "eval", "status") + " " + g.text(depth)
}

func (g *grammar) chat(inner string) string {
	text := g.one(inner, strings.ReplaceAll(inner, " ", "%20"), strings.ReplaceAll(inner, "s", "%73"))
	return g.one("api", "API", "sip", "") + "|" + g.word() + "|" + text + "|" + g.word() + g.one("", "|text/plain")
}

// json returns a JSON command of mod_commands.c or mod_dptools.c.
func (g *grammar) json(depth int) call {
	text := func(s string) string {
		s = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
		if g.rarely(3) {
			s = strings.ReplaceAll(s, "s", `\u0073`)
		}
		return `"` + s + `"`
	}
	api, app := g.api(depth), g.app(depth)
	command, data := `"fsapi"`, fmt.Sprintf(`{%s:%s,"arg":%s}`, g.one(`"cmd"`, `"CMD"`), text(api.name), text(api.args))
	switch g.pick(4) {
	case 1:
		command, data = `"execute"`, fmt.Sprintf(`{"uuid":%q,"app":%s,"arg":%s}`, chanA, text(app.name), text(app.args))
	case 2:
		data = fmt.Sprintf(`{"cmd":%s,"cmd":"version","arg":%s}`, text(api.name), text(api.args))
	}
	key := g.one(`"command"`, `"Command"`, `"command":"status","command"`)
	if g.rarely(3) {
		return call{"json", "{" + `"data":` + data + "," + key + ":" + command + "}"}
	}
	return call{g.fold("json"), "{" + key + ":" + command + `,"data":` + data + "}"}
}

// onChannel returns an API that acts on a channel.
func (g *grammar) onChannel(depth int) call {
	name, value := g.setting(depth)
	switch g.pick(14) {
	case 1:
		return call{"uuid_broadcast", g.tokens(chanA, g.path(depth), g.one("aleg", "both", "bleg"))}
	case 2:
		return call{"uuid_transfer", g.tokens(append([]string{chanA}, g.target(depth)...)...)}
	case 3:
		return call{"uuid_setvar", chanA + " " + name + " " + value}
	case 4:
		return call{"uuid_setvar", g.tokens(chanA, name, value)}
	case 5:
		other, second := g.setting(depth)
		return call{"uuid_setvar_multi", chanA + " " + g.one("", "", "^^|", "'") + name + "=" + value + ";" + other + "=" + second}
	case 6:
		return call{"sched_broadcast", g.tokens("+1", chanA, g.path(depth), g.one("aleg", "both"))}
	case 7:
		return call{"sched_transfer", g.tokens(append([]string{g.one("+1", "1"), chanA}, g.target(depth)...)...)}
	case 8:
		return call{"uuid_dual_transfer", g.tokens(chanA, g.slashes(depth), g.slashes(depth))}
	case 9:
		return call{"uuid_deflect", chanA + " " + strings.Join(g.target(depth), " ")}
	case 10:
		app := g.app(depth)
		return call{"tone_detect", g.tokens(chanA, "k", "1000", "r", "+5", app.name, app.args, "1")}
	case 11:
		return call{"uuid_limit", g.tokens(append([]string{chanA, "hash", "r", "i", "0"}, g.target(depth)...)...)}
	case 12:
		return call{"uuid_record", g.tokens(chanA, "start", "/tmp/x.wav", "10", "{"+name+"="+g.quote(value)+"}")}
	case 13:
		return call{"uuid_drop_dtmf", g.tokens(chanA, "on", "mask_file", g.path(depth))}
	}
	return call{g.fold("uuid_setvar"), chanA + " " + name + " " + value}
}

// rest returns one of the APIs that store what runs later, and of the other APIs with dial strings.
func (g *grammar) rest(depth int) call {
	name, value := g.setting(depth)
	switch g.pick(9) {
	case 1:
		return call{"conference", g.tokens(g.one("c1", "c1", "bridge:c1:"+g.dial(depth)), g.one("bgdial", "dial"), g.dial(depth))}
	case 2:
		return call{"fifo_member", g.tokens(g.one("add", "ADD", "del"), "f", g.dial(depth), "1")}
	case 3:
		return call{"callcenter_config", g.tokens("agent", "set", "contact", "a", g.dial(depth))}
	case 4:
		return call{"hash", g.one("insert", "select") + "/r/k/" + value}
	case 5:
		return call{"page", g.one("", "(page_exten="+g.quote(g.inline(depth))+")", "("+name+"="+g.quote(value)+")") + g.dial(depth)}
	case 6:
		return call{"fifo_add_outbound", g.tokens("f", g.dial(depth))}
	case 7:
		return call{"conference", "c1 transfer " + g.word() + " all"}
	case 8:
		return call{"db", "insert/r/k/" + value}
	}
	return call{"global_setvar", g.one(name+"="+value, name+"="+g.quote(value), name+"="+value+"=old")}
}

// path returns what uuid_broadcast plays.
func (g *grammar) path(depth int) string {
	app := g.app(depth)
	return g.one(app.name+"::"+app.args, app.name+"!X::"+app.args, "/tmp/x.wav", app.name+":"+app.args, app.name+":::"+app.args)
}

// target returns an extension, perhaps with its dialplan and context.
func (g *grammar) target(depth int) []string {
	switch g.pick(7) {
	case 1:
		return []string{"park", g.one("XML", "xml", "LUA", "asterisk"), g.one("default", "public")}
	case 2:
		return []string{g.one("-both", "-bleg", "-x"), g.inline(depth), g.fold("inline")}
	case 3:
		return []string{"x", g.fold("inline") + ":" + g.inline(depth)}
	case 4:
		return []string{g.inline(depth), g.one("XML,inline", "'inline,XML'", g.mention(depth))}
	case 5:
		return []string{"park"}
	}
	return []string{g.inline(depth), g.fold("inline")}
}

// slashes returns a target of uuid_dual_transfer.
func (g *grammar) slashes(depth int) string {
	return g.one("park", "park/XML/default", g.inline(depth)+"/inline", g.inline(depth)+"/Inline", "x/inline:"+g.inline(depth))
}

// inline returns an inline dialplan.
func (g *grammar) inline(depth int) string {
	prefix, sep := "", ","
	if g.rarely(4) {
		sep = g.one("|", ";", "~", "/", "'")
		prefix = g.one("m:"+sep+":", "^^"+sep)
	}
	text := ""
	for n := 1 + g.pick(2); n > 0; n-- {
		app := g.app(depth - 1)
		if text != "" {
			text += sep
		}
		if sep == "," && strings.Contains(app.args, ",") && g.pick(4) > 0 {
			app.args = "'" + strings.ReplaceAll(app.args, "'", `\'`) + "'"
		}
		text += g.one("", "", " ") + app.name + ":" + app.args
	}
	return prefix + text
}

// originate returns an API that dials.
func (g *grammar) originate(depth int) call {
	app := g.app(depth)
	list := []string{g.dial(depth)}
	switch g.pick(6) {
	case 1:
		list = append(list, "&"+app.name+"::"+app.args)
	case 2:
		list = append(list, g.target(depth)...)
	case 3:
		list = append(list, "&"+app.name)
	default:
		list = append(list, "&"+app.name+"("+app.args+")")
	}
	if g.rarely(8) {
		list = append(list, g.one("XML", "undef"), "default", g.value(depth), "1000", "60")
	}
	return call{g.fold("originate"), g.tokens(list...)}
}

// dial returns a dial string.
func (g *grammar) dial(depth int) string {
	text := g.block(depth, "<", ">", 12) + g.block(depth, "{", "}", 2) + g.leg(depth)
	for g.rarely(4) {
		text += g.one(",", "|", ":_:", ", ", "||") + g.block(depth, "{", "}", 8) + g.leg(depth)
	}
	return text
}

// block returns a block of variables once in n calls, and otherwise nothing.
func (g *grammar) block(depth int, opening, closing string, n int) string {
	text := ""
	for g.rarely(n) {
		sep, prefix := ",", ""
		if g.rarely(6) {
			sep = g.one(":", "|", ";", "^")
			prefix = "^^" + sep
		}
		name, value := g.setting(depth - 1)
		text += opening + prefix + name + "=" + g.quote(value)
		if g.rarely(2) {
			name, value = g.setting(depth - 1)
			text += g.one(sep, sep, ",") + name + "=" + g.quote(value)
		}
		if g.rarely(12) {
			text += sep + "origination_nested_vars=true"
		}
		text += closing + g.one("", "", " ")
	}
	return text
}

// leg returns one leg.
func (g *grammar) leg(depth int) string {
	vars := g.block(depth, "[", "]", 5)
	app := g.app(depth - 1)
	return vars + g.one("null/x", "null/y", "loopback/park/default", "loopback/app="+app.name+":"+app.args,
		g.fold("loopback")+"/"+g.inline(depth-1)+"/default/"+g.fold("inline"), "user/1000", "error/USER_BUSY", "sofia/gateway/g/1000",
		"group/sales", "loopback/"+g.inline(depth-1), "loopback/park", "")
}

// leaf returns an application that contains nothing.
func (g *grammar) leaf() call {
	switch g.pick(6) {
	case 1:
		return call{g.fold("playback"), "/tmp/" + g.word()}
	case 2:
		return call{"answer", ""}
	case 3:
		return call{"sleep", "100"}
	case 4:
		return call{"park", ""}
	case 5:
		return call{"hangup", "NORMAL_CLEARING"}
	}
	return call{g.fold("log"), "INFO " + g.word()}
}

// app returns an application that may contain others, nested up to depth.
func (g *grammar) app(depth int) call {
	if depth <= 0 {
		return g.leaf()
	}
	depth--
	switch g.pick(8) {
	case 1, 2:
		return call{g.one("log", "eval", "playback", "echo", "stop", "log"), g.text(depth)}
	case 3:
		return g.assign(depth)
	case 4:
		return g.onward(depth)
	case 5, 6:
		return g.nesting(depth)
	}
	return g.leaf()
}

// assign returns an application that sets variables.
func (g *grammar) assign(depth int) call {
	name, value := g.setting(depth)
	switch g.pick(8) {
	case 1:
		return call{"export", name + "=" + value}
	case 2:
		return call{"multiset", g.one("", "", "^^|", "^^;") + name + "=" + g.quote(value) + g.one(" ", "|", ";") + g.variable() + "=" + g.quote(g.value(depth))}
	case 3:
		return call{"set_global", name + "=" + value}
	case 4:
		return call{g.one("push", "unshift"), name + "=" + value}
	case 5:
		return call{"set", name + "," + value}
	case 6:
		return call{"unset", name}
	case 7:
		return call{"set_user", g.word()}
	}
	return call{g.fold("set"), name + "=" + value}
}

// onward returns an application that transfers the channel.
func (g *grammar) onward(depth int) call {
	switch g.pick(6) {
	case 1:
		return call{"execute_extension", g.tokens(g.target(depth)...)}
	case 2:
		return call{g.one("bridge", "att_xfer"), g.dial(depth)}
	case 3:
		return call{"sched_transfer", g.tokens(append([]string{"+1"}, g.target(depth)...)...)}
	case 4:
		return call{"deflect", strings.Join(g.target(depth), " ")}
	case 5:
		return call{"limit", g.tokens(append([]string{"hash", "r", "i", "0"}, g.target(depth)...)...)}
	}
	return call{"transfer", g.tokens(g.target(depth)...)}
}

// nesting returns an application that runs another.
func (g *grammar) nesting(depth int) call {
	app := g.app(depth)
	switch g.pick(9) {
	case 1:
		return call{"bind_meta_app", g.tokens("1", "a", "s", app.name+"::"+app.args)}
	case 2:
		return call{"bind_digit_action", "r,1," + g.one("exec:", "exec[i]:", "exec[:H]:", "EXEC:", "execute:") + app.name + g.one("", "", "!X", "::") + "," + app.args}
	case 3:
		return call{"bind_digit_action", "r,1,api:" + g.api(depth).name + "," + g.api(depth).args}
	case 4:
		return call{"limit_execute", g.tokens("hash", "r", "i", "5", app.name, app.args)}
	case 5:
		return call{"broadcast", g.tokens(g.path(depth), "aleg")}
	case 6:
		return call{"tone_detect", g.tokens("k", "1000", "r", "+5", app.name, app.args, "1")}
	case 7:
		return call{"conference", g.one("bridge:c1:", "c1@", "c1+1+flags{") + g.dial(depth)}
	case 8:
		return call{"event", "Event-Name=CUSTOM,Event-Subclass=" + g.word()}
	}
	return call{"sched_broadcast", g.tokens("+1", g.path(depth), "aleg")}
}
