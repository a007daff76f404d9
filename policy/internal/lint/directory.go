package lint

import (
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// directoryValues warns of rules that leave the value of an originate variable open if other rules
// allow legs that the directory describes (user/ and group/). The directory may put the value into
// a dial string, so the wildcard of such a rule matches less than elsewhere.
func (d *linter) directoryValues(rs *role.Set) {
	dials := ""
	rs.EachAllow(func(r *rule.Rule) {
		if dials == "" && dialsDirectory(r) {
			dials = r.Text
		}
	})
	if dials == "" {
		return
	}
	rs.EachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != effect.KindVar || len(r.Args) < 2 || !r.Args[1].HasBareWildcards() || !r.SetsOriginateVariable() {
			return
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, "write what the values look like, such as <1-60>, a|b or a regular expression",
			"%s: since %s is allowed too, the directory may put the value into a dial string, so this wildcard matches no comma, quote, bracket and the like",
			words.Quote(r.Text), words.Quote(dials))
	})
}

// dialsDirectory reports whether the rule may match a leg of the type user or group.
func dialsDirectory(r *rule.Rule) bool {
	if r.Kind != effect.KindDial {
		return false
	}
	if r.AnyName {
		return true
	}
	if r.Name.Regex != nil {
		tree, err := syntax.Parse(r.Name.Text, syntax.Perl)
		return err != nil || pattern.MayBeginWith(tree, []string{"user/", "group/"})
	}
	return slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
		p := ascii.ToLower(g.Prefix())
		return strings.HasPrefix(p, "user/") || strings.HasPrefix(p, "group/") || p == ""
	})
}
