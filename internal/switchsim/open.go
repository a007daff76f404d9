package switchsim

import (
	"path"
	"strings"
)

// The folders of the switch, as its packages have them. The first is where playback and most others
// look for a relative name unless sound_prefix says another folder, the second is that of record
// and of file_string, the last that of the process.
const (
	baseDir   = "/usr"
	soundsDir = "/usr/share/freeswitch/sounds"
	cacheDir  = "/var/cache/freeswitch/http/xx"
	workDir   = "/run/freeswitch"
)

// nativeCodec is the ending of a name that has none: that of the channel's codec.
const nativeCodec = "PCMU"

const (
	maxScheme = 127   // bytes before `://` that the buffer holds (switch_core_file.c, stream_name)
	maxOpens  = 15    // names that may be opened within one another before the stack is too small
	maxOpened = 1_000 // what one name opens here at most
	maxFiles  = 128   // names in a file_string (mod_dptools.c, file_string_file_open)
)

// Opened is one thing that FreeSWITCH opens, or tries to open, for the name of a file.
type Opened struct {
	// Interface is the file interface that is asked, by its ending or scheme: wav, file,
	// file_string, http and so on. Empty: no interface knows the name, or the one that does refuses
	// it, and nothing is opened.
	Interface string
	// Path is the text that the interface gets.
	Path string
	// File is the path of the file that the operating system opens, absolute and without `.`, `..`
	// and doubled slashes. Empty: the interface opens no file of that path itself.
	File string
	// Write says that it is opened for writing.
	Write bool
	// Crash says that FreeSWITCH does not survive it: its stack or a buffer is too small, or a loop
	// has no end.
	Crash bool
	// Shell says that Path is run as a shell command.
	Shell bool
	// Fetch says that Path is a URL that is fetched, or sent to.
	Fetch bool
}

// Open says what FreeSWITCH opens for a name (switch_core_file.c, switch_core_perform_file_open),
// in order. All modules with file interfaces are taken for loaded, and all files for missing, so
// that each part of a list is tried.
func Open(name string, write bool) []Opened { return openBelow(name, write, "", soundsDir, "") }

// openBelow is Open with what a list puts before its relative names, what a list within it does,
// and where recordings are written until they are complete.
func openBelow(name string, write bool, prefix, sounds, spool string) []Opened {
	o := opener{write: write, sounds: sounds, spool: spool}
	if prefix == "" {
		prefix = sounds
	}
	o.open(name, prefix)
	return o.out
}

type opener struct {
	write  bool
	sounds string
	spool  string
	depth  int
	over   bool // it has crashed
	out    []Opened
}

func (o *opener) add(x Opened) {
	x.Write = o.write
	o.over = o.over || x.Crash || len(o.out) == maxOpened
	o.out = append(o.out, x)
}

// nothing says that the name opens nothing.
func (o *opener) nothing(name string) { o.add(Opened{Path: name}) }

// open opens one name. prefix is for the relative names of a list.
func (o *opener) open(name, prefix string) {
	if o.over {
		return
	}
	params, rest, ok := fileParams(name)
	if !ok || rest == "" {
		o.nothing(name)
		return
	}
	kind, text, stream := strings.Cut(rest, "://")
	spool := ""
	if !stream {
		i := strings.LastIndexByte(rest, '.')
		if i < 0 {
			o.nothing(rest)
			return
		}
		kind, text = rest[i+1:], rest
		if o.write {
			if spool = params["spool_path"]; spool == "" {
				spool = o.spool
			}
		}
	}
	switch {
	case len(kind) > maxScheme && stream:
		o.add(Opened{Path: rest, Crash: true})
	case kind == "file" || kind == "file_string":
		o.within(kind, text, prefix)
	case kind == "shell_stream" && !o.write:
		o.add(Opened{Interface: kind, Path: text, Shell: true})
	case kind == "http" || kind == "https" || kind == "http_cache":
		o.fetch(kind, text)
	case kind == "tone_stream" && hasPrefixFold(text, "path="):
		o.add(Opened{Interface: kind, Path: text, File: osPath(text[len("path="):])})
	case (kind == "av" || kind == "vlc") && !strings.Contains(text, "://"):
		o.add(Opened{Interface: kind, Path: text, File: osPath(text)})
	case streams[kind]:
		o.add(Opened{Interface: kind, Path: text, Fetch: remote[kind]})
	case formats[kind] && spool != "":
		// The recording is moved to its place by a shell (switch_core_file.c,
		// switch_core_file_close).
		temporary := spool + "/" + newUUID() + "." + kind
		o.add(Opened{Interface: kind, Path: temporary, File: osPath(temporary)})
		o.add(Opened{Interface: kind, Path: "/bin/mv " + temporary + " " + text, Shell: true})
		o.add(Opened{Interface: kind, Path: text, File: osPath(text)})
	case formats[kind]:
		o.add(Opened{Interface: kind, Path: text, File: osPath(text)})
	default:
		o.nothing(rest)
	}
}

// fileParams takes the blocks `{name=value,...}` off the front of a name. Blanks may stand between
// them. ok is false where one has no end.
func fileParams(name string) (params map[string]string, rest string, ok bool) {
	params = map[string]string{}
	for strings.HasPrefix(name, "{") {
		vars, after, ok := brackets(name, '{', '}', ',')
		if !ok {
			return nil, "", false
		}
		for _, v := range vars {
			params[asciiLower(v.Name)] = v.Value
		}
		if next := strings.TrimLeft(after, " "); closingBracket(next, 0, '{', '}') > 0 && next[0] == '{' {
			after = next
		}
		name = after
	}
	return params, name, true
}

