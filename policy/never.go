package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/words"
)

// never refuses a rule that no effect can match, by what package command says of the effects of its
// kind. What may only be unlikely is left to the warnings.
func (rc *ruleCompiler) never(r *rule) *fault {
	if err := r.checkNameLength(); err != nil {
		return err
	}
	if r.repeating && !mayRepeat(r.kind) {
		return faultf("leave the word "+repeatingWord+" out", "no %s is repeated by a schedule or by loops", noun(r.kind))
	}
	switch r.kind {
	case command.KindAPI, command.KindApp:
		return rc.neverOfClass(r)
	case command.KindDial:
		return r.neverDialled()
	case command.KindDialplan:
		if r.spells("inline") {
			return faultf("write a rule of the kind app for each application", "an inline dialplan has the effects of its applications and none of its own")
		}
	case command.KindVar:
		return r.neverVariable()
	case command.KindSubscribe, command.KindInject:
		return rc.neverEvent(r)
	case command.KindChannel:
		if len(r.args) > 0 && !r.name.match("sendevent", matchOptions{fold: true, deny: r.deny}) { // which takes any text
			return checkBytes(&r.args[0], isChannelByte, "a channel's uuid", "letters, digits and _ - . @ +")
		}
	case command.KindFilter:
		if len(r.args) > 0 {
			return checkBytes(&r.args[0], isFilterByte, "the name of a header", "no spaces, brackets and colons")
		}
	case command.KindLog:
		if debug := logLevel("DEBUG"); r.deny && !r.anyName && r.level > debug {
			return faultf("write log DEBUG", "FreeSWITCH shows nothing more than DEBUG to an event socket, so this denies nothing")
		}
	case command.KindHandover:
		return r.neverHandedOver()
	}
	return nil
}

// checkNameLength refuses a name that is longer than any that is not denied anyway.
func (r *rule) checkNameLength() *fault {
	for i := range r.name.globs {
		n := 0
		for _, el := range r.name.globs[i].elems {
			n += len(el.text)
		}
		if n > maxEffectName {
			return faultf("", "a name of more than %d bytes is denied whatever the rules say, and this one has %d", maxEffectName, n)
		}
	}
	return nil
}

// mayRepeat reports whether an effect of that kind can be caused by a schedule or the loops of a
// sendmsg. What a client asks for its own session cannot.
func mayRepeat(k command.EffectKind) bool {
	switch k {
	case command.KindSubscribe, command.KindChannel, command.KindFilter, command.KindLog:
		return false
	}
	return true
}

// neverOfClass refuses a class that no API, or no application, is of.
func (rc *ruleCompiler) neverOfClass(r *rule) *fault {
	if r.classes == 0 {
		return nil
	}
	for _, name := range rc.vocab.names[r.kind] {
		class, always := rc.vocab.cat.Class(r.kind, name)
		if r.classes&(1<<class) != 0 || !always && r.classes&(1<<command.ClassRead) != 0 {
			return nil
		}
	}
	return faultf("", "no %s is of that class", noun(r.kind))
}

// neverDialled refuses what begins as no type of leg does: a leg is TYPE/DATA, the type in lower
// case.
func (r *rule) neverDialled() *fault {
	for i := range r.name.globs {
		g := &r.name.globs[i]
		if g.isChannel() {
			// FreeSWITCH 1.10 takes it for a type, and reaches nobody (switch_ivr_originate.c:
			// "Could not locate channel type"). Such a rule does no harm.
			continue
		}
		if hint, wrong := r.withoutType(g); wrong {
			return faultf(hint, "what is dialled is TYPE/DATA, such as user/1000, so it never begins as %s does", words.Quote(g.text()))
		}
		typ, _, _ := strings.Cut(g.prefix(), "/")
		if !r.deny && words.Fold(typ) != typ {
			return faultf("write "+words.Clip(words.Fold(typ)+g.text()[len(typ):]), "the type of a leg is in lower case, however it was written")
		}
	}
	if text := impossibleBeginning(r.name.text); text != "" {
		return faultf("begin with the type, such as /sofia/gateway/NAME/1.*/, or with .*/ in a deny",
			"what is dialled is TYPE/DATA, such as user/1000, so it never begins as /%s/ does", words.Clip(text))
	}
	return nil
}

