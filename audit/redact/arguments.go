package redact

import (
	"strings"
	"unicode/utf8"

	"eslguard/effect"
)

// Args returns args, which are the arguments of f or the beginning of them, without secrets. It
// calls onRedact, unless that is nil, with the name of each secret.
func (k *Secrets) Args(f *effect.Effect, args string, onRedact func(name string)) string {
	switch {
	case !k.TakesSecret(f):
		return k.Redact(args, argsReading(f), onRedact)
	case isUnnamed(f):
		if onRedact != nil {
			onRedact(effect.OpaqueExpansion)
		}
		return k.marker(args)
	}
	lead := f.Name + " "
	return strings.TrimPrefix(k.Redact(lead+args, argsReading(f), onRedact), lead)
}

// TakesSecret reports whether f runs a command that takes a secret by its place in the arguments,
// or a command whose name is not known because an expansion decides it.
func (k *Secrets) TakesSecret(f *effect.Effect) bool {
	return IsCall(f) && (isUnnamed(f) || k.NeedsName(Clip(f.Name, maxName)))
}

// isUnnamed reports whether an expansion decides what f runs.
func isUnnamed(f *effect.Effect) bool { return IsCall(f) && strings.Contains(f.Name, "${") }

// IsCall reports whether f runs an API or an application.
func IsCall(f *effect.Effect) bool {
	return f.Kind == effect.KindAPI || f.Kind == effect.KindApp
}

// argsReading returns how the arguments of f are read, which do not contain the name of the
// command.
func argsReading(f *effect.Effect) Reading {
	if f.Kind == effect.KindVar || isSetter(Clip(f.Name, maxName)) {
		return AsSetting
	}
	return AsText
}

// maxName is how much of a command's name is compared, in bytes.
const maxName = 1 << 10

// Clip returns the first n bytes of s, or up to three less if it would cut a character of UTF-8. It
// returns s itself if that is not longer.
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
