package command

import "strings"

// fileGuard returns a guard for the tokens that name a file which FreeSWITCH opens as a sound or a video
// (switch_core_file.c, switch_core_perform_file_open).
func fileGuard(at ...int) guard {
	return func(p *parser, _ string, tokens []string) {
		for _, i := range at {
			if i < len(tokens) {
				p.fileName(tokens[i])
			}
		}
	}
}

// guardLoopPlayback is for `[+COUNT ]FILE`.
func guardLoopPlayback(p *parser, args string, _ []string) {
	if strings.HasPrefix(args, "+") {
		_, args, _ = strings.Cut(args, " ")
	}
	p.fileName(args)
}

// guardPlayAndDetect is for `FILE detect:ENGINE …`.
func guardPlayAndDetect(p *parser, args string, _ []string) {
	if i := indexFold(args, "detect:"); i >= 0 {
		args = strings.TrimRight(args[:i], " ")
	}
	p.fileName(args)
}

// The bounds of files' names. What stands before :// is copied into 128 bytes (switch_core_file.c:72 and 317); the longest name
// of a stream has 14. A stream may lead to a name that is opened in its turn, by the same thread (mod_dptools.c:5020 and 5298):
// the stack is full after 15; people write a list of names, some of them streams, which are two.
const (
	maxStreamName  = 100
	maxFileNesting = 3
)

// maxStringFiles is how many names a file_string holds; FreeSWITCH's own number (mod_dptools.c:4947).
const maxStringFiles = 128

// fileName looks at the name of a file. Most names are plain, and cost no more than a look for two bytes.
func (p *parser) fileName(name string) {
	if strings.IndexByte(name, '.') >= 0 || strings.IndexByte(name, ':') >= 0 {
		p.openFile(name, 0)
	}
}

// openFile looks at a name as FreeSWITCH opens it, which that many streams led to.
func (p *parser) openFile(name string, depth int) {
	if depth > maxFileNesting {
		p.protect(protectFileNesting, name)
		return
	}
	for strings.HasPrefix(name, "{") {
		end := endOfBlock(name, '{', '}')
		if end < 0 {
			break
		}
		name = strings.TrimLeft(name[end+1:], " ")
	}
	scheme, rest, ok := strings.Cut(name, "://")
	if ok && knownLength(scheme) > maxStreamName {
		p.protect(protectFileStreamName, name)
	}
	switch {
	case ok && scheme == "file_string":
		var room [fewEntries]string
		parts := separateIn(room[:0], rest, '!', maxStringFiles)
		if len(parts) < maxStringFiles && endsInBackslash(rest) {
			p.protect(protectLoneBackslash, name)
		}
		for _, part := range parts {
			if p.refusal == nil {
				p.openFile(part, depth+1)
			}
		}
		return
	case ok && scheme == "tone_stream":
		p.tones(rest)
		return
	case !ok && strings.HasSuffix(name, ".tone_stream"):
		p.tones(name) // the stream gets all of it then
		return
	case ok && scheme == "file":
		if _, path, ok := strings.Cut(rest, "/"); ok && strings.IndexByte(path, '%') >= 0 {
			p.openFile("/"+decodeURL(path), depth+1)
		} else if ok {
			p.openFile(path, depth+1)
		}
	}
	if endsLikeStream(name) || ok && statesEnding(rest) {
		p.protect(protectFileEnding, name)
	}
}

// decodeURL decodes what is decoded before a file is opened (switch_utils.c:3554). A NUL ends the text.
func decodeURL(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b == '%' && i+2 < len(s) {
			if code, ok := scanHex(s[i+1:]); ok && code == 0 {
				break
			} else if ok {
				b = code
				i += 2
			}
		}
		out = append(out, b)
	}
	return string(out)
}

// scanHex reads a number as C's scanf does with %2x: blanks, then of the next two bytes a sign and as many digits as there are.
func scanHex(s string) (code byte, ok bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	s = s[:min(len(s), 2)]
	minus := strings.HasPrefix(s, "-")
	if minus || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	for i := 0; i < len(s) && hexDigit(s[i]) >= 0; i++ {
		code, ok = code<<4|byte(hexDigit(s[i])), true
	}
	if minus {
		code = -code
	}
	return code, ok
}

