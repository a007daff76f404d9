package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// Files returns a check of the tokens that name a file which FreeSWITCH opens as a sound or a video
// (switch_core_file.c, switch_core_perform_file_open). at are their indexes.
func Files(at ...int) Check {
	return func(g *Guard, _ string, tokens []string) {
		for _, i := range at {
			if i < len(tokens) {
				g.fileName(tokens[i])
			}
		}
	}
}

// LoopPlayback checks `[+COUNT ]FILE`.
func LoopPlayback(g *Guard, args string, _ []string) {
	if strings.HasPrefix(args, "+") {
		_, args, _ = strings.Cut(args, " ")
	}
	g.fileName(args)
}

// PlayAndDetect checks `FILE detect:ENGINE …`.
func PlayAndDetect(g *Guard, args string, _ []string) {
	if i := ascii.IndexFold(args, "detect:"); i >= 0 {
		args = strings.TrimRight(args[:i], " ")
	}
	g.fileName(args)
}

// The bounds of the names of files. FreeSWITCH copies the text before :// into 128 bytes
// (switch_core_file.c:72 and 317); the longest name of a stream has 14. A stream may lead to a name
// that the same thread opens in turn (mod_dptools.c:5020 and 5298). A nesting of 15 fills the
// stack. Real names are at most lists with some streams among their elements, which is a nesting of
// two.
const (
	maxStreamName  = 100
	maxFileNesting = 3
)

// maxStringFiles is how many names FreeSWITCH reads in a file_string (mod_dptools.c:4947).
const maxStringFiles = 128

// fileName checks the name of a file. Most names are plain, and cost only a search for two bytes.
func (g *Guard) fileName(name string) {
	if strings.IndexByte(name, '.') >= 0 || strings.IndexByte(name, ':') >= 0 || strings.HasPrefix(name, "{") {
		g.openFile(name, 0)
	}
}

// openFile checks a name as FreeSWITCH opens it. depth is the number of streams that led to it.
func (g *Guard) openFile(name string, depth int) {
	if depth > maxFileNesting {
		g.Refuse(catalog.ProtectFileNesting, name)
		return
	}
	for strings.HasPrefix(name, "{") {
		end := fstext.EndOfBlock(name, '{', '}')
		if end < 0 {
			g.Refuse(catalog.ProtectFileBlock, name) // switch_utils.h, switch_is_file_path
			return
		}
		name = strings.TrimLeft(name[end+1:], " ")
	}
	scheme, rest, ok := strings.Cut(name, "://")
	if ok && knownLength(scheme) > maxStreamName {
		g.Refuse(catalog.ProtectFileStreamName, name)
	}
	switch {
	case ok && scheme == "file_string":
		var scratch [fstext.FewEntries]string
		parts := fstext.SeparateIn(scratch[:0], rest, '!', maxStringFiles)
		if len(parts) < maxStringFiles && fstext.EndsInBackslash(rest) {
			g.Refuse(catalog.ProtectLoneBackslash, name)
		}
		for _, part := range parts {
			if g.Refusal == nil {
				g.openFile(part, depth+1)
			}
		}
		return
	case ok && scheme == "tone_stream":
		g.tones(rest)
		return
	case !ok && strings.HasSuffix(name, ".tone_stream"):
		g.tones(name) // the stream gets the whole name
		return
	case ok && scheme == "file":
		if _, path, ok := strings.Cut(rest, "/"); ok && strings.IndexByte(path, '%') >= 0 {
			path, _, _ = strings.Cut(fstext.DecodeURL(path), "\x00") // a NUL ends the text
			g.openFile("/"+path, depth+1)
		} else if ok {
			g.openFile(path, depth+1)
		}
	}
	if endsLikeStream(name) || ok && statesEnding(rest) {
		g.Refuse(catalog.ProtectFileEnding, name)
	}
}

// streamEndings are streams that open the file of their own name, if the file's name ends like them
// and does not begin with them (mod_dptools.c:5020 and 5298, mod_httapi.c:3020,
// mod_http_cache.c:1809).
var streamEndings = [...]string{"file", "file_string", "http", "https", "http_cache"}

// endsLikeStream reports whether a name ends like such a stream, or contains a name that does: the
// byte after the ending may separate two names.
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

// isNameByte reports whether c may be part of the name of a folder or file, so that the name does
// not end before it.
func isNameByte(c byte) bool {
	return ascii.IsAlphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '/'
}

// statesEnding reports whether the text after the :// of http, (NAME=VALUE,…)HOST/PATH, states such
// an ending for the file in which it is cached (mod_httapi.c:2966 and 3009).
func statesEnding(rest string) bool {
	if !strings.HasPrefix(rest, "(") {
		return false
	}
	vars, _, err := fstext.ReadBlock(nil, rest, '(', ')', ',')
	if err != nil {
		return false
	}
	for _, v := range vars {
		if ascii.EqualFold(v.Name, "ext") && endsLikeStream("."+v.Value) || ascii.EqualFold(v.Name, "file") && endsLikeStream(v.Value) {
			return true
		}
	}
	return false
}

// Variable checks the value to which a variable is set. name is in lower case.
func (g *Guard) Variable(name, value string) {
	switch {
	case strings.HasPrefix(name, "valet_ext_m"):
		if (name == "valet_ext_min" || name == "valet_ext_max") && leadingNumber(value) > maxDigits {
			g.Refuse(catalog.ProtectDigitCount, value)
		}
	case strings.IndexByte(value, '.') < 0 && strings.IndexByte(value, ':') < 0 && strings.IndexByte(value, '=') < 0 &&
		!strings.HasPrefix(value, "{"):
	case catalog.IsFileVariable(name):
		for _, v := range fstext.Readings(value) {
			g.fileName(v)
			if strings.HasSuffix(name, "ringback") && !strings.Contains(v, "://") {
				g.tones(v) // switch_ivr_originate.c:1103
			}
		}
	}
	if g.Refusal != nil {
		g.Locate("var " + name)
	}
}