// withoutType returns what to write in the place of an alternative of what is dialled that begins
// as a number does, and false for others.
func (r *rule) withoutType(g *glob) (hint string, wrong bool) {
	number := g.number(true)
	habit := number.before == "" && number.isForeign()
	switch first := g.elems[0]; first.kind {
	case elemRange, elemDigits, elemUUID:
	case elemLiteral:
		if !habit && !isDigit(first.text[0]) && first.text[0] != '+' {
			return "", false
		}
	default:
		return "", false
	}
	switch {
	case len(r.name.globs) > 1:
		return r.barHint(), true
	case habit:
		return r.foreignHint(number), true
	case r.deny:
		return "write */" + words.ClipRule(g.text()), true
	}
	return "write sofia/gateway/NAME/" + words.ClipRule(g.text()) + " or user/" + words.ClipRule(g.text()), true
}

// isChannel reports whether the pattern stands for nothing but a channel's uuid.
func (g *glob) isChannel() bool {
	text, literal := g.literal()
	return literal && len(text) == uuidLen && isUUID(text) || len(g.elems) == 1 && g.elems[0].kind == elemUUID
}

// neverVariable refuses names of variables that no effect has: the marks before and behind them are
// taken off.
func (r *rule) neverVariable() *fault {
	if len(r.args) == 0 {
		return nil
	}
	for i := range r.args[0].globs {
		g := &r.args[0].globs[i]
		prefix := words.Fold(g.prefix())
		for _, mark := range [...]string{"nolocal:", "_nolocal_"} {
			if strings.HasPrefix(prefix, mark) {
				return faultf("leave "+mark+" out", "%s is no part of a variable's name", words.Quote(mark))
			}
		}
		for _, el := range g.elems {
			if strings.Contains(el.text, "[") {
				return faultf("leave it and what follows out", "a bracket is no part of a variable's name: it says which entry of a list is set")
			}
		}
	}
	return nil
}

// neverEvent refuses names that only wildcards of the rule match and no wildcard may, and tokens
// that no such event has.
func (rc *ruleCompiler) neverEvent(r *rule) *fault {
	if r.anyName {
		return nil
	}
	if !r.deny {
		if name := rc.namedAnyway(r); name != "" {
			return faultf("write "+name+" in full", "no wildcard of an allow matches %s, and it is the only event that this one could match", name)
		}
	}
	if r.kind == command.KindSubscribe && len(r.args) > 0 {
		return checkBytes(&r.args[0], func(c byte) bool { return c != ' ' }, "a subclass", "no spaces")
	}
	if r.kind == command.KindInject {
		return r.neverInjected()
	}
	return nil
}

// namedAnyway returns an event that a wildcard or a regular expression of r would match, where it
// would match no others than those that a rule has to name in full. It returns "" for other rules.
func (rc *ruleCompiler) namedAnyway(r *rule) string {
	if r.name.regex != nil {
		return rc.onlyNamed(r, &r.name)
	}
	for i := range r.name.globs {
		if !r.name.globs[i].wild {
			continue
		}
		if name := rc.onlyNamed(r, &pattern{globs: r.name.globs[i : i+1]}); name != "" {
			return name
		}
	}
	return ""
}

func (rc *ruleCompiler) onlyNamed(r *rule, p *pattern) (name string) {
	e := command.Effect{Kind: r.kind}
	if len(r.args) > 0 || r.rest {
		e.Tokens = []string{""} // as the subclass of a CUSTOM
	}
	for _, e.Name = range rc.vocab.closed[r.kind] {
		if !p.match(e.Name, matchOptions{fold: true}) {
			continue
		}
		if name = e.Name; !namedOnly(&e) {
			return ""
		}
	}
	return name
}

