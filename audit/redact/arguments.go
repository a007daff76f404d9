package redact

import (
	"strings"
	"unicode/utf8"

	"eslguard/command"
)

// args returns args, those of f or their beginning, without secrets. It tells left, unless that is
// nil, the name of each secret.
func (k *Secrets) Args(f *command.Effect, args string, left func(name string)) string {
	switch {
	case !k.TakesSecret(f):
		return k.Redact(args, argsReading(f), left)
	case isUnnamed(f):
		if left != nil {
			left(command.OpaqueExpansion)
		}
		return k.marker(args)
	}
	lead := f.Name + " "
	return strings.TrimPrefix(k.Redact(lead+args, argsReading(f), left), lead)
}

// mayTake reports whether a command takes a secret by its place in the arguments of f, or none can
// tell which command it is.
func (k *Secrets) TakesSecret(f *command.Effect) bool {
	return IsCall(f) && (isUnnamed(f) || k.NeedsName(Clip(f.Name, maxName)))
}

// isUnnamed reports whether an expansion decides what f runs.
func isUnnamed(f *command.Effect) bool { return IsCall(f) && strings.Contains(f.Name, "${") }

// IsCall reports whether f runs an API or an application.
func IsCall(f *command.Effect) bool {
	return f.Kind == command.KindAPI || f.Kind == command.KindApp
}

// argsReading is what f's arguments are redacted as: its name is not among them.
func argsReading(f *command.Effect) Reading {
	if f.Kind == command.KindVar || isSetter(Clip(f.Name, maxName)) {
		return AsSetting
	}
	return AsText
}

// maxName is how much of a command's name is looked at, in bytes.
const maxName = 1 << 10

// Clip cuts s to n bytes, or up to three less so as not to part a character.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	end := n
	for end > n-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	if !utf8.RuneStart(s[end]) {
		end = n
	}
	return s[:end]
}
