package fileopen

import (
	"path"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// The folders of the switch, as its packages have them. The first is where playback and most others
// look for a relative name unless sound_prefix says another folder, the second is that of record
// and of file_string, the last that of the process.
const (
	BaseDir   = "/usr"
	SoundsDir = "/usr/share/freeswitch/sounds"
	cacheDir  = "/var/cache/freeswitch/http/xx"
	workDir   = "/run/freeswitch"
)

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
func Open(name string, write bool) []Opened { return OpenIn(name, write, "", SoundsDir, "") }

// OpenIn is Open with what a list puts before its relative names, what a list within it does, and
// where recordings are written until they are complete.
func OpenIn(name string, write bool, prefix, sounds, spool string) []Opened {
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
	done   bool // it has crashed
	out    []Opened
}

func (o *opener) add(x Opened) {
	x.Write = o.write
	o.done = o.done || x.Crash || len(o.out) == maxOpened
	o.out = append(o.out, x)
}

// addNothing says that the name opens nothing.
func (o *opener) addNothing(name string) { o.add(Opened{Path: name}) }

// open opens one name. prefix is for the relative names of a list.
func (o *opener) open(name, prefix string) {
	if o.done {
		return
	}
	params, rest, ok := fileParams(name)
	if !ok || rest == "" {
		o.addNothing(name)
		return
	}
	kind, text, stream := strings.Cut(rest, "://")
	spool := ""
	if !stream {
		i := strings.LastIndexByte(rest, '.')
		if i < 0 {
			o.addNothing(rest)
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
		o.openNested(kind, text, prefix)
	case kind == "shell_stream" && !o.write:
		o.add(Opened{Interface: kind, Path: text, Shell: true})
	case kind == "http" || kind == "https" || kind == "http_cache":
		o.fetch(kind, text)
	case kind == "tone_stream" && fstext.HasPrefixFold(text, "path="):
		o.add(Opened{Interface: kind, Path: text, File: Clean(text[len("path="):])})
	case (kind == "av" || kind == "vlc") && !strings.Contains(text, "://"):
		o.add(Opened{Interface: kind, Path: text, File: Clean(text)})
	case streams[kind]:
		o.add(Opened{Interface: kind, Path: text, Fetch: remote[kind]})
	case formats[kind] && spool != "":
		// The recording is moved to its place by a shell (switch_core_file.c,
		// switch_core_file_close).
		temporary := spool + "/" + fstext.NewUUID() + "." + kind
		o.add(Opened{Interface: kind, Path: temporary, File: Clean(temporary)})
		o.add(Opened{Interface: kind, Path: "/bin/mv " + temporary + " " + text, Shell: true})
		o.add(Opened{Interface: kind, Path: text, File: Clean(text)})
	case formats[kind]:
		o.add(Opened{Interface: kind, Path: text, File: Clean(text)})
	default:
		o.addNothing(rest)
	}
}

// fileParams takes the blocks `{name=value,...}` off the front of a name. Blanks may stand between
// them. ok is false where one has no end.
func fileParams(name string) (params map[string]string, rest string, ok bool) {
	params = map[string]string{}
	for strings.HasPrefix(name, "{") {
		vars, after, ok := fstext.CutBlock(name, '{', '}', ',')
		if !ok {
			return nil, "", false
		}
		for _, v := range vars {
			params[fstext.Lower(v.Name)] = v.Value
		}
		if next := strings.TrimLeft(after, " "); fstext.ClosingBracket(next, 0, '{', '}') > 0 && next[0] == '{' {
			after = next
		}
		name = after
	}
	return params, name, true
}

// openNested opens what a name holds that the interfaces file and file_string take apart.
func (o *opener) openNested(kind, text, prefix string) {
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
	for _, name := range fstext.Separate(text, '!', maxFiles) {
		absolute, endless := IsPath(name)
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
	if !ok || host != "" && !fstext.EqualFold(host, "localhost") || name == "" || strings.Contains(name, "%2f") || strings.Contains(name, "%2F") {
		o.addNothing(text)
		return
	}
	o.add(Opened{Interface: "file", Path: text})
	name, _, _ = strings.Cut(fstext.URLDecode("/"+name), "\x00")
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
		if o.open(cacheDir+"/file."+ext, o.sounds); !o.done {
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

// IsPath says whether a name is absolute or a stream, its blocks `{...}` aside. endless is for a
// block without an end, which the switch looks for for ever (switch_utils.h, switch_is_file_path).
func IsPath(name string) (is, endless bool) {
	for strings.HasPrefix(name, "{") {
		end := fstext.ClosingBracket(name, 0, '{', '}')
		if end < 0 {
			return false, true
		}
		name = strings.TrimLeft(name[end+1:], " ")
	}
	return strings.HasPrefix(name, "/") || strings.Contains(name, "://"), false
}

// Clean is the file that the operating system finds by a path.
func Clean(name string) string {
	if !strings.HasPrefix(name, "/") {
		name = workDir + "/" + name
	}
	return path.Clean(name)
}
