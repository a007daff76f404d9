package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// checkPossible refuses a rule that no effect can match, according to the table of effects in the
// comment of package effect. A rule that is only unlikely to match gets a warning from package
// lint.
func (rc *Compiler) checkPossible(r *Rule) *pattern.Fault {
	if err := r.checkNameLength(); err != nil {
		return err
	}
	if r.Repeating && !mayRepeat(r.Kind) {
		return pattern.Faultf("leave the word "+Repeating+" out", "no %s is repeated by a schedule or by loops", noun(r.Kind))
	}
	switch r.Kind {
	case effect.KindAPI, effect.KindApp:
		return rc.checkClass(r)
	case effect.KindDial:
		return r.checkDialled()
	case effect.KindDialplan:
		if r.Spells("inline") {
			return pattern.Faultf("write a rule of the kind app for each application", "an inline dialplan has the effects of its applications and none of its own")
		}
	case effect.KindVar:
		return r.checkVariable()
	case effect.KindSubscribe, effect.KindInject:
		return rc.checkEvent(r)
	case effect.KindChannel:
		// The verb sendevent takes any text.
		if len(r.Args) > 0 && !r.Name.Match("sendevent", pattern.Options{Fold: true, Deny: r.Deny}) {
			return checkBytes(&r.Args[0], isChannelByte, "a channel's uuid", "letters, digits and _ - . @ +")
		}
	case effect.KindFilter:
		if len(r.Args) > 0 {
			return checkBytes(&r.Args[0], isFilterByte, "the name of a header", "no spaces, brackets and colons")
		}
	case effect.KindLog:
		if debug := LogLevel("DEBUG"); r.Deny && !r.AnyName && r.level > debug {
			return pattern.Faultf("write log DEBUG", "FreeSWITCH shows nothing more than DEBUG to an event socket, so this denies nothing")
		}
	case effect.KindHandover:
		return r.checkHostPort()
	}
	return nil
}

// checkNameLength refuses a name that is longer than [pattern.MaxName]. An effect with such a name
// is always denied.
func (r *Rule) checkNameLength() *pattern.Fault {
	for i := range r.Name.Globs {
		n := 0
		for _, el := range r.Name.Globs[i].Elements {
			n += len(el.Text)
		}
		if n > pattern.MaxName {
			return pattern.Faultf("", "a name of more than %d bytes is denied whatever the rules say, and this one has %d", pattern.MaxName, n)
		}
	}
	return nil
}

// mayRepeat reports whether a schedule or the loops of a sendmsg can repeat effects of that kind.
// They cannot repeat what a client asks for its own session.
func mayRepeat(k effect.Kind) bool {
	switch k {
	case effect.KindSubscribe, effect.KindChannel, effect.KindFilter, effect.KindLog:
		return false
	}
	return true
}

// checkClass refuses a class that no API, or no application, has.
func (rc *Compiler) checkClass(r *Rule) *pattern.Fault {
	if r.Classes == 0 {
		return nil
	}
	for _, name := range rc.Vocab.Names[r.Kind] {
		class, always := rc.Vocab.Catalog.Class(r.Kind, name)
		if r.Classes&(1<<class) != 0 || !always && r.Classes&(1<<effect.ClassRead) != 0 {
			return nil
		}
	}
	return pattern.Faultf("", "no %s is of that class", noun(r.Kind))
}

// checkDialled refuses a name that begins like no type of leg. A leg is TYPE/DATA, the type in
// lower case.
func (r *Rule) checkDialled() *pattern.Fault {
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		if g.IsChannel() {
			// FreeSWITCH 1.10 reads it as a type and dials nothing (switch_ivr_originate.c: "Could
			// not locate channel type"). The rule is harmless.
			continue
		}
		if hint, wrong := r.withoutType(g); wrong {
			return pattern.Faultf(hint, "what is dialled is TYPE/DATA, such as user/1000, so it never begins as %s does", words.Quote(g.Text()))
		}
		typ, _, _ := strings.Cut(g.Prefix(), "/")
		if !r.Deny && ascii.ToLower(typ) != typ {
			return pattern.Faultf("write "+words.Clip(ascii.ToLower(typ)+g.Text()[len(typ):]), "the type of a leg is in lower case, however it was written")
		}
	}
	if text := pattern.ImpossibleBeginning(r.Name.Text); text != "" {
		return pattern.Faultf("begin with the type, such as /sofia/gateway/NAME/1.*/, or with .*/ in a deny",
			"what is dialled is TYPE/DATA, such as user/1000, so it never begins as /%s/ does", words.Clip(text))
	}
	return nil
}

