package command

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// A nestRule says whether an API or application can hold other commands. The zero rule
// leaves that to the class: exec, nested and originate can.
type nestRule uint8

const (
	nestByClass nestRule = iota
	nestNever
	nestExpansion
	nestScript
	nestWrapper
)

// nestRules are the words of the catalogue's column.
var nestRules = map[string]nestRule{
	"":                     nestByClass,
	"never":                nestNever,
	effect.OpaqueExpansion: nestExpansion,
	effect.OpaqueScript:    nestScript,
	effect.OpaqueWrapper:   nestWrapper,
}

// opaqueReason returns why nothing can be said of what the entry's argument holds, and ""
// where it holds no other command for sure.
func (e *entry) opaqueReason() string {
	switch e.nests {
	case nestNever:
		return ""
	case nestExpansion:
		return effect.OpaqueExpansion
	case nestScript:
		return effect.OpaqueScript
	case nestWrapper:
		return effect.OpaqueWrapper
	}
	switch e.class {
	case effect.ClassExec:
		return effect.OpaqueScript
	case effect.ClassNested, effect.ClassOriginate:
		return effect.OpaqueWrapper
	}
	return ""
}

// argReason returns the reason for those entries that can hold other commands only in some of
// their arguments.
func (e *entry) argReason(args string, tokens []string) string {
	switch e.path {
	case "api load", "api unload", "api reload":
		// A name with a slash is the path of a shared object.
		if strings.Contains(args, "/") {
			return effect.OpaqueScript
		}
	case "api console_complete", "api console_complete_xml":
		if !fstext.IsPlainCompletion(args) {
			return effect.OpaqueUnknownSyntax
		}
	case "app record", "app record_session":
		if len(tokens) > 0 && isShellText(tokens[0]) {
			return effect.OpaqueScript
		}
	case "app snapshot", "api uuid_snapshot":
		if slices.ContainsFunc(tokens, isShellText) {
			return effect.OpaqueScript
		}
	case "api uuid_record":
		if len(tokens) > 2 && isShellText(tokens[2]) {
			return effect.OpaqueScript
		}
	}
	for _, t := range tokens {
		if strings.IndexByte(t, '{') >= 0 && spools(t) {
			return effect.OpaqueScript
		}
		if strings.IndexByte(t, ':') >= 0 {
			if reason := e.fileReason(ascii.ToLower(t)); reason != "" {
				return reason
			}
		}
		if argument.RunsProgram(t) {
			return effect.OpaqueScript
		}
	}
	return ""
}

// spools reports whether the path of a file may state where it is written first. FreeSWITCH moves it from
// there by a shell (switch_core_file.c, switch_core_file_close).
func spools(path string) bool {
	path = strings.ReplaceAll(strings.ReplaceAll(path, "'", ""), `\`, "")
	return ascii.IndexFold(path, "spool_path") >= 0
}

// isShellText reports whether the path of a recording, which that shell would get where the switch writes all of them
// elsewhere first, holds more than names for it. What is streamed is not moved, but file:// and file_string:// lead to
// files, the first decoded.
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
func (e *entry) fileReason(name string) string {
	if strings.ContainsAny(name, `'\`) { // a list of files (file_string://a!b) is parted by a splitter that takes these out
		name = strings.ReplaceAll(strings.ReplaceAll(name, "'", ""), `\`, "")
	}
	if strings.Contains(name, "shell_stream:") {
		return effect.OpaqueScript
	}
	switch {
	case e.class == effect.ClassMedia, e.class == effect.ClassOriginate, e.class == effect.ClassCall, e.path == "app play_and_get_digits":
		if strings.Contains(name, "phrase:") || strings.Contains(name, "httapi:") {
			return effect.OpaqueWrapper
		}
	}
	return ""
}
