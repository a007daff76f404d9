package lint

import (
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/rule"
)

// maxSampled is the largest number of alternatives of a name that are looked at.
const maxSampled = 64

// sampleEffects returns effects of the form that the rule matches, one for each alternative of its
// name that is literal. It returns nil for a rule about a name alone, and for one with more than
// maxSampled alternatives.
func sampleEffects(r *rule.Rule) (out []effect.Effect) {
	if len(r.Args) == 0 && !r.Rest || len(r.Name.Globs) > maxSampled {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		if rule.FoldsName(r.Kind) && r.Kind != effect.KindInject {
			name = ascii.ToLower(name)
		}
		out = append(out, effect.Effect{Kind: r.Kind, Name: name, Tokens: sampleTokens(r)})
	}
	return out
}

// sampleTokens returns a token for each argument of the rule: its literal text, or x for an
// argument with wildcards or a regular expression.
func sampleTokens(r *rule.Rule) (tokens []string) {
	for i := range r.Args {
		token := "x"
		if len(r.Args[i].Globs) > 0 && !r.Args[i].Globs[0].Wild {
			token = r.Args[i].Globs[0].Prefix()
		}
		tokens = append(tokens, token)
	}
	return tokens
}
