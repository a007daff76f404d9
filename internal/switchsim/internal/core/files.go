package core

import (
	"cmp"
	"strings"

	"eslguard/internal/switchsim/fileopen"
	"eslguard/internal/switchsim/internal/fstext"
)

// sounds returns the folder of relative names in a list of files and the folder of recordings that
// are not complete. Global variables set both.
func (c *Call) sounds() (sounds, spool string) {
	return cmp.Or(c.core.global("sound_prefix"), fileopen.SoundsDir), c.core.global("audio_spool_path")
}

// recordOpened records what a name opens. prefix is the folder of relative names in a list.
func (c *Call) recordOpened(ch *Channel, name string, write bool, prefix string) {
	sounds, spool := c.sounds()
	uuid := ""
	if ch != nil {
		uuid = ch.UUID
	}
	for _, x := range fileopen.OpenIn(name, write, prefix, sounds, spool) {
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

// recordEndless records that the switch never stops looking for the end of a block `{...}`.
func (c *Call) recordEndless(ch *Channel, name string) { c.record("crash", "", name, ch.UUID) }

// soundPrefix returns the folder of a channel's relative names: its variable sound_prefix, or the
// global one, or other.
func (c *Call) soundPrefix(ch *Channel, other string) string {
	prefix, _ := ch.Get("sound_prefix")
	return cmp.Or(prefix, c.core.global("sound_prefix"), other)
}

// maxPlayed is how many files a delimiter can separate (switch_ivr_play_say.c,
// switch_ivr_play_file).
const maxPlayed = 128

// play plays a file, or several with a delimiter between them (switch_ivr_play_say.c,
// switch_ivr_play_file).
func (c *Call) play(ch *Channel, name string) {
	names := []string{name}
	if d, _ := ch.Get("playback_delimiter"); d != "" {
		names = fstext.Separate(name, d[0], maxPlayed)
	}
	prefix := c.soundPrefix(ch, fileopen.BaseDir)
	for _, name := range names {
		if name == "" || fstext.HasPrefixFold(name, "phrase:") || fstext.HasPrefixFold(name, "say:") {
			continue
		}
		if strings.Contains(name, "://") {
			c.recordOpened(ch, name, false, prefix)
			continue
		}
		name, ok := c.inFolder(ch, name, prefix, '{')
		if !ok {
			return
		}
		if strings.Contains(name, ".") {
			c.recordOpened(ch, name, false, prefix)
			continue
		}
		backup, _ := ch.Get("native_backup_extension")
		c.recordOpened(ch, name+"."+nativeCodec, false, prefix)
		c.recordOpened(ch, name+"."+cmp.Or(backup, "wav"), false, prefix)
	}
}

// inFolder puts the folder before a relative name, after the first block at the front of the name.
// ok is false if the switch never returns.
func (c *Call) inFolder(ch *Channel, name, prefix string, opening byte) (path string, ok bool) {
	absolute, endless := fileopen.IsPath(name)
	switch {
	case endless:
		c.recordEndless(ch, name)
		return "", false
	case absolute:
		return name, true
	}
	block := ""
	if name != "" && name[0] == opening {
		if end := fstext.ClosingBracket(name, 0, opening, opening+2); end > 0 {
			block, name = name[:end+1], name[end+1:]
			if opening == '{' {
				name = strings.TrimLeft(name, " ")
			}
			if opening == '{' && strings.HasPrefix(name, "{") {
				block = "" // FreeSWITCH drops the first of two blocks
			}
		}
	}
	return block + prefix + "/" + name, true
}

// recordFile records a channel to a file (switch_ivr_play_say.c, switch_ivr_record_file).
func (c *Call) recordFile(ch *Channel, name string) {
	if name == "" {
		return
	}
	prefix := c.soundPrefix(ch, fileopen.SoundsDir)
	if !strings.Contains(name, "://") {
		var ok bool
		if name, ok = c.inFolder(ch, name, prefix, '{'); !ok {
			return
		}
		if !strings.Contains(name, ".") {
			name += "." + nativeCodec
		}
	}
	c.recordOpened(ch, name, true, prefix)
}

// recordSession records a channel while it does other things (switch_ivr_async.c,
// switch_ivr_record_session_event). folder is that of a relative name; if it is empty, the
// channel's variables say the folder.
func (c *Call) recordSession(ch *Channel, name, folder string) {
	if name == "" {
		return
	}
	name, ok := c.inFolder(ch, name, cmp.Or(folder, c.soundPrefix(ch, fileopen.BaseDir)), '[')
	switch {
	case !ok:
	case strings.Contains(name, "."):
		c.recordOpened(ch, name, true, "")
	default:
		c.recordOpened(ch, name+"-in."+nativeCodec, true, "")
		c.recordOpened(ch, name+"-out."+nativeCodec, true, "")
	}
}

// recordVars parses the variables of a recording: a block `{name=value,...}` that is URL-encoded.
func recordVars(text string) map[string]string {
	text, _, _ = strings.Cut(fstext.URLDecode(text), "\x00")
	vars := map[string]string{}
	list, _, _ := fstext.CutBlock(strings.TrimLeft(text, " "), '{', '}', ',')
	for _, v := range list {
		vars[fstext.Lower(v.Name)] = v.Value
	}
	return vars
}

// displace plays a file to a channel while it does other things (switch_ivr_async.c,
// switch_ivr_displace_session).
func (c *Call) displace(ch *Channel, name string) {
	if name == "" {
		return
	}
	if !strings.Contains(name, "://") {
		var ok bool
		if name, ok = c.inFolder(ch, name, c.soundPrefix(ch, fileopen.BaseDir), '['); !ok {
			return
		}
		if !strings.Contains(name, ".") {
			name += "." + nativeCodec
		}
	}
	c.recordOpened(ch, name, false, "")
}

// runFiles does what is simulated of the applications whose arguments are names of files
// (mod_dptools.c).
func (c *Call) runFiles(ch *Channel, name, arg string) {
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
		if args := fstext.Separate(arg, ' ', 4); len(args) > 0 {
			c.recordFile(ch, args[0])
		}
	case "record_session":
		if args := fstext.Separate(arg, ' ', 5); len(args) > 0 {
			vars := fstext.Arg(args, 1)
			if strings.HasPrefix(vars, "+") {
				vars = fstext.Arg(args, 2)
			}
			c.recordSession(ch, args[0], recordVars(vars)["sound_prefix"])
		}
	case "displace_session":
		if args := fstext.Separate(arg, ' ', 6); len(args) > 0 {
			c.displace(ch, args[0])
		}
	case "play_and_get_digits":
		args := fstext.Separate(arg, ' ', 11)
		c.play(ch, fstext.Arg(args, 5))
		c.play(ch, fstext.Arg(args, 6))
	case "read":
		c.play(ch, fstext.Arg(fstext.Separate(arg, ' ', 7), 2))
	}
}

// apiDisplace is `UUID start|stop PATH [LIMIT [FLAGS]]`.
func apiDisplace(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 5)
	if len(args) < 3 {
		return "-USAGE: <uuid> [start|stop] <path> [<limit>] [mux]\n"
	}
	ch := c.core.Channel(args[0])
	if ch == nil {
		return "-ERR Cannot locate session!\n"
	}
	if fstext.EqualFold(args[1], "start") {
		c.displace(ch, args[2])
	}
	return "+OK Success\n"
}

