package rule

import (
	"slices"

	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// Repeating is the first word of a rule for effects that repeat.
const Repeating = "repeating"

// A Rule is one compiled line of a role. It is never changed after it is made. The zero Rule
// matches nothing.
type Rule struct {
	// Text is the rule as the policy spells it. Role is the name of its role, "" for a rule that is
	// not a line of a role.
	Text, Role string
	// Pos is its place in the policy, zero for a rule that is not a line of a role.
	Pos  document.Pos
	Kind effect.Kind
	Deny bool
	// Leg is the only place of a leg to which a dial rule applies, LegUnknown for a rule that
	// applies to every place.
	Leg effect.Leg
	// Repeating lets an allow rule match repeating effects, and no others.
	Repeating bool
	// AnyName is true if the name is **.
	AnyName bool
	// Classes has bit c set for each class c that the rule has in place of the name. It is zero if
	// there is none.
	Classes uint32
	// nameClasses are the classes of the names that the rule spells, as such bits. It is zero if a
	// name is a pattern or unknown, or if its class depends on its arguments.
	nameClasses uint32
	// Name has no globs if the name is **, a class or a regular expression.
	Name pattern.Pattern
	// Args match the tokens after the name, one each.
	Args []pattern.Pattern
	// Rest is true if more tokens may follow those of Args: the rule ends in **.
	Rest bool
	// level is the verbosity of a log rule, an index of LogLevels.
	level int
	// Variables are the variables of the expansions that an allow rule spells, in lower case, such
	// as recordings_dir for $${recordings_dir}.
	Variables []string
}

// Spells reports whether one of the alternatives of the name is the literal text name, which must
// be in lower case.
func (r *Rule) Spells(name string) bool {
	return slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
		text, literal := g.Literal()
		return literal && words.EqualFold(text, name)
	})
}
