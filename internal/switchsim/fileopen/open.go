package fileopen

import (
	"path"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// The folders of the switch, as in its Debian packages.
const (
	// BaseDir is where playback and most others look for a relative name, unless sound_prefix names
	// another folder.
	BaseDir = "/usr"
	// SoundsDir is where record and file_string look for a relative name.
	SoundsDir = "/usr/share/freeswitch/sounds"

	cacheDir = "/var/cache/freeswitch/http/xx"
	workDir  = "/run/freeswitch" // of the process
)

const (
	// maxScheme is the longest scheme in bytes that fits into its buffer (switch_core_file.c,
	// stream_name).
	maxScheme = 127
	// maxOpens is how many nested names fit onto the stack.
	maxOpens = 15
	// maxOpened is how many entries a result can have here.
	maxOpened = 1_000
	// maxFiles is how many names a file_string can have (mod_dptools.c, file_string_file_open).
	maxFiles = 128
)

// An Opened is one thing that FreeSWITCH opens, or tries to open, for the name of a file.
type Opened struct {
	// Interface is the file interface that FreeSWITCH asks, by the ending or scheme of the name:
	// wav, file, file_string, http and so on. Empty: nothing is opened, because no interface knows
	// the name or the interface refuses it.
	Interface string
	// Path is the text that the interface gets.
	Path string
	// File is the path of the file that the operating system opens, absolute and without `.`, `..`
	// and doubled slashes. Empty: the interface itself does not open a file with that path.
	File string
	// Write reports whether it is opened for writing.
	Write bool
	// Crash reports whether FreeSWITCH crashes or never returns: its stack or a buffer is too
	// small, or a loop has no end.
	Crash bool
	// Shell reports whether Path is run as a shell command.
	Shell bool
	// Fetch reports whether Path is a URL that is fetched, or to which data is sent.
	Fetch bool
}

// Open returns what FreeSWITCH opens for a name, in order (switch_core_file.c,
// switch_core_perform_file_open). It assumes that all modules with file interfaces are loaded, and
// that no file exists, so that each name of a list is tried.
func Open(name string, write bool) []Opened { return OpenIn(name, write, "", SoundsDir, "") }

// OpenIn is like Open with other folders: prefix is that of relative names in a list (empty:
// sounds), sounds that of relative names in a list within a list, and spool that of recordings that
// are not complete (empty: none).
func OpenIn(name string, write bool, prefix, sounds, spool string) []Opened {
	o := opener{write: write, sounds: sounds, spool: spool}
	if prefix == "" {
		prefix = sounds
	}
	o.open(name, prefix)
	return o.out
}

// An opener collects what a name opens.
type opener struct {
	write  bool
	sounds string // the folder of relative names in a nested list
	spool  string // the folder of recordings that are not complete; "": none
	depth  int
	done   bool // it has crashed, or there are maxOpened entries
	out    []Opened
}

// add adds an entry.
func (o *opener) add(x Opened) {
	x.Write = o.write
	o.done = o.done || x.Crash || len(o.out) == maxOpened
	o.out = append(o.out, x)
}

// addNothing adds that the name opens nothing.
func (o *opener) addNothing(name string) { o.add(Opened{Path: name}) }

// open opens one name. prefix is the folder of relative names in a list.
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

// fileParams parses the blocks `{name=value,...}` at the front of a name, which blanks may
// separate. ok is false if one has no end.
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

// openNested opens the names within a name of the interfaces file and file_string.
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

// fileURL opens `HOST/PATH`, whose path is URL-encoded (mod_dptools.c, file_url_file_open).
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

// fetch opens a URL. Its content is stored in a file with the ending of the URL, and that is opened
// (mod_http_cache.c, http_cache_file_open). text is a whole URL for http_cache, and has no scheme
// for the others.
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
	hasHost := !strings.HasPrefix(text, "/")
	if ext != "" && !formats[ext] && (o.write || hasHost) {
		before := len(o.out)
		if o.open(cacheDir+"/file."+ext, o.sounds); !o.done {
			o.out = o.out[:before] // the switch chooses the name of the file
		}
	}
	o.depth--
}

// urlEnding returns the ending of a URL that says how its content is opened (mod_http_cache.c,
// find_extension). It is "" if there is none.
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

// IsPath reports whether a name, without its leading blocks `{...}`, is absolute or a stream
// (switch_utils.h, switch_is_file_path). endless reports whether a block has no end; the switch
// then never stops looking for it.
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

// Clean returns the absolute path of the file that the operating system finds by a path.
func Clean(name string) string {
	if !strings.HasPrefix(name, "/") {
		name = workDir + "/" + name
	}
	return path.Clean(name)
}
