package lint

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// misleading notes what a rule means more, or less, than it looks.
func misleading(cat *catalog.Catalog, r *rule.Rule) (out []*pattern.Fault) {
	add := func(err *pattern.Fault) {
		if err != nil {
			out = append(out, err)
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
		add(pattern.Faultf("name the events that are needed", "it lets the client send any event, by which it passes for the switch or for other clients"))
	case r.Kind == effect.KindChannel && r.Spells("unicast") && len(r.Args) > 1 && r.Args[1].Regex != nil:
		add(pattern.Faultf("spell the host", "unicast sends the audio of a call to any host that the regular expression matches"))
	}
	return out
}

// nameIsOpen reports whether a wildcard alone stands for the rule's name.
func nameIsOpen(r *rule.Rule) bool { return r.AnyName || r.Name.LeavesOpen() }

// endpoints are the types of legs that FreeSWITCH's own tree has (its endpoint interfaces), and
// what deflect and redirect dial.
var endpoints = [...]string{
	"sofia", "user", "group", "loopback", "null", "error", "pickup", "verto.rtc", "verto", "rtc", "rtmp", "skinny", "alsa", "portaudio", "msrp",
	"opal", "h323", "lcr", "freetdm", "signalwire", "vlc", "modem", "rtp", "reference", "dingaling", "khomp", "gsmopen", "deflect", "redirect",
}

// missingType notes an alternative of what is dialled that begins with no type of leg: it lacks it,
// or a bar parts the whole token.
func missingType(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		typ, _, slash := strings.Cut(words.Fold(g.Prefix()), "/")
		whole := slash || !g.Wild
		if g.Prefix() == "" || !whole || slices.Contains(endpoints[:], typ) {
			continue
		}
		if len(r.Name.Globs) == 1 {
			return pattern.Faultf("a rule is dial TYPE/DATA, such as dial sofia/gateway/NAME/1900*", "%s begins with no type of leg that FreeSWITCH's own tree has", words.Quote(g.Text()))
		}
		return pattern.Faultf("write each in full, such as sofia/gateway/a/1900*|sofia/gateway/b/1900*, or use a set",
			"the alternative %s begins with no type of leg: a bar parts the whole of what is dialled", words.Quote(g.Text()))
	}
	return nil
}

// openHost notes a wildcard at the end of a host, which more hosts match than those that begin so.
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
				continue // an open host is for whoever writes it
			}
			if j+1 < len(elems) && elems[j+1].Kind == pattern.Star && j+2 == len(elems) {
				return pattern.Faultf("write the host in full, or * before its domain", "the host %s* has no end: it matches %s.evil.example, too",
					words.Clip(el.Text[at+1:]), words.Clip(strings.TrimSuffix(el.Text[at+1:], ".")))
			}
		}
	}
	return nil
}

// openVariables notes an allow of whatever variables.
func openVariables(r *rule.Rule) *pattern.Fault {
	if r.Deny || r.Kind != effect.KindVar {
		return nil
	}
	if r.AnyName || r.Rest && len(r.Args) == 0 || len(r.Args) > 0 && r.Args[0].LeavesOpen() {
		return pattern.Faultf("name the variables that are needed", "it allows every variable whose value does not act, those that modules and dialplans read among them")
	}
	return nil
}

// openFile notes an allow by which any file of the switch's host is read or written.
func openFile(r *rule.Rule, cat *catalog.Catalog) *pattern.Fault {
	if r.Deny || r.Kind != effect.KindAPI && r.Kind != effect.KindApp || r.Classes != 0 || r.AnyName {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		e := effect.Effect{Kind: r.Kind, Name: words.Fold(name)}
		for j := range r.Args {
			token := "x"
			if len(r.Args[j].Globs) > 0 && !r.Args[j].Globs[0].Wild {
				token = r.Args[j].Globs[0].Prefix()
			}
			e.Tokens = append(e.Tokens, token)
		}
		if r.Rest && len(e.Tokens) < cat.Slots(r.Kind, name) {
			e.Tokens = append(e.Tokens, "x")
		}
		form := catalog.FormOf(&e)
		for j := range e.Tokens {
			open := j >= len(r.Args) || r.Args[j].LeavesOpen()
			if set := form.Types(j); open && (set.Has(argument.TypeFile) || set.Has(argument.TypeFolder)) {
				return pattern.Faultf("name a folder, such as /var/sounds/*", "it leaves open which file of the switch's host %s takes", words.Clip(name))
			}
		}
	}
	return nil
}

// oneScope notes a deny of a variable in one of the three scopes.
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
	return pattern.Faultf("write var channel|originate|global …", "a variable can be set in three scopes, and this does not deny it in %s", strings.Join(missing, " and "))
}

// missingGateway notes a number in the place of a gateway's name.
func missingGateway(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		rest, ok := strings.CutPrefix(words.Fold(g.Prefix()), pattern.GatewayType)
		text := g.Text()
		if !ok || rest == "" || rest[0] != '+' && !pattern.IsDigit(rest[0]) || strings.Contains(text[len(pattern.GatewayType):], "/") {
			continue
		}
		name := "NAME"
		if r.Deny {
			name = "*"
		}
		return pattern.Faultf("write "+pattern.GatewayType+name+"/"+words.ClipRule(text[len(pattern.GatewayType):]), "%s stands where the gateway's name does", words.Quote(text[len(pattern.GatewayType):]))
	}
	return nil
}
