package recorded

import (
	"errors"
	"slices"
	"strings"

	"eslguard/audit/trail"
	"eslguard/catalog"
	"eslguard/command"
	"eslguard/effect"
)

// Effects returns the effects of a recorded command. It returns false if some of them are missing
// or incomplete because the record does not contain enough.
//
// A record does not contain the tokens of an effect, so the command is parsed again. If that does
// not give the effects that were recorded (the text was cut, or its meaning depends on earlier
// commands of the session), the effects are made from what the record says of each.
func Effects(cat *catalog.Catalog, r *trail.Record) ([]effect.Effect, bool) {
	list := Expand(r.Effects)
	if r.CommandBytes == len(r.Command) || IsRedacted(r.Command) {
		if again, err := parseAgain(cat, r.Command); err == nil && agrees(r, list, again) {
			return again, true
		}
	}
	var out []effect.Effect
	whole := r.EffectsTotal <= len(list)
	for i := range list {
		e, ok := Rebuild(cat, &list[i])
		if ok = ok && !IsCut(list[i].Args); ok {
			out = append(out, e)
		}
		whole = whole && ok
	}
	return out, whole
}

// parseAgain parses the text of a command as if it were the first of its session.
func parseAgain(cat *catalog.Catalog, text string) ([]effect.Effect, error) {
	f, err := Frame(text)
	if err != nil {
		return nil, err
	}
	cmd, err := command.Parse(cat, &command.State{}, f)
	if err != nil {
		return nil, err
	}
	if cmd == nil {
		return nil, errors.New("no command")
	}
	return cmd.Effects, nil
}

// Expand returns the effects of a record, with one effect for each event in place of the single one
// that is recorded for "event ALL". It returns list itself if there is none.
func Expand(list []trail.Effect) []trail.Effect {
	at := slices.IndexFunc(list, func(e trail.Effect) bool { return e.IsAll() })
	if at < 0 {
		return list
	}
	out := slices.Clone(list[:at])
	for _, name := range catalog.EventNames() {
		e := list[at]
		e.Name = name
		out = append(out, e)
	}
	return append(out, list[at+1:]...)
}

// agrees reports whether effects are those of the record, as far as the record lists and describes
// them. list is r.Effects after Expand.
func agrees(r *trail.Record, list []trail.Effect, effects []effect.Effect) bool {
	if len(effects) != max(len(list), r.EffectsTotal) {
		return false
	}
	for i := range list {
		was, e := &list[i], &effects[i]
		sameArgs := was.Args == e.Args || IsRedacted(was.Args) || IsCut(was.Args) && strings.HasPrefix(e.Args, was.Args)
		if was.Kind != e.Kind.String() || was.Name != e.Name || !sameArgs || was.Later != e.Later.String() {
			return false
		}
	}
	return true
}