// neverInjected refuses tokens that none of the events has which the rule spells.
func (r *rule) neverInjected() (last *fault) {
	for i := range r.name.globs {
		name, literal := r.name.globs[i].literal()
		if !literal {
			return nil
		}
		if last = r.neverInjectedAs(strings.ToUpper(name)); last == nil {
			return nil
		}
	}
	return last
}

func (r *rule) neverInjectedAs(name string) *fault {
	if words.EqualFold(name, custom) && len(r.args) > 0 && r.args[0].match(command.SMSSubclass, matchOptions{fold: true}) {
		err := r.neverOfForm(name, command.InjectForm(name, command.SMSSubclass))
		if err == nil || r.args[0].isOnly(command.SMSSubclass) {
			return err
		}
	}
	return r.neverOfForm(name, command.InjectForm(name, ""))
}

// isOnly reports whether the pattern is one alternative that is text, given folded.
func (p *pattern) isOnly(text string) bool { return len(p.globs) == 1 && p.spells(text) }

// neverOfForm refuses tokens that no event of the form has.
func (r *rule) neverOfForm(name string, form command.EventForm) *fault {
	fixed := len(form.First)
	switch {
	case words.EqualFold(name, custom) && len(r.args) == 0:
		return nil // without a subclass
	case len(r.args) < fixed && !r.rest:
		return faultf("write a * for each that may be anything, or end in **", "%s has %s: %s", name, tokens(fixed), strings.Join(form.First, " "))
	case len(r.args) > fixed+len(form.More):
		return faultf("", "%s has %s at most, the rule has %d", name, tokens(fixed+len(form.More)), len(r.args))
	}
	at := 0 // the further tokens stand in one order
	for i := fixed; i < len(r.args); i++ {
		for j := range r.args[i].globs {
			g := &r.args[i].globs[j]
			header, _, pair := strings.Cut(g.prefix(), "=")
			if !pair && g.wild {
				return nil // it may be any of them
			}
			n := slices.Index(form.More[at:], header)
			if !pair || n < 0 {
				return faultf("in this order: "+strings.Join(form.More, " "), "%s has no token %s here: what follows its first %d is NAME=VALUE, of the headers that count",
					name, words.Quote(g.text()), fixed)
			}
			if len(r.args[i].globs) == 1 {
				at += n + 1
			}
		}
	}
	return nil
}

// neverHandedOver refuses what is not HOST:PORT.
func (r *rule) neverHandedOver() *fault {
	const hint = "handover 10.0.0.1:8040, or handover 10.0.0.1:*"
	for i := range r.name.globs {
		g := &r.name.globs[i]
		text := g.text()
		open := slices.ContainsFunc(g.elems, func(el elem) bool { return el.kind == elemStar || el.kind == elemOne })
		host, port, colon := strings.Cut(text, ":")
		switch {
		case !colon && !(r.deny && open):
			return faultf(hint, "what is handed over to is HOST:PORT, the port 8084 where none is stated")
		case strings.HasPrefix(text, "["):
			return faultf("name the host by IPv4 or by its name", "the application socket takes no address in brackets")
		case !g.wild:
			if n, err := strconv.Atoi(port); host == "" || err != nil || n > 65535 {
				return faultf(hint, "%s is not HOST:PORT", words.Quote(text))
			}
		}
	}
	return nil
}

// checkBytes refuses an alternative that spells what no such value holds. It returns nil for a
// regular expression.
func checkBytes(p *pattern, may func(c byte) bool, what, holds string) *fault {
	for i := range p.globs {
		for _, el := range p.globs[i].elems {
			for j := range len(el.text) {
				if !may(el.text[j]) {
					return faultf(fmt.Sprintf("it holds %s", holds), "%s is never %s", words.Quote(p.globs[i].text()), what)
				}
			}
		}
	}
	return nil
}

// isChannelByte reports whether the uuid of a channel verb may hold c.
func isChannelByte(c byte) bool {
	return isDigit(c) || words.FoldByte(c) >= 'a' && words.FoldByte(c) <= 'z' || strings.IndexByte("_-.@+", c) >= 0
}

// isFilterByte reports whether the name of a filter's header may hold c.
func isFilterByte(c byte) bool { return c != ' ' && c != '[' && c != ':' }
