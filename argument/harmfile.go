package argument

import (
	"fmt"
	"strings"

	"eslguard/fstext"
)

const schemeMark = "://"

// harmfulURL requires that the rule spells everything up to the slash after the host.
func harmfulURL(token string, spans []Span) string {
	first := firstMatched(spans)
	if first < 0 {
		return ""
	}
	at := strings.Index(token, schemeMark)
	if at < 0 {
		at = 0
	} else {
		at += len(schemeMark)
	}
	slash := strings.IndexByte(token[at:], '/')
	if slash < 0 || first <= at+slash {
		return "the host must be spelled, and the slash behind it"
	}
	if hidesPath(token[at+slash:]) {
		return "a percent escape stands for a part of a path"
	}
	return harmfulPath(token, spans, at)
}

// hidesPath reports whether a percent escape in path means a dot, a slash, a backslash or a control
// character.
func hidesPath(path string) bool {
	const parts = "./\\\x00\t\r\n"
	count := func(s string) (n int) {
		for i := range len(s) {
			if containsByte(parts, s[i]) {
				n++
			}
		}
		return n
	}
	return strings.IndexByte(path, '%') >= 0 && count(fstext.DecodeURL(path)) != count(path)
}

// detours are the sequences that lead out of a folder, or hide that a path does.
var detours = [...]string{"..", "//", "/./", "@@"}

// harmfulPath looks for a detour in token, from index at on, if a wildcard matched at least a part
// of it.
func harmfulPath(token string, spans []Span, at int) string {
	for _, seq := range detours {
		for i := at; ; i++ {
			next := strings.Index(token[i:], seq)
			if next < 0 {
				break
			}
			if i += next; overlaps(spans, i, i+len(seq)) {
				return "it holds " + seq
			}
		}
	}
	return ""
}

// overlaps reports whether any byte from start up to, but not including, end is within spans.
func overlaps(spans []Span, start, end int) bool {
	for _, span := range spans {
		if span.Start < end && start < span.End {
			return true
		}
	}
	return false
}

// harmfulFile checks the name of a file, which FreeSWITCH opens by its scheme or its ending
// (switch_core_file.c, switch_core_perform_file_open).
func harmfulFile(token string, spans []Span) string {
	if firstMatched(spans) < 0 {
		return ""
	}
	if scheme, rest, ok := strings.Cut(token, schemeMark); ok {
		return harmfulStream(token, spans, scheme, len(token)-len(rest))
	}
	if why := harmfulPath(token, spans, 0); why != "" {
		return why
	}
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		if token[0] == '/' && overlaps(spans, 0, 1) {
			return "a name without an ending is below no folder that the rule spells"
		}
		return "" // FreeSWITCH appends the name of a codec
	}
	if !overlaps(spans, dot, len(token)) || plainEndings[token[dot+1:]] {
		return ""
	}
	return harmfulEnding(token[dot+1:])
}

// maxEndingShown is how much of an ending an explanation shows, in bytes.
const maxEndingShown = 24

// harmfulEnding explains why ending, the part of a name after its last dot, is not harmless.
func harmfulEnding(ending string) string {
	shown := "." + ending[:min(len(ending), maxEndingShown)]
	switch kind := streams[ending]; {
	case kind == streamProgram:
		return fmt.Sprintf("the name ends in %s, by which FreeSWITCH runs a program", shown)
	case kind != streamUnknown:
		return fmt.Sprintf("the name ends in %s, which FreeSWITCH opens as a stream", shown)
	}
	return fmt.Sprintf("the name ends in %q, which is no ending of a plain file", shown)
}

// harmfulStream checks the name of a file that begins with a scheme and ://. at is the index after
// these. The rule must spell the scheme, and for a stream from a host also the host.
func harmfulStream(token string, spans []Span, scheme string, at int) string {
	first := firstMatched(spans)
	if first < at {
		return "the name of the stream must be spelled"
	}
	if i := strings.LastIndexByte(scheme, '}'); i >= 0 {
		scheme = scheme[i+1:]
	}
	at = afterSchemes(token, at)
	if first < at {
		return "the name of the stream must be spelled"
	}
	switch streams[scheme] {
	case streamName:
		return harmfulPath(token, spans, at)
	case streamHost, streamNested:
		slash := strings.IndexByte(token[at:], '/')
		if slash < 0 || first <= at+slash {
			return "the host must be spelled, and the slash behind it"
		}
		if why := harmfulPath(token, spans, at+slash); why != "" {
			return why
		}
		dot := strings.LastIndexByte(token, '.')
		if dot > strings.LastIndexByte(token, '/') && overlaps(spans, dot, len(token)) && !plainEndings[token[dot+1:]] {
			return harmfulEnding(token[dot+1:])
		}
		return ""
	}
	return fmt.Sprintf("nothing is known of the stream %.24q", scheme)
}

// afterSchemes returns the index in token, not before at, after all further schemes and blocks of
// parameters.
func afterSchemes(token string, at int) int {
	for {
		rest := token[at:]
		if strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "(") {
			end := strings.IndexAny(rest, "})")
			if end < 0 {
				return len(token)
			}
			at += end + 1
			continue
		}
		next := strings.Index(rest, schemeMark)
		if next < 0 || strings.IndexByte(rest[:next], '/') >= 0 {
			return at
		}
		at += next + len(schemeMark)
	}
}

// harmfulFolder requires a path that is relative or below a folder that the rule spells.
func harmfulFolder(token string, spans []Span) string {
	if token[0] == '/' && overlaps(spans, 0, 1) {
		return "it begins with a slash, and so is below no folder that the rule spells"
	}
	return harmfulPath(token, spans, 0)
}
