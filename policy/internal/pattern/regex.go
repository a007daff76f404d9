package pattern

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"eslguard/policy/internal/words"
)

// IsRegex reports whether a token is a regular expression, which begins and ends with a slash.
func IsRegex(token string) bool {
	return len(token) >= 3 && token[0] == '/' && token[len(token)-1] == '/' && token[len(token)-2] != '\\'
}

// parseRegex compiles a regular expression, given without its slashes, that matches a whole token.
// In a deny rule its dot also matches a line feed, so that a line feed hides nothing that follows
// it.
func parseRegex(text string, deny bool) (Pattern, *Fault) {
	if len(text) > maxRegex {
		return Pattern{}, Faultf("", "a regular expression is longer than %d bytes", maxRegex)
	}
	if strings.Contains(text, " ") {
		return Pattern{}, Faultf("write [0-9]{7} there", "<digits 7> is no part of a regular expression")
	}
	if regexp.QuoteMeta(text) == text {
		return Pattern{}, Faultf(`for a path write \`+"/"+text+"/", "/%s/ would be a regular expression, but has nothing special in it", words.Clip(text))
	}
	flags := ""
	if deny {
		flags = "s"
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return Pattern{}, Faultf("", "the regular expression /%s/ is wrong: %s", words.Clip(text), words.Clip(err.Error()))
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil || len(prog.Inst) > maxRegexProg {
		return Pattern{}, Faultf("", "the regular expression /%s/ is too large", words.Clip(text))
	}
	p := Pattern{Text: text, steps: len(prog.Inst)}
	if p.Regex, err = regexp.Compile(regexFlags(flags) + `\A(?:` + text + `)\z`); err == nil {
		p.folded, err = regexp.Compile(regexFlags(flags+"i") + `\A(?:` + text + `)\z`)
	}
	if err != nil {
		return Pattern{}, Faultf("", "the regular expression /%s/ is wrong: %s", words.Clip(text), words.Clip(err.Error()))
	}
	return p, nil
}

func regexFlags(flags string) string {
	if flags == "" {
		return ""
	}
	return "(?" + flags + ")"
}

func (p *Pattern) matchRegex(token string, opts Options) bool {
	if !opts.Work.Spend(len(token) * p.steps) {
		return false
	}
	if !opts.Fold {
		return p.Regex.MatchString(token)
	}
	// U+017F folds to s and U+212A to k in Go, but not in FreeSWITCH.
	if !opts.Deny && strings.ContainsAny(token, "\u017f\u212a") {
		return p.Regex.MatchString(token)
	}
	return p.folded.MatchString(token)
}