// withoutType reports whether g, an alternative of a dial rule, begins with a number instead of a
// type, and returns the hint for it.
func (r *Rule) withoutType(g *pattern.Glob) (hint string, wrong bool) {
	number := g.Number(true)
	foreign := number.Before == "" && number.IsForeign()
	switch first := g.Elements[0]; first.Kind {
	case pattern.Range, pattern.Digits, pattern.UUID:
	case pattern.Literal:
		if !foreign && !ascii.IsDigit(first.Text[0]) && first.Text[0] != '+' {
			return "", false
		}
	default:
		return "", false
	}
	switch {
	case len(r.Name.Globs) > 1:
		return r.barHint(), true
	case foreign:
		return r.ForeignHint(number), true
	case r.Deny:
		return "write */" + words.ClipRule(g.Text()), true
	}
	return "write sofia/gateway/NAME/" + words.ClipRule(g.Text()) + " or user/" + words.ClipRule(g.Text()), true
}

// checkVariable refuses names of variables that no effect has. An effect's name has no prefix such
// as nolocal: and no index in brackets.
func (r *Rule) checkVariable() *pattern.Fault {
	if len(r.Args) == 0 {
		return nil
	}
	for i := range r.Args[0].Globs {
		g := &r.Args[0].Globs[i]
		prefix := ascii.ToLower(g.Prefix())
		for _, mark := range [...]string{"nolocal:", "_nolocal_"} {
			if strings.HasPrefix(prefix, mark) {
				return pattern.Faultf("leave "+mark+" out", "%s is no part of a variable's name", words.Quote(mark))
			}
		}
		for _, el := range g.Elements {
			if strings.Contains(el.Text, "[") {
				return pattern.Faultf("leave it and what follows out", "a bracket is no part of a variable's name: it says which entry of a list is set")
			}
		}
	}
	return nil
}

// checkEvent refuses a rule that could match only events which no wildcard may match, and tokens
// that no event of the rule has.
func (rc *Compiler) checkEvent(r *Rule) *pattern.Fault {
	if r.AnyName {
		return nil
	}
	if !r.Deny {
		if name := rc.onlySpelledEvent(r); name != "" {
			return pattern.Faultf("write "+name+" in full", "no wildcard of an allow matches %s, and it is the only event that this one could match", name)
		}
	}
	if r.Kind == effect.KindSubscribe && len(r.Args) > 0 {
		return checkBytes(&r.Args[0], func(c byte) bool { return c != ' ' }, "a subclass", "no spaces")
	}
	if r.Kind == effect.KindInject {
		return r.checkInjected()
	}
	return nil
}

// onlySpelledEvent returns an event that one of the wildcards or the regular expression of r would
// match, if an allow rule has to spell all events that it would match. It returns "" for other
// rules.
func (rc *Compiler) onlySpelledEvent(r *Rule) string {
	if r.Name.Regex != nil {
		return rc.onlySpelledEventOf(r, &r.Name)
	}
	for i := range r.Name.Globs {
		if !r.Name.Globs[i].Wild {
			continue
		}
		if name := rc.onlySpelledEventOf(r, &pattern.Pattern{Globs: r.Name.Globs[i : i+1]}); name != "" {
			return name
		}
	}
	return ""
}

func (rc *Compiler) onlySpelledEventOf(r *Rule, p *pattern.Pattern) (name string) {
	e := effect.Effect{Kind: r.Kind}
	if len(r.Args) > 0 || r.Rest {
		e.Tokens = []string{""} // such as the subclass of a CUSTOM
	}
	for _, e.Name = range rc.Vocab.closed[r.Kind] {
		if !p.Match(e.Name, pattern.Options{Fold: true}) {
			continue
		}
		if name = e.Name; !needsSpelledName(&e) {
			return ""
		}
	}
	return name
}

