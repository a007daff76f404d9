package cli

import (
	"errors"
	"strings"

	"eslguard/audit/trail"
	"eslguard/codec"
	"eslguard/command"
)

// recordedEffects returns the effects of a recorded command. False: the record does not hold all of what is
// needed, and some are missing.
//
// The tokens of an effect are not in the record, so the command is parsed again. Where that does not give
// what was recorded (the text was cut, or rests on commands before it), what the record holds has to do.
func recordedEffects(cat *command.Catalog, r *trail.Record) ([]command.Effect, bool) {
	if r.CommandBytes == len(r.Command) || strings.Contains(r.Command, "[redacted") {
		if again, err := parseAgain(cat, r.Command); err == nil && agrees(r, again) {
			return again, true
		}
	}
	var out []command.Effect
	whole := r.EffectsTotal == 0
	for i := range r.Effects {
		e, ok := recordedEffect(cat, &r.Effects[i])
		if ok {
			out = append(out, e)
		}
		whole = whole && ok
	}
	return out, whole
}

// parseAgain parses the text of a command as the first of its session.
func parseAgain(cat *command.Catalog, text string) ([]command.Effect, error) {
	f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
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

// agrees reports whether effects are those of the record, as far as it lists them.
func agrees(r *trail.Record, effects []command.Effect) bool {
	if len(effects) != max(len(r.Effects), r.EffectsTotal) {
		return false
	}
	for i := range r.Effects {
		was, e := &r.Effects[i], &effects[i]
		if was.Kind != e.Kind.String() || was.Name != e.Name || was.Later != laterWord(e.Later) {
			return false
		}
	}
	return true
}

// recordedEffect makes an effect of what the record holds. False: the tokens cannot be told from it.
func recordedEffect(cat *command.Catalog, f *trail.Effect) (e command.Effect, ok bool) {
	for k := command.KindAPI; k <= command.KindOpaque; k++ {
		if k.String() != f.Kind {
			continue
		}
		switch e = cat.Describe(k, f.Name, f.Args); k {
		case command.KindAPI, command.KindApp, command.KindDial, command.KindLog, command.KindHandover, command.KindOpaque:
			ok = true
		case command.KindSubscribe, command.KindChannel, command.KindFilter: // one token, if any
			if ok = true; f.Args != "" {
				e.Tokens = []string{f.Args}
			}
		case command.KindVar: // the variable, a space, its value
			if name, value, cut := strings.Cut(f.Args, " "); cut {
				e.Tokens, ok = []string{name, value}, true
			}
		}
	}
	e.Path = f.Path
	if f.Later == laterWord(command.Repeating) {
		e.Later = command.Repeating
	}
	return e, ok
}
