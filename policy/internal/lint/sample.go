package lint

import (
	"eslguard/effect"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// sampleEffects returns effects that have the form of what the rule is about, one for each
// alternative of its name: the literal text of its tokens, and x for what is wild.
func sampleEffects(r *rule.Rule) (out []effect.Effect) {
	if len(r.Args) == 0 && !r.Rest || len(r.Name.Globs) > maxSampled {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		e := effect.Effect{Kind: r.Kind, Name: name}
		if rule.FoldsName(r.Kind) && r.Kind != effect.KindInject {
			e.Name = words.Fold(name)
		}
		for j := range r.Args {
			token := "x"
			if len(r.Args[j].Globs) > 0 && !r.Args[j].Globs[0].Wild {
				token = r.Args[j].Globs[0].Prefix()
			}
			e.Tokens = append(e.Tokens, token)
		}
		out = append(out, e)
	}
	return out
}

// maxSampled is how many alternatives of a name are looked at.
const maxSampled = 64
