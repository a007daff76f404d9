package switchsim

import (
	"cmp"
	"strings"
)

// sounds is what stands before the relative names in a list of files, and spool where recordings
// are kept until they are complete; both are global variables.
func (c *call) sounds() (sounds, spool string) {
	return cmp.Or(c.core.global("sound_prefix"), soundsDir), c.core.global("audio_spool_path")
}

// opened records what a name opens. prefix is for the relative names of a list.
func (c *call) opened(ch *channel, name string, write bool, prefix string) {
	sounds, spool := c.sounds()
	uuid := ""
	if ch != nil {
		uuid = ch.uuid
	}
	for _, x := range openBelow(name, write, prefix, sounds, spool) {
		kind := "open"
		switch {
		case x.Crash:
			kind = "crash"
		case x.Interface == "":
			continue
		case x.Shell:
			kind = "shell"
		case x.Fetch:
			kind = "fetch"
		case write:
			kind = "write"
		}
		c.record(kind, x.Interface, cmp.Or(x.File, x.Path), uuid)
	}
}

// endless records that the switch looks for the end of a block `{...}` for ever.
func (c *call) endless(ch *channel, name string) { c.record("crash", "", name, ch.uuid) }

// prefixOf is the folder of a channel's relative names: its variable sound_prefix, or other.
func (c *call) prefixOf(ch *channel, other string) string {
	prefix, _ := ch.get("sound_prefix")
	return cmp.Or(prefix, c.core.global("sound_prefix"), other)
}

// maxPlayed is how many files a delimiter may part (switch_ivr_play_say.c, switch_ivr_play_file).
const maxPlayed = 128

// play plays a file (switch_ivr_play_say.c, switch_ivr_play_file), or several with a delimiter
// between them.
func (c *call) play(ch *channel, name string) {
	names := []string{name}
	if d, _ := ch.get("playback_delimiter"); d != "" {
		names = separate(name, d[0], maxPlayed)
	}
	prefix := c.prefixOf(ch, baseDir)
	for _, name := range names {
		if name == "" || hasPrefixFold(name, "phrase:") || hasPrefixFold(name, "say:") {
			continue
		}
		if strings.Contains(name, "://") {
			c.opened(ch, name, false, prefix)
			continue
		}
		name, ok := c.below(ch, name, prefix, '{')
		if !ok {
			return
		}
		if strings.Contains(name, ".") {
			c.opened(ch, name, false, prefix)
			continue
		}
		backup, _ := ch.get("native_backup_extension")
		c.opened(ch, name+"."+nativeCodec, false, prefix)
		c.opened(ch, name+"."+cmp.Or(backup, "wav"), false, prefix)
	}
}

// below puts the folder before a relative name, behind the first block that the name begins with.
// ok is false where the switch does not come to an end.
func (c *call) below(ch *channel, name, prefix string, opening byte) (path string, ok bool) {
	absolute, endless := isFilePath(name)
	switch {
	case endless:
		c.endless(ch, name)
		return "", false
	case absolute:
		return name, true
	}
	block := ""
	if name != "" && name[0] == opening {
		if end := closingBracket(name, 0, opening, opening+2); end > 0 {
			block, name = name[:end+1], name[end+1:]
			if opening == '{' {
				name = strings.TrimLeft(name, " ")
			}
			if opening == '{' && strings.HasPrefix(name, "{") {
				block = "" // the first is lost where there are two
			}
		}
	}
	return block + prefix + "/" + name, true
}

// recordFile records a channel to a file (switch_ivr_play_say.c, switch_ivr_record_file).
func (c *call) recordFile(ch *channel, name string) {
	if name == "" {
		return
	}
	prefix := c.prefixOf(ch, soundsDir)
	if !strings.Contains(name, "://") {
		var ok bool
		if name, ok = c.below(ch, name, prefix, '{'); !ok {
			return
		}
		if !strings.Contains(name, ".") {
			name += "." + nativeCodec
		}
	}
	c.opened(ch, name, true, prefix)
}

// recordSession records a channel while it does other things (switch_ivr_async.c,
// switch_ivr_record_session_event). folder is that of a relative name; "": the channel's.
func (c *call) recordSession(ch *channel, name, folder string) {
	if name == "" {
		return
	}
	name, ok := c.below(ch, name, cmp.Or(folder, c.prefixOf(ch, baseDir)), '[')
	switch {
	case !ok:
	case strings.Contains(name, "."):
		c.opened(ch, name, true, "")
	default:
		c.opened(ch, name+"-in."+nativeCodec, true, "")
		c.opened(ch, name+"-out."+nativeCodec, true, "")
	}
}

