package nested

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// argReason returns the reason for which an argument, which is not empty, makes an API or
// application of that class opaque, "" for none.
func (t *traits) argReason(class effect.Class, args string, tokens []string) string {
	if t.opaqueIf != nil {
		if reason := t.opaqueIf(args, tokens); reason != "" {
			return reason
		}
	}
	for _, token := range tokens {
		if strings.IndexByte(token, '{') >= 0 && spools(token) {
			return effect.OpaqueScript
		}
		if strings.IndexByte(token, ':') >= 0 {
			if reason := t.fileReason(class, ascii.ToLower(token)); reason != "" {
				return reason
			}
		}
		if argument.RunsProgram(token) {
			return effect.OpaqueScript
		}
	}
	return ""
}

// isObjectPath is for a name of a module that has a slash: it is the path of a shared object.
func isObjectPath(args string, _ []string) string {
	if strings.Contains(args, "/") {
		return effect.OpaqueScript
	}
	return ""
}

// isOddCompletion is for the text of a completion.
func isOddCompletion(args string, _ []string) string {
	if !fstext.IsPlainCompletion(args) {
		return effect.OpaqueUnknownSyntax
	}
	return ""
}

// anyIsShellText is for an argument with paths of recordings.
func anyIsShellText(_ string, tokens []string) string {
	if slices.ContainsFunc(tokens, isShellText) {
		return effect.OpaqueScript
	}
	return ""
}

// isShellTextAt is for an argument whose i-th token is the path of a recording.
func isShellTextAt(i int) func(string, []string) string {
	return func(_ string, tokens []string) string {
		if len(tokens) > i && isShellText(tokens[i]) {
			return effect.OpaqueScript
		}
		return ""
	}
}

// spools reports whether the path of a file may state where it is written first. FreeSWITCH moves
// it from there by a shell (switch_core_file.c, switch_core_file_close).
func spools(path string) bool {
	path = strings.ReplaceAll(strings.ReplaceAll(path, "'", ""), `\`, "")
	return ascii.IndexFold(path, "spool_path") >= 0
}

// isShellText reports whether the path of a recording, which that shell would get where the switch
// writes all of them elsewhere first, holds more than names for it. What is streamed is not moved,
// but file:// and file_string:// lead to files, the first decoded.
func isShellText(path string) bool {
	if strings.Contains(path, "://") {
		url := ascii.IndexFold(path, "file://") >= 0
		if url && strings.IndexByte(path, '%') >= 0 {
			return true
		}
		if !url && ascii.IndexFold(path, "file_string://") < 0 {
			return false
		}
	}
	return strings.ContainsAny(path, ";&|<>`\n") || strings.Contains(path, "$(")
}

// fileReason looks for the file interfaces that run something (mod_shell_stream.c, phrase macros,
// mod_httapi.c). A variable may name a file that is played later, so the first counts everywhere.
func (t *traits) fileReason(class effect.Class, name string) string {
	// a list of files (file_string://a!b) is parted by a splitter that takes these out
	if strings.ContainsAny(name, `'\`) {
		name = strings.ReplaceAll(strings.ReplaceAll(name, "'", ""), `\`, "")
	}
	if strings.Contains(name, "shell_stream:") {
		return effect.OpaqueScript
	}
	switch {
	case class == effect.ClassMedia, class == effect.ClassOriginate, class == effect.ClassCall, t.playsFiles:
		if strings.Contains(name, "phrase:") || strings.Contains(name, "httapi:") {
			return effect.OpaqueWrapper
		}
	}
	return ""
}
