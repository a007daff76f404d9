package lint

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// misleading returns the warnings about a rule that matches more, or less, than its text suggests.
func misleading(cat *catalog.Catalog, r *rule.Rule) (out []*pattern.Fault) {
	add := func(fault *pattern.Fault) {
		if fault != nil {
			out = append(out, fault)
		}
	}
	add(missingType(r))
	add(missingGateway(r))
	add(openHost(r))
	add(openVariables(r))
	add(openFile(r, cat))
	add(oneScope(r))
	add(foreignNumber(r))
	add(lettersInNumber(r))
	add(exactDigits(r))
	add(separatedNumber(r))
	add(numberWithoutStar(r))
	switch {
	case r.Deny:
	case r.Kind == effect.KindInject && nameIsOpen(r):
		add(pattern.Faultf("name the events that are needed", "it lets the client send any event, so the client can pretend to be the switch or another client"))
	case r.Kind == effect.KindChannel && r.Spells("unicast") && len(r.Args) > 1 && r.Args[1].Regex != nil:
		add(pattern.Faultf("spell the host", "unicast sends the audio of a call to any host that the regular expression matches"))
	}
	return out
}

// nameIsOpen reports whether an alternative of the rule's name is a wildcard and nothing else.
func nameIsOpen(r *rule.Rule) bool { return r.AnyName || r.Name.HasBareWildcards() }

// endpoints are the types of legs of FreeSWITCH's own modules (their endpoint interfaces), and the
// types that eslguard gives to what deflect and redirect dial.
var endpoints = [...]string{
	"sofia", "user", "group", "loopback", "null", "error", "pickup", "verto.rtc", "verto", "rtc", "rtmp", "skinny", "alsa", "portaudio", "msrp",
	"opal", "h323", "lcr", "freetdm", "signalwire", "vlc", "modem", "rtp", "reference", "dingaling", "khomp", "gsmopen", "deflect", "redirect",
}

// missingType warns of an alternative that does not begin with a type of leg. Either the type is
// missing, or the author did not know that a bar separates whole tokens.
func missingType(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		typ, _, slash := strings.Cut(ascii.ToLower(g.Prefix()), "/")
		whole := slash || !g.Wild
		if g.Prefix() == "" || !whole || slices.Contains(endpoints[:], typ) {
			continue
		}
		if len(r.Name.Globs) == 1 {
			return pattern.Faultf("write dial TYPE/DATA, such as dial sofia/gateway/NAME/1900*", "%s does not begin with a type of leg of FreeSWITCH's own modules, so the rule may never match", words.Quote(g.Text()))
		}
		return pattern.Faultf("write each in full, such as sofia/gateway/a/1900*|sofia/gateway/b/1900*, or use a set",
			"the alternative %s does not begin with a type of leg, so it may never match: a bar separates whole tokens", words.Quote(g.Text()))
	}
	return nil
}

// openHost warns of a wildcard at the end of a host: it also matches hosts in other domains.
func openHost(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial || r.Deny {
		return nil
	}
	for i := range r.Name.Globs {
		elems := r.Name.Globs[i].Elements
		for j, el := range elems {
			if el.Kind != pattern.Literal {
				continue
			}
			at := strings.LastIndexByte(el.Text, '@')
			if at < 0 || at == len(el.Text)-1 {
				continue // @* says clearly that any host is meant
			}
			if j+1 < len(elems) && elems[j+1].Kind == pattern.Star && j+2 == len(elems) {
				return pattern.Faultf("write the host in full, or the * before its domain", "the host %s* has no end, so it matches %s.evil.example too",
					words.Clip(el.Text[at+1:]), words.Clip(strings.TrimSuffix(el.Text[at+1:], ".")))
			}
		}
	}
	return nil
}

// openVariables warns of an allow rule for every variable.
func openVariables(r *rule.Rule) *pattern.Fault {
	if r.Deny || r.Kind != effect.KindVar {
		return nil
	}
	if r.AnyName || r.Rest && len(r.Args) == 0 || len(r.Args) > 0 && r.Args[0].HasBareWildcards() {
		return pattern.Faultf("name the variables that are needed", "it allows every variable whose value does not act, including those that modules and dialplans read")
	}
	return nil
}

// openFile warns of an allow rule that lets a client choose any file on the switch's host.
func openFile(r *rule.Rule, cat *catalog.Catalog) *pattern.Fault {
	if r.Deny || r.Kind != effect.KindAPI && r.Kind != effect.KindApp || r.Classes != 0 || r.AnyName {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		e := effect.Effect{Kind: r.Kind, Name: ascii.ToLower(name), Tokens: sampleTokens(r)}
		if r.Rest && len(e.Tokens) < cat.Slots(r.Kind, name) {
			e.Tokens = append(e.Tokens, "x")
		}
		form := catalog.FormOf(&e)
		for j := range e.Tokens {
			open := j >= len(r.Args) || r.Args[j].HasBareWildcards()
			if set := form.Types(j); open && (set.Has(argument.TypeFile) || set.Has(argument.TypeFolder)) {
				return pattern.Faultf("name a folder, such as /var/sounds/*", "it lets the client choose any file on the switch's host for %s", words.Clip(name))
			}
		}
	}
	return nil
}

// oneScope warns of a deny of a variable in one or two of the three scopes.
func oneScope(r *rule.Rule) *pattern.Fault {
	if !r.Deny || r.Kind != effect.KindVar || r.AnyName || r.Name.Regex != nil {
		return nil
	}
	var missing []string
	for _, scope := range rule.VarScopes {
		e := effect.Effect{Kind: effect.KindVar, Name: scope}
		if !r.Names(&e) {
			missing = append(missing, scope)
		}
	}
	if len(missing) == 0 || len(missing) == len(rule.VarScopes) {
		return nil
	}
	return pattern.Faultf("write var channel|originate|global …", "a variable can be set in three scopes, and this rule does not deny it in %s", strings.Join(missing, " and "))
}

// missingGateway warns of a number in the place of a gateway's name.
func missingGateway(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		rest, ok := strings.CutPrefix(ascii.ToLower(g.Prefix()), pattern.GatewayType)
		text := g.Text()
		if !ok || rest == "" || rest[0] != '+' && !ascii.IsDigit(rest[0]) || strings.Contains(text[len(pattern.GatewayType):], "/") {
			continue
		}
		name := "NAME"
		if r.Deny {
			name = "*"
		}
		return pattern.Faultf("write "+pattern.GatewayType+name+"/"+words.ClipRule(text[len(pattern.GatewayType):]), "%s is in the place of the gateway's name, so the rule is not about that number", words.Quote(text[len(pattern.GatewayType):]))
	}
	return nil
}
