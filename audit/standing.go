package audit

import (
	"strings"

	"eslguard/audit/redact"
	"eslguard/command"
)

// maxCalls is how many effects of a record are told apart that run commands which take secrets, or
// may. With more of them, all places hold.
const maxCalls = 64

// standing returns the places of secrets that hold in the text of the command of r, or, unless f is
// nil, in the arguments of its effect f: those of the commands that the analysis found there. A
// word that only looks like the name of such a command hides nothing. All places hold where the
// effects are not all known. The list is good until the next call.
func (n *encoder) standing(r *Record, f *command.Effect) []command.SecretPlace {
	all := n.now.Known()
	if len(r.Effects) == 0 || r.EffectsTotal > len(r.Effects) {
		return all
	}
	if n.callsOf != r {
		n.seekCalls(r)
	}
	if len(n.calls) > maxCalls {
		return all
	}
	if n.stands == nil {
		n.stands = make([]command.SecretPlace, 0, len(all)) // nil has another meaning
	}
	if f != nil && strings.Contains(f.Args, "$") {
		f = nil // what is expanded there was found beside f
	}
	n.stands = n.stands[:0]
	for i := range all {
		for _, e := range n.calls {
			if !isWithin(e, f) {
				continue
			}
			if isUnclear(e) {
				return all
			}
			if strings.EqualFold(e.Name, all[i].Name) {
				n.stands = append(n.stands, all[i])
				break
			}
		}
	}
	return n.stands
}

// seekCalls finds the effects of r that run commands which take secrets, or may.
func (n *encoder) seekCalls(r *Record) {
	n.callsOf, n.calls = r, n.calls[:0]
	for i := range r.Effects {
		e := &r.Effects[i]
		if (isUnclear(e) || redact.IsCall(e) && n.now.Placed(redact.Clip(e.Name, MaxText))) && len(n.calls) <= maxCalls {
			n.calls = append(n.calls, e)
		}
	}
}

// isUnclear reports whether e may stand for commands that the analysis did not find, or is a
// request of JSON, which may name one in a wrong place. A script runs none of those that stand in
// its arguments.
func isUnclear(e *command.Effect) bool {
	if e.Kind == command.KindOpaque {
		return e.Name != command.OpaqueScript
	}
	return e.Kind == command.KindAPI && e.Name == "json"
}

// isWithin reports whether e is f, or may have been found in the arguments of f: its path leads
// over that of f. All are within nil.
func isWithin(e, f *command.Effect) bool {
	if f == nil || e == f {
		return true
	}
	rest, ok := strings.CutPrefix(e.Path, f.Path)
	return ok && (rest == "" || strings.HasPrefix(rest, pathStep))
}

// pathStep parts what a path leads over, see command.Effect.
const pathStep = " > "
