package cli

import (
	"errors"
	"strings"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/command"
)

// recordedEffects returns the effects of a recorded command. False: the record does not hold all of what is
// needed, and some are missing.
//
// The tokens of an effect are not in the record, so the command is parsed again. Where that does not give
// what was recorded (the text was cut, or rests on commands before it), what the record holds has to do.
func recordedEffects(cat *command.Catalog, r *trail.Record) ([]command.Effect, bool) {
	if r.CommandBytes == len(r.Command) || hasRedacted(r.Command) {
		if again, err := parseAgain(cat, r.Command); err == nil && agrees(r, again) {
			return again, true
		}
	}
	var out []command.Effect
	whole := r.EffectsTotal == 0
	for i := range r.Effects {
		e, ok := rebuild(cat, &r.Effects[i])
		if ok = ok && !isCut(r.Effects[i].Args); ok {
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

// agrees reports whether effects are those of the record, as far as it lists and tells them.
func agrees(r *trail.Record, effects []command.Effect) bool {
	if len(effects) != max(len(r.Effects), r.EffectsTotal) {
		return false
	}
	for i := range r.Effects {
		was, e := &r.Effects[i], &effects[i]
		sameArgs := was.Args == e.Args || hasRedacted(was.Args) || isCut(was.Args) && strings.HasPrefix(e.Args, was.Args)
		if was.Kind != e.Kind.String() || was.Name != e.Name || !sameArgs || was.Later != laterWord(e.Later) {
			return false
		}
	}
	return true
}

// isCut reports whether a record may hold only the beginning of these arguments: they are cut before a character.
func isCut(args string) bool { return len(args) > audit.MaxEffectArgs-4 }
