package rule

import (
	"slices"

	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// Repeating is the word before a rule for effects that repeat.
const Repeating = "repeating"

// A Rule is one compiled line of a role. It is never changed once made.
type Rule struct {
	// Text is the rule as it stands in the file, role where.
	Text, Role string
	// Pos is where it stands; the zero Pos for one that is no line of a role.
	Pos  document.Pos
	Kind effect.Kind
	Deny bool
	// Leg is the place of a leg that a dial rule is about; LegUnknown for a rule about any place.
	Leg effect.Leg
	// Repeating makes an allow rule hold for repeating effects, and only for those.
	Repeating bool
	// AnyName says that the name is **.
	AnyName bool
	// Classes has bit c set for each class c that stands in the place of the name.
	Classes uint32
	// nameClasses has the same bits for a rule that spells its names, if each is of one class
	// whatever its arguments. Zero: not so.
	nameClasses uint32
	Name        pattern.Pattern
	Args        []pattern.Pattern
	// Rest says that the rule ends in **: more tokens may follow.
	Rest bool
	// level is the log level of a log rule.
	level int
	// Variables are those whose expansions the rule spells, folded: ${uuid}, $${recordings_dir}.
	Variables []string
}

// Spells reports whether name is one of the rule's alternatives as it stands.
func (r *Rule) Spells(name string) bool {
	return slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
		text, literal := g.Literal()
		return literal && words.EqualFold(text, name)
	})
}