// within opens what a name holds that the interfaces file and file_string take apart.
func (o *opener) within(kind, text, prefix string) {
	if o.depth++; o.depth >= maxOpens {
		o.add(Opened{Interface: kind, Path: text, Crash: true})
		return
	}
	defer func() { o.depth-- }()
	if kind == "file" {
		o.fileURL(text)
		return
	}
	o.add(Opened{Interface: kind, Path: text})
	for _, name := range separate(text, '!', maxFiles) {
		absolute, endless := isFilePath(name)
		if endless {
			o.add(Opened{Interface: kind, Path: name, Crash: true})
			return
		}
		if !absolute {
			name = prefix + "/" + name
		}
		o.open(name, o.sounds)
	}
}

// fileURL is `HOST/PATH`, whose path is URL-encoded (mod_dptools.c, file_url_file_open).
func (o *opener) fileURL(text string) {
	host, name, ok := strings.Cut(text, "/")
	if !ok || host != "" && !equalFold(host, "localhost") || name == "" || strings.Contains(name, "%2f") || strings.Contains(name, "%2F") {
		o.nothing(text)
		return
	}
	o.add(Opened{Interface: "file", Path: text})
	name, _, _ = strings.Cut(urlDecode("/"+name), "\x00")
	o.open(name, o.sounds)
}

// fetch opens a URL: what it leads to is kept in a file with the ending that the URL has, and that
// is opened (mod_http_cache.c, http_cache_file_open). The URL of http_cache has its scheme.
func (o *opener) fetch(kind, text string) {
	url := text
	if kind != "http_cache" {
		url = kind + "://" + text
	}
	if o.depth++; o.depth >= maxOpens {
		o.add(Opened{Interface: kind, Path: url, Crash: true})
		return
	}
	o.add(Opened{Interface: kind, Path: url, Fetch: true})
	ext := urlEnding(url)
	if ext != "" && !formats[ext] && (o.write || !strings.HasPrefix(text, "/")) { // there is no host in it else
		before := len(o.out)
		if o.open(cacheDir+"/file."+ext, o.sounds); !o.over {
			o.out = o.out[:before] // it has a name of the switch's own
		}
	}
	o.depth--
}

// urlEnding is the ending of a URL, by which its content is opened (mod_http_cache.c,
// find_extension).
func urlEnding(url string) string {
	n := 0
	for i := len(url) - 1; i > 0; i-- {
		switch url[i] {
		case '/', '\\':
			return ""
		case '?', '#':
			n = 0
		case '.':
			return url[i+1 : i+1+n]
		default:
			n++
		}
	}
	return ""
}

// isFilePath says whether a name is absolute or a stream, its blocks `{...}` aside. endless is for
// a block without an end, which the switch looks for for ever (switch_utils.h,
// switch_is_file_path).
func isFilePath(name string) (is, endless bool) {
	for strings.HasPrefix(name, "{") {
		end := closingBracket(name, 0, '{', '}')
		if end < 0 {
			return false, true
		}
		name = strings.TrimLeft(name[end+1:], " ")
	}
	return strings.HasPrefix(name, "/") || strings.Contains(name, "://"), false
}

// osPath is the file that the operating system finds by a path.
func osPath(name string) string {
	if !strings.HasPrefix(name, "/") {
		name = workDir + "/" + name
	}
	return path.Clean(name)
}

// urlDecode is FreeSWITCH's (switch_utils.c, switch_url_decode): what follows a percent sign is a
// number as scanf's %2x takes it, and two characters are left out whatever it took.
func urlDecode(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && len(s)-i > 2 {
			if n, ok := scanHex(s[i+1:]); ok {
				b = append(b, n)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// scanHex is a number of at most two characters: blanks before it do not count, a sign does, and so
// does an x after a 0.
func scanHex(s string) (n byte, ok bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	s = s[:min(len(s), 2)]
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	for _, c := range []byte(asciiLower(s)) {
		d := strings.IndexByte("0123456789abcdef", c)
		if d < 0 {
			break
		}
		n, ok = n<<4|byte(d), true
	}
	if negative {
		n = -n
	}
	return n, ok
}

// set is the words of a list.
func set(list string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		words[word] = true
	}
	return words
}

// formats are the endings whose interface opens a file, and streams those of the others. They are
// compared with case.
var (
	formats = set(`wav aiff aif au snd raw paf iff svx voc sf w64 mat mat4 mat5 pvf xi htk sds avr sd2 flac caf wve mpc rf64 nist mp3
		r8 r16 r24 r32 gsm ul ulaw al alaw adpcm vox oga ogg mpga opus png pdf gif imgk webm mp4 m4a m4v mov mkv fsv yuv
		PCMU PCMA G722 GSM L16 G729 G723 iLBC speex SPEEX SILK BV16 BV32 AMR AMR-WB OPUS LPC CELT SIREN G7221
		AAL2-G726-16 AAL2-G726-24 AAL2-G726-32 AAL2-G726-40 G726-16 G726-24 G726-32 G726-40 DVI4 H261 H263 H264 VP8 VP9`)
	streams = set(`tts local_stream tone_stream silence_stream memcache av vlc shout shouts rtmp rtmps rtsp youtube`)
)

// remote are the interfaces that open a URL.
var remote = set(`http https http_cache shout shouts rtmp rtmps rtsp youtube`)
