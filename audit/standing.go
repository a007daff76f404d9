package audit

import (
	"strings"

	"eslguard/command"
)

// standing returns the places of secrets that hold in the text of the command of r, or, unless f is
// nil, in the arguments of its effect f: those of the commands that the analysis found there. A word
// that only looks like the name of such a command hides nothing. All places hold where the effects
// are not all known. The list is good until the next call.
func (n *encoder) standing(r *Record, f *command.Effect) []command.SecretPlace {
	all := n.now.known()
	if len(r.Effects) == 0 || r.EffectsTotal > len(r.Effects) {
		return all
	}
	if n.stands == nil {
		n.stands = make([]command.SecretPlace, 0, len(all))
	}
	n.stands = n.stands[:0]
	if f != nil && strings.Contains(f.Args, "$") {
		f = nil // what is expanded there was found beside f
	}
	for i := range r.Effects {
		if e := &r.Effects[i]; isUnclear(e) && isWithin(e, f) {
			return all
		}
	}
	for i := range all {
		if stands(&all[i], r.Effects, f) {
			n.stands = append(n.stands, all[i])
		}
	}
	return n.stands
}

// stands reports whether one of the effects within f runs the command that p is of.
func stands(p *command.SecretPlace, effects []command.Effect, f *command.Effect) bool {
	for i := range effects {
		e := &effects[i]
		if isCall(e) && strings.EqualFold(e.Name, p.Name) && isWithin(e, f) {
			return true
		}
	}
	return false
}

// isUnclear reports whether e may stand for commands that the analysis did not find, or is a request
// of JSON, which may name one in a wrong place. A script runs none of those that stand in its
// arguments.
func isUnclear(e *command.Effect) bool {
	if e.Kind == command.KindOpaque {
		return e.Name != command.OpaqueScript
	}
	return e.Kind == command.KindAPI && e.Name == "json"
}

// isWithin reports whether e is f, or may have been found in the arguments of f: its path leads over
// that of f. All are within nil.
func isWithin(e, f *command.Effect) bool {
	return f == nil || e == f || strings.HasPrefix(e.Path, f.Path) && (len(e.Path) == len(f.Path) || strings.HasPrefix(e.Path[len(f.Path):], pathStep))
}

// pathStep parts what a path leads over, see command.Effect.
const pathStep = " > "
