package nested

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// argReason returns the reason for which an argument makes an API or application of that class
// opaque. It returns "" if there is none. args is not empty.
func (t *traits) argReason(class effect.Class, args string, tokens []string) string {
	if t.opaqueIf != nil {
		if reason := t.opaqueIf(args, tokens); reason != "" {
			return reason
		}
	}
	for _, token := range tokens {
		if strings.IndexByte(token, '{') >= 0 && statesSpoolPath(token) {
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

// isObjectPath is for the name of a module. With a slash it is the path of a shared object.
func isObjectPath(args string, _ []string) string {
	if strings.Contains(args, "/") {
		return effect.OpaqueScript
	}
	return ""
}

// isUnclearCompletion is for a text to complete. It may not state a cursor in a way that can be
// misread.
func isUnclearCompletion(args string, _ []string) string {
	if !fstext.IsPlainCompletion(args) {
		return effect.OpaqueUnknownSyntax
	}
	return ""
}

// anyIsShellText is for an argument whose tokens may all be paths of recordings.
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

// statesSpoolPath reports whether the path of a file may state where the file is written first.
// FreeSWITCH moves it from there with a shell (switch_core_file.c, switch_core_file_close).
func statesSpoolPath(path string) bool {
	path = strings.ReplaceAll(strings.ReplaceAll(path, "'", ""), `\`, "")
	return ascii.IndexFold(path, "spool_path") >= 0
}

// isShellText reports whether the path of a recording contains more than names to a shell. If the
// switch is configured to write recordings elsewhere first, it moves them with a shell. Streams are
// not moved, except for file:// and file_string://, which lead to files; file:// decodes percent
// escapes.
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
// mod_httapi.c). shell_stream counts for every class, since a variable may name a file that is
// played later.
func (t *traits) fileReason(class effect.Class, name string) string {
	// A list of files (file_string://a!b) is split in a way that removes these.
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
