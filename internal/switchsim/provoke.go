package switchsim

import "strings"

// Provoke makes everything happen that variables can make happen: each variable of each channel and each global one
// is mentioned in an expansion, every hook runs, and each channel is hung up.
func (s *core) provokeAll() {
	c := &call{core: s, together: true, worked: new(int)}
	for _, uuid := range s.uuids() {
		if ch := s.channel(uuid); ch != nil { // another one's hook may have hung it up
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
		if !equalFold(name, startHook) {
			continue
		}
		for _, text := range elements(globals[name]) {
			if text != "" {
				_, _ = c.console(text, 0)
			}
		}
	}
	c.runLater()
}

// startHook is the global variable that the switch runs when it starts, and no channel ever (switch_core.c).
const startHook = "api_on_startup"

// oddName are the characters of names that no expansion can mention.
const oddName = " ({}$\\:'"

// hookPrefixes are the beginnings of the variables that run something, in any channel.
var hookPrefixes = [...]string{
	"execute_on_", "api_on_", "sip_execute_on_", "sip_api_on_", "api_before_bridge", "api_after_bridge",
	"record_post_process_exec_app",
}

// provoke is Provoke for one channel.
func (c *call) provoke(ch *channel) {
	vars := ch.variables()
	for _, name := range sorted(vars) {
		if !strings.ContainsAny(name, oddName) {
			scope{call: c, ch: ch, again: true}.expand("${"+name+"}", 0)
		}
	}
	for _, prefix := range hookPrefixes {
		c.fire(ch, prefix)
	}
	get := func(name string) string {
		for n, v := range vars {
			if equalFold(n, name) {
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
	if t := separate(get("transfer_after_bridge"), ':', 4); len(t) > 0 {
		c.transferTo(ch, t[0], place(t, 1), place(t, 2))
	}
	if exten := get("inline_destination"); exten != "" {
		c.transferTo(ch, exten, "inline", "")
	}
	if t := separate(get("transfer_on_fail"), ' ', 4); len(t) > 1 {
		c.transferTo(ch, t[1], place(t, 2), place(t, 3))
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
	if equalFold(get("group_confirm_key"), "exec") {
		app, arg, _ := strings.Cut(get("group_confirm_file"), " ")
		c.runNamed(ch, app, arg)
	}
	for _, name := range playHooks {
		path := get(name)
		if strings.HasSuffix(name, "hold_music") { // switch_channel.c, switch_channel_get_hold_music
			path = scope{call: c, ch: ch, again: true}.expand(path, 0)
		}
		if i := strings.IndexByte(path, ':'); i >= 0 && strings.HasPrefix(path[i:], "::") {
			c.broadcast(ch.uuid, path)
		} else if path != "" {
			c.play(ch, path)
		}
	}
	for _, name := range [...]string{"ringback", "transfer_ringback"} { // what is no file is a tone
		path := scope{call: c, ch: ch, again: true}.expand(get(name), 0)
		if file, _ := isFilePath(path); file {
			c.opened(ch, path, false, "")
		}
	}
	c.hangup(ch)
}

// playHooks are the variables whose value is played by way of a broadcast.
var playHooks = [...]string{
	"hold_music", "temp_hold_music", "drop_dtmf_masking_file", "video_pre_call_banner", "video_pre_call_banner_bleg",
}