// conferenceFiles does what is simulated of the conference commands whose arguments are names of
// files: play, record and recording start. A name to play to one member is expanded. A relative
// name is spoken, not opened, unless sound_prefix names a folder.
func (c *Call) conferenceFiles(args []string) {
	sub, name := fstext.Arg(args, 1), fstext.Arg(args, 2)
	if fstext.EqualFold(sub, "recording") && fstext.EqualFold(name, "start") {
		sub, name = "record", fstext.Arg(args, 3)
	}
	if fstext.EqualFold(sub, "record") && name != "" {
		c.recordOpened(nil, name, true, "")
	}
	if !fstext.EqualFold(sub, "play") {
		return
	}
	if len(args) > 3 && !fstext.EqualFold(args[3], "async") {
		name = scope{call: c, recursive: true}.expand(name, 0)
	}
	absolute, endless := fileopen.IsPath(name)
	prefix := c.core.global("sound_prefix")
	switch {
	case name == "" || fstext.HasPrefixFold(name, "say:"):
	case endless:
		c.record("crash", "", name, "")
	case absolute:
		c.recordOpened(nil, name, false, "")
	case prefix != "":
		block, file := "", name
		if end := fstext.ClosingBracket(name, 0, '{', '}'); strings.HasPrefix(name, "{") && len(args) == 3 {
			block, file = name[:end+1], name[end+1:]
		}
		c.recordOpened(nil, block+prefix+"/"+file, false, "")
	}
}

// nativeCodec is the ending of a name without one: that of the channel's codec.
const nativeCodec = "PCMU"
