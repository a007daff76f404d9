package core

import (
	"maps"
	"slices"
	"strings"

	"eslguard/internal/switchsim/fileopen"
	"eslguard/internal/switchsim/internal/fstext"
)

// answerHooks are the prefixes of the variables that run something when a leg is answered, in the
// order in which they run.
var answerHooks = [...]string{
	"execute_on_originate", "api_on_originate", "execute_on_ring", "api_on_ring", "execute_on_pre_answer", "api_on_pre_answer",
	"execute_on_media", "api_on_media", "execute_on_answer", "api_on_answer", "execute_on_post_originate", "api_on_post_originate",
}

// runAnswerHooks runs the hooks of a leg that is answered. It returns false if an application hung
// the channel up.
func (c *Call) runAnswerHooks(ch *Channel, vars map[string]string) bool {
	for _, prefix := range answerHooks {
		for _, name := range sorted(vars) {
			if fstext.HasPrefixFold(name, prefix) && !c.runHook(ch, prefix, vars[name]) {
				return false
			}
		}
	}
	return true
}

// runHooks runs all variables of a channel with that prefix, and global ones.
func (c *Call) runHooks(ch *Channel, prefix string) {
	vars := ch.variables()
	if strings.HasPrefix(prefix, "execute_on_") {
		for name, value := range c.core.allGlobals() {
			if _, own := vars[name]; !own {
				vars[name] = value
			}
		}
	}
	for _, name := range sorted(vars) {
		if fstext.HasPrefixFold(name, prefix) && !fstext.EqualFold(name, startHook) {
			c.runHook(ch, prefix, vars[name])
		}
	}
}

// runHook runs the value of a hook. It runs each element of a list (switch_channel.c,
// switch_channel_execute_on and switch_channel_api_on).
func (c *Call) runHook(ch *Channel, prefix, value string) bool {
	for _, v := range fstext.Elements(value) {
		if strings.HasPrefix(prefix, "execute_on_") || strings.HasPrefix(prefix, "sip_execute_on_") ||
			strings.HasPrefix(prefix, "record_post_process_exec_app") {
			if !c.appHook(ch, v) {
				return false
			}
			continue
		}
		name, arg, _ := strings.Cut(v, " ")
		c.apiHook(ch, name, arg)
	}
	return true
}

// appHook runs `app arg`, `app:arg` or `app::arg`.
func (c *Call) appHook(ch *Channel, value string) bool {
	for i := range len(value) {
		switch {
		case value[i] == ' ', value[i] == ':' && !strings.HasPrefix(value[i+1:], ":"):
			return c.app(ch, value[:i], value[i+1:])
		case value[i] == ':':
			return c.app(ch, value, "")
		}
	}
	return c.app(ch, value, "")
}

// apiHook runs an API after expanding its argument.
func (c *Call) apiHook(ch *Channel, name, arg string) {
	_, _ = c.API(name, scope{call: c, ch: ch, recursive: true}.expand(arg, 0))
}

// hangup hangs a channel up and runs the hooks of that (switch_core_state_machine.c).
func (c *Call) hangup(ch *Channel) {
	if c.core.Channel(ch.UUID) != ch {
		return
	}
	c.core.removeChannel(ch.UUID)
	defer c.callRecord(ch)
	if !c.atOnce {
		return // recorded sessions end before the hooks run
	}
	for _, name := range []string{"api_hangup_hook", "api_reporting_hook"} {
		value, ok := ch.Get(name)
		if !ok {
			value = c.core.global(name)
		}
		if value == "" {
			continue
		}
		if i := strings.IndexByte(value, ':'); i >= 0 && strings.HasPrefix(value[i:], "::") {
			c.apiHook(ch, value[:i], value[i+2:])
			continue
		}
		api, arg, _ := strings.Cut(value, " ")
		c.apiHook(ch, api, arg)
	}
}

// variables returns a copy of the channel's variables.
func (ch *Channel) variables() map[string]string {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return maps.Clone(ch.vars)
}

// allGlobals returns a copy of the global variables.
func (s *Core) allGlobals() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.globals)
}

// sorted returns the names of vars, sorted.
func sorted(vars map[string]string) []string { return slices.Sorted(maps.Keys(vars)) }