// recordVars are the variables for one recording: a block `{name=value,...}`, URL-encoded.
func recordVars(text string) map[string]string {
	text, _, _ = strings.Cut(urlDecode(text), "\x00")
	vars := map[string]string{}
	list, _, _ := brackets(strings.TrimLeft(text, " "), '{', '}', ',')
	for _, v := range list {
		vars[asciiLower(v.Name)] = v.Value
	}
	return vars
}

// displace plays a file to a channel while it does other things (switch_ivr_async.c,
// switch_ivr_displace_session).
func (c *call) displace(ch *channel, name string) {
	if name == "" {
		return
	}
	if !strings.Contains(name, "://") {
		var ok bool
		if name, ok = c.below(ch, name, c.prefixOf(ch, baseDir), '['); !ok {
			return
		}
		if !strings.Contains(name, ".") {
			name += "." + nativeCodec
		}
	}
	c.opened(ch, name, false, "")
}

// runFiles does what is simulated of the applications that take the names of files (mod_dptools.c).
func (c *call) runFiles(ch *channel, name, arg string) {
	switch name {
	case "playback":
		if i := strings.IndexByte(arg, '@'); i >= 0 && strings.HasPrefix(arg[i+1:], "@") {
			arg = arg[:i]
		}
		c.play(ch, arg)
	case "endless_playback":
		c.play(ch, arg)
	case "loop_playback":
		if strings.HasPrefix(arg, "+") {
			_, arg, _ = strings.Cut(arg, " ")
		}
		c.play(ch, arg)
	case "record":
		if args := separate(arg, ' ', 4); len(args) > 0 {
			c.recordFile(ch, args[0])
		}
	case "record_session":
		if args := separate(arg, ' ', 5); len(args) > 0 {
			vars := place(args, 1)
			if strings.HasPrefix(vars, "+") {
				vars = place(args, 2)
			}
			c.recordSession(ch, args[0], recordVars(vars)["sound_prefix"])
		}
	case "displace_session":
		if args := separate(arg, ' ', 6); len(args) > 0 {
			c.displace(ch, args[0])
		}
	case "play_and_get_digits":
		args := separate(arg, ' ', 11)
		c.play(ch, place(args, 5))
		c.play(ch, place(args, 6))
	case "read":
		c.play(ch, place(separate(arg, ' ', 7), 2))
	}
}

// apiDisplace is `UUID start|stop PATH [LIMIT [FLAGS]]`.
func apiDisplace(c *call, arg string) string {
	args := separate(arg, ' ', 5)
	if len(args) < 3 {
		return "-USAGE: <uuid> [start|stop] <path> [<limit>] [mux]\n"
	}
	ch := c.core.channel(args[0])
	if ch == nil {
		return "-ERR Cannot locate session!\n"
	}
	if equalFold(args[1], "start") {
		c.displace(ch, args[2])
	}
	return "+OK Success\n"
}

// conferenceFiles does what is simulated of a conference's commands that take the names of files:
// play, record, recording start. A name to play to one member is expanded. A relative one is
// spoken, not opened, unless sound_prefix says a folder.
func (c *call) conferenceFiles(args []string) {
	sub, name := place(args, 1), place(args, 2)
	if equalFold(sub, "recording") && equalFold(name, "start") {
		sub, name = "record", place(args, 3)
	}
	if equalFold(sub, "record") && name != "" {
		c.opened(nil, name, true, "")
	}
	if !equalFold(sub, "play") {
		return
	}
	if len(args) > 3 && !equalFold(args[3], "async") {
		name = scope{call: c, again: true}.expand(name, 0)
	}
	absolute, endless := isFilePath(name)
	prefix := c.core.global("sound_prefix")
	switch {
	case name == "" || hasPrefixFold(name, "say:"):
	case endless:
		c.record("crash", "", name, "")
	case absolute:
		c.opened(nil, name, false, "")
	case prefix != "":
		block, file := "", name
		if end := closingBracket(name, 0, '{', '}'); strings.HasPrefix(name, "{") && len(args) == 3 {
			block, file = name[:end+1], name[end+1:]
		}
		c.opened(nil, block+prefix+"/"+file, false, "")
	}
}