// streamEndings are the streams that open the file of their own name, if a file's name ends like them and does not begin with
// them (mod_dptools.c:5020 and 5298, mod_httapi.c:3020, mod_http_cache.c:1809).
var streamEndings = [...]string{"file", "file_string", "http", "https", "http_cache"}

// endsLikeStream reports whether a name ends like a stream, or one of those in it does that something may part.
func endsLikeStream(name string) bool {
	for {
		dot := strings.IndexByte(name, '.')
		if dot < 0 {
			return false
		}
		name = name[dot+1:]
		for _, ending := range streamEndings {
			if rest, ok := strings.CutPrefix(name, ending); ok && (rest == "" || !isNameByte(rest[0])) {
				return true
			}
		}
	}
}

// isNameByte reports whether c can be within the name of a folder or file, so that what stands before it does not end.
func isNameByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '_' || c == '-' || c == '.' || c == '/'
}

// statesEnding reports whether what follows the :// of http, (NAME=VALUE,…)HOST/PATH, states such an ending for the file that it is
// kept in (mod_httapi.c:2966 and 3009).
func statesEnding(rest string) bool {
	if !strings.HasPrefix(rest, "(") {
		return false
	}
	vars, _, err := readBlock(nil, rest, '(', ')', ',')
	if err != nil {
		return false
	}
	for _, v := range vars {
		if equalFold(v.name, "ext") && endsLikeStream("."+v.value) || equalFold(v.name, "file") && endsLikeStream(v.value) {
			return true
		}
	}
	return false
}

// fileVariables are the variables that name a file which FreeSWITCH opens as above, in lower case.
var fileVariables = makeFileVariables(
	"campon_announce_sound", "campon_hold_music", "cc_bridge_failed_outbound_announce", "cc_moh_override",
	"cc_outbound_announce", "cc_warning_tone", "conference_auto_outcall_announce", "conference_auto_record",
	"conference_enter_sound", "conference_exit_sound", "conference_moh_sound", "conference_perpetual_sound",
	"drop_dtmf_masking_file", "eavesdrop_indicate_failed", "eavesdrop_indicate_idle", "eavesdrop_indicate_new",
	"esf_multicast_alert_sound", "fifo_announce", "fifo_chime_list", "fifo_consumer_wrapup_sound", "fifo_hold_music",
	"fifo_music", "fifo_orbit_announce", "fifo_outbound_announce", "fifo_override_announce", "fifo_record_template",
	"group_confirm_error_file", "group_confirm_file", "hold_music", "instant_ringback", "mutex_feedback", "pa_hold_file",
	"pa_ring_file", "page_beep", "page_path", "record_indication", "record_play_video", "ringback", "sofia_record_file",
	"sound_prefix", "temp_hold_music", "transfer_ringback", "valet_ext_prompt", "valet_hold_music",
	"video_mute_banner", "video_no_video_avatar_png", "video_pre_call_banner", "video_pre_call_banner_bleg",
	"voicemail_greeting_path",
)

func makeFileVariables(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// guardVariable looks at the value that a variable, given in lower case, is set to.
func (p *parser) guardVariable(name, value string) {
	switch {
	case strings.HasPrefix(name, "valet_ext_m"):
		if (name == "valet_ext_min" || name == "valet_ext_max") && leadingNumber(value) > maxDigits {
			p.protect(protectDigitCount, value)
		}
	case strings.IndexByte(value, '.') < 0 && strings.IndexByte(value, ':') < 0 && strings.IndexByte(value, '=') < 0:
	case fileVariables[name]:
		for _, v := range readings(value) {
			p.fileName(v)
			if strings.HasSuffix(name, "ringback") && !strings.Contains(v, "://") {
				p.tones(v) // switch_ivr_originate.c:1103
			}
		}
	}
	if p.refusal != nil {
		p.place("var " + name)
	}
}
