package nested

import (
	"slices"
	"strings"

	"eslguard/fstext"
)

// write returns the argument in its canonical form: written from its tokens, in the simplest way
// that the splitter reads as the same tokens. If there is no such way, it returns args and sure is
// false.
func (t *traits) write(split fstext.Splitter, args string, tokens []string) (text string, sure bool) {
	switch {
	case t.rewrite != nil:
		return args, true // rewrite needs more than the tokens
	case t.canonical != nil:
		return t.canonical(split, args, tokens)
	}
	return writeArgument(split, args, tokens)
}

// writeAsItCame is traits.canonical for an argument that is forwarded unchanged.
func writeAsItCame(split fstext.Splitter, args string, _ []string) (text string, sure bool) {
	_, sure = split.Split(args)
	return args, sure
}

// writeArgument writes an argument from its tokens.
func writeArgument(split fstext.Splitter, args string, tokens []string) (text string, sure bool) {
	sep := byte(' ')
	switch split.Kind {
	case fstext.SplitChar:
		sep = split.Sep
	case fstext.SplitWords:
	default:
		return args, true // not split, or split at single spaces: there is only one spelling
	}
	if isPlainList(args, sep) {
		return args, true
	}
	b := make([]byte, 0, len(args)+2*len(tokens))
	for i, t := range tokens {
		if i > 0 {
			b = append(b, sep)
		}
		if i == split.Slots-1 && isRest(t) {
			b = append(b, t...) // the last slot takes the remaining separators
			continue
		}
		b = fstext.AppendToken(b, t, sep)
	}
	text = string(b)
	if again, _ := split.Split(text); !slices.Equal(again, tokens) {
		return args, false
	}
	return text, true
}

// isPlainList reports whether args has nothing that a splitter at sep would remove or merge.
func isPlainList(args string, sep byte) bool {
	return !strings.HasPrefix(args, "^^") && !strings.ContainsAny(args, `'\\`) &&
		!strings.Contains(args, "  ") && (sep == ' ' || strings.IndexByte(args, ' ') < 0)
}

// isRest reports whether t can be written into the last slot without quotes.
func isRest(t string) bool {
	return t != "" && t[0] != ' ' && t[len(t)-1] != ' ' && !strings.ContainsAny(t, "'\\\n\r\t")
}
