package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// Files returns a guard for the tokens that name a file which FreeSWITCH opens as a sound or a
// video (switch_core_file.c, switch_core_perform_file_open).
func Files(at ...int) Check {
	return func(g *Guard, _ string, tokens []string) {
		for _, i := range at {
			if i < len(tokens) {
				g.fileName(tokens[i])
			}
		}
	}
}

// LoopPlayback is for `[+COUNT ]FILE`.
func LoopPlayback(g *Guard, args string, _ []string) {
	if strings.HasPrefix(args, "+") {
		_, args, _ = strings.Cut(args, " ")
	}
	g.fileName(args)
}

// PlayAndDetect is for `FILE detect:ENGINE …`.
func PlayAndDetect(g *Guard, args string, _ []string) {
	if i := ascii.IndexFold(args, "detect:"); i >= 0 {
		args = strings.TrimRight(args[:i], " ")
	}
	g.fileName(args)
}

// The bounds of files' names. What stands before :// is copied into 128 bytes
// (switch_core_file.c:72 and 317); the longest name of a stream has 14. A stream may lead to a name
// that is opened in its turn, by the same thread (mod_dptools.c:5020 and 5298): the stack is full
// after 15; people write a list of names, some of them streams, which are two.
const (
	maxStreamName  = 100
	maxFileNesting = 3
)

// maxStringFiles is how many names a file_string holds; FreeSWITCH's own number
// (mod_dptools.c:4947).
const maxStringFiles = 128

// fileName looks at the name of a file. Most names are plain, and cost no more than a look for two
// bytes.
func (g *Guard) fileName(name string) {
	if strings.IndexByte(name, '.') >= 0 || strings.IndexByte(name, ':') >= 0 || strings.HasPrefix(name, "{") {
		g.openFile(name, 0)
	}
}

// openFile looks at a name as FreeSWITCH opens it, which that many streams led to.
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
		g.tones(name) // the stream gets all of it then
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

// streamEndings are the streams that open the file of their own name, if a file's name ends like
// them and does not begin with them (mod_dptools.c:5020 and 5298, mod_httapi.c:3020,
// mod_http_cache.c:1809).
var streamEndings = [...]string{"file", "file_string", "http", "https", "http_cache"}

// endsLikeStream reports whether a name ends like a stream, or one of those in it does that
// something may part.
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

// isNameByte reports whether c can be within the name of a folder or file, so that what stands
// before it does not end.
func isNameByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '_' || c == '-' || c == '.' || c == '/'
}

// statesEnding reports whether what follows the :// of http, (NAME=VALUE,…)HOST/PATH, states such
// an ending for the file that it is kept in (mod_httapi.c:2966 and 3009).
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

// Variable looks at the value that a variable, given in lower case, is set to.
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