// Provoke makes everything happen that variables can cause: an expansion mentions each variable,
// every hook runs, and each channel is hung up.
func (s *Core) Provoke() {
	c := &Call{core: s, atOnce: true, worked: new(int)}
	for _, uuid := range s.uuids() {
		if ch := s.Channel(uuid); ch != nil { // the hook of another channel may have hung it up
			c.provoke(ch)
		}
	}
	globals := s.allGlobals()
	for _, name := range sorted(globals) {
		if !strings.ContainsAny(name, oddName) {
			scope{call: c}.expand("$${"+name+"}", 0)
		}
	}
	for _, name := range sorted(globals) {
		if !fstext.EqualFold(name, startHook) {
			continue
		}
		for _, text := range fstext.Elements(globals[name]) {
			if text != "" {
				_, _ = c.Console(text, 0)
			}
		}
	}
	c.RunLater()
}

// startHook is the global variable that the switch runs when it starts, but no channel
// (switch_core.c).
const startHook = "api_on_startup"

// oddName are characters in a name that no expansion can mention.
const oddName = " ({}$\\:'"

// hookPrefixes are the prefixes of the variables that run something, in any channel.
var hookPrefixes = [...]string{
	"execute_on_", "api_on_", "sip_execute_on_", "sip_api_on_", "api_before_bridge", "api_after_bridge",
	"record_post_process_exec_app",
}

// provoke does what Provoke does for one channel.
func (c *Call) provoke(ch *Channel) {
	vars := ch.variables()
	for _, name := range sorted(vars) {
		if !strings.ContainsAny(name, oddName) {
			scope{call: c, ch: ch, recursive: true}.expand("${"+name+"}", 0)
		}
	}
	for _, prefix := range hookPrefixes {
		c.runHooks(ch, prefix)
	}
	get := func(name string) string {
		for n, v := range vars {
			if fstext.EqualFold(n, name) {
				return v
			}
		}
		return c.core.global(name)
	}
	if api, arg, _ := strings.Cut(get("record_post_process_exec_api"), ":"); api != "" {
		c.apiHook(ch, api, arg)
	}
	for _, pair := range [][2]string{
		{"exec_after_bridge_app", "exec_after_bridge_arg"}, {"bridge_pre_execute_app", "bridge_pre_execute_data"},
	} {
		if app := get(pair[0]); app != "" {
			c.app(ch, app, get(pair[1]))
		}
	}
	if t := fstext.Separate(get("transfer_after_bridge"), ':', 4); len(t) > 0 {
		c.transferTo(ch, t[0], fstext.Arg(t, 1), fstext.Arg(t, 2))
	}
	if exten := get("inline_destination"); exten != "" {
		c.transferTo(ch, exten, "inline", "")
	}
	if t := fstext.Separate(get("transfer_on_fail"), ' ', 4); len(t) > 1 {
		c.transferTo(ch, t[1], fstext.Arg(t, 2), fstext.Arg(t, 3))
	}
	for _, orbit := range []string{"mutex_orbit", "campon_fallback", "fifo_orbit"} {
		exten := get(orbit + "_exten")
		if orbit == "fifo_orbit" {
			exten, _, _ = strings.Cut(exten, ":")
		}
		if exten != "" {
			c.transferTo(ch, exten, get(orbit+"_dialplan"), get(orbit+"_context"))
		}
	}
	if fstext.EqualFold(get("group_confirm_key"), "exec") {
		app, arg, _ := strings.Cut(get("group_confirm_file"), " ")
		c.runNamed(ch, app, arg)
	}
	for _, name := range playHooks {
		path := get(name)
		// switch_channel.c, switch_channel_get_hold_music
		if strings.HasSuffix(name, "hold_music") {
			path = scope{call: c, ch: ch, recursive: true}.expand(path, 0)
		}
		if i := strings.IndexByte(path, ':'); i >= 0 && strings.HasPrefix(path[i:], "::") {
			c.broadcast(ch.UUID, path)
		} else if path != "" {
			c.play(ch, path)
		}
	}
	// A value that is not the name of a file is a tone.
	for _, name := range [...]string{"ringback", "transfer_ringback"} {
		path := scope{call: c, ch: ch, recursive: true}.expand(get(name), 0)
		if file, _ := fileopen.IsPath(path); file {
			c.recordOpened(ch, path, false, "")
		}
	}
	c.hangup(ch)
}

// playHooks are the variables whose value is played by a broadcast.
var playHooks = [...]string{
	"hold_music", "temp_hold_music", "drop_dtmf_masking_file", "video_pre_call_banner", "video_pre_call_banner_bleg",
}
