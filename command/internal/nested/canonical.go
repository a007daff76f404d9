package nested

import (
	"slices"
	"strings"

	"eslguard/internal/fstext"
)

// write returns the argument as it goes up: its tokens in the plainest way that the splitter reads
// as the same tokens again. sure is false where there is no such way; the argument is as it came
// then.
func (t *traits) write(split fstext.Splitter, args string, tokens []string) (text string, sure bool) {
	switch {
	case t.rewrite != nil:
		return args, true // rewrite writes it from more than its tokens
	case t.canonical != nil:
		return t.canonical(split, args, tokens)
	}
	return writeArgument(split, args, tokens)
}

// writeAsItCame is for an argument that goes up as it came.
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
		return args, true // not split, or at one space: there is but one way to say it
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
			b = append(b, t...) // it takes the separators that are left
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

// isPlainList reports whether args has nothing that the splitter on sep would take out or put
// together.
func isPlainList(args string, sep byte) bool {
	return !strings.HasPrefix(args, "^^") && !strings.ContainsAny(args, `'\\`) &&
		!strings.Contains(args, "  ") && (sep == ' ' || strings.IndexByte(args, ' ') < 0)
}

// isRest reports whether t can stand as the last slot's text without quotes.
func isRest(t string) bool {
	return t != "" && t[0] != ' ' && t[len(t)-1] != ' ' && !strings.ContainsAny(t, "'\\\n\r\t")
}