// checkInjected refuses tokens that none of the spelled events has.
func (r *Rule) checkInjected() (last *pattern.Fault) {
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			return nil
		}
		if last = r.checkInjectedAs(strings.ToUpper(name)); last == nil {
			return nil
		}
	}
	return last
}

func (r *Rule) checkInjectedAs(name string) *pattern.Fault {
	if words.EqualFold(name, CustomEvent) && len(r.Args) > 0 && r.Args[0].Match(catalog.SMSSubclass, pattern.Options{Fold: true}) {
		err := r.checkForm(name, catalog.InjectForm(name, catalog.SMSSubclass))
		if err == nil || r.Args[0].IsOnly(catalog.SMSSubclass) {
			return err
		}
	}
	return r.checkForm(name, catalog.InjectForm(name, ""))
}

// checkForm refuses tokens that no event of the form has. name is the name of the event.
func (r *Rule) checkForm(name string, form catalog.EventForm) *pattern.Fault {
	fixed := len(form.First)
	switch {
	case words.EqualFold(name, CustomEvent) && len(r.Args) == 0:
		return nil // without a subclass
	case len(r.Args) < fixed && !r.Rest:
		return pattern.Faultf("write a * for each that may be anything, or end in **", "%s has %s: %s", name, tokens(fixed), strings.Join(form.First, " "))
	case len(r.Args) > fixed+len(form.More):
		return pattern.Faultf("", "%s has %s at most, the rule has %d", name, tokens(fixed+len(form.More)), len(r.Args))
	}
	at := 0 // these tokens have a fixed order
	for i := fixed; i < len(r.Args); i++ {
		for j := range r.Args[i].Globs {
			g := &r.Args[i].Globs[j]
			header, _, pair := strings.Cut(g.Prefix(), "=")
			if !pair && g.Wild {
				return nil // it may be any of them
			}
			n := slices.Index(form.More[at:], header)
			if !pair || n < 0 {
				return pattern.Faultf("in this order: "+strings.Join(form.More, " "), "%s has no token %s here: what follows its first %d is NAME=VALUE, of the headers that count",
					name, words.Quote(g.Text()), fixed)
			}
			if len(r.Args[i].Globs) == 1 {
				at += n + 1
			}
		}
	}
	return nil
}

// checkHostPort refuses a name that is not HOST:PORT.
func (r *Rule) checkHostPort() *pattern.Fault {
	const hint = "handover 10.0.0.1:8040, or handover 10.0.0.1:*"
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		text := g.Text()
		open := slices.ContainsFunc(g.Elements, func(el pattern.Element) bool { return el.Kind == pattern.Star || el.Kind == pattern.One })
		host, port, colon := strings.Cut(text, ":")
		switch {
		case !colon && !(r.Deny && open):
			return pattern.Faultf(hint, "what is handed over to is HOST:PORT, the port 8084 where none is stated")
		case strings.HasPrefix(text, "["):
			return pattern.Faultf("name the host by IPv4 or by its name", "the application socket takes no address in brackets")
		case !g.Wild:
			if n, err := strconv.Atoi(port); host == "" || err != nil || n > 65535 {
				return pattern.Faultf(hint, "%s is not HOST:PORT", words.Quote(text))
			}
		}
	}
	return nil
}

// checkBytes refuses an alternative with a character that no such value contains. what is the value
// and allowed its characters, for the error. It returns nil for a regular expression.
func checkBytes(p *pattern.Pattern, may func(c byte) bool, what, allowed string) *pattern.Fault {
	for i := range p.Globs {
		for _, el := range p.Globs[i].Elements {
			for j := range len(el.Text) {
				if !may(el.Text[j]) {
					return pattern.Faultf(fmt.Sprintf("it contains %s", allowed), "%s is never %s", words.Quote(p.Globs[i].Text()), what)
				}
			}
		}
	}
	return nil
}

// isChannelByte reports whether the uuid of a channel verb may contain c.
func isChannelByte(c byte) bool {
	return ascii.IsAlphanumeric(c) || strings.IndexByte("_-.@+", c) >= 0
}

// isFilterByte reports whether the name of a filter's header may contain c.
func isFilterByte(c byte) bool { return c != ' ' && c != '[' && c != ':' }
