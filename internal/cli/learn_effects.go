package cli

import (
	"errors"
	"slices"
	"strings"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/command"
)

// recordedEffects returns the effects of a recorded command. It returns false if the record does
// not hold all of what is needed, and some are missing.
//
// The tokens of an effect are not in the record, so the command is parsed again. Where that does not give
// what was recorded (the text was cut, or rests on commands before it), what the record holds has to do.
func recordedEffects(cat *command.Catalog, r *trail.Record) ([]command.Effect, bool) {
	list := spelledOut(r.Effects)
	if r.CommandBytes == len(r.Command) || hasRedacted(r.Command) {
		if again, err := parseAgain(cat, r.Command); err == nil && agrees(r, list, again) {
			return again, true
		}
	}
	var out []command.Effect
	whole := r.EffectsTotal <= len(list)
	for i := range list {
		e, ok := rebuild(cat, &list[i])
		if ok = ok && !isCut(list[i].Args); ok {
			out = append(out, e)
		}
		whole = whole && ok
	}
	return out, whole
}

// parseAgain parses the text of a command as the first of its session.
func parseAgain(cat *command.Catalog, text string) ([]command.Effect, error) {
	f, err := frameOf(text)
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

// spelledOut returns the effects of a record, with all those in the place of the one that stands
// for "event ALL".
func spelledOut(list []trail.Effect) []trail.Effect {
	at := slices.IndexFunc(list, func(e trail.Effect) bool { return e.IsAll() })
	if at < 0 {
		return list
	}
	out := slices.Clone(list[:at])
	for _, name := range command.EventNames() {
		e := list[at]
		e.Name = name
		out = append(out, e)
	}
	return append(out, list[at+1:]...)
}

// agrees reports whether effects are those of the record, which lists them so, as far as it lists
// and tells them.
func agrees(r *trail.Record, list []trail.Effect, effects []command.Effect) bool {
	if len(effects) != max(len(list), r.EffectsTotal) {
		return false
	}
	for i := range list {
		was, e := &list[i], &effects[i]
		sameArgs := was.Args == e.Args || hasRedacted(was.Args) || isCut(was.Args) && strings.HasPrefix(e.Args, was.Args)
		if was.Kind != e.Kind.String() || was.Name != e.Name || !sameArgs || was.Later != laterWord(e.Later) {
			return false
		}
	}
	return true
}

// isCut reports whether a record may hold only the beginning of these arguments: they are cut before a character.
func isCut(args string) bool { return len(args) > audit.MaxEffectArgs-4 }
