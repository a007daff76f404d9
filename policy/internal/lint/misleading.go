package lint

import (
	"net/netip"
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
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
func nameIsOpen(r *rule.Rule) bool { return r.AnyName || r.Name.HasBareWildcards() }

// endpoints are the types of legs that FreeSWITCH's own tree has (its endpoint interfaces), and
// what deflect and redirect dial.
var endpoints = [...]string{
	"sofia", "user", "group", "loopback", "null", "error", "pickup", "verto.rtc", "verto", "rtc", "rtmp", "skinny", "alsa", "portaudio", "msrp",
	"opal", "h323", "lcr", "freetdm", "signalwire", "vlc", "modem", "rtp", "reference", "dingaling", "khomp", "gsmopen", "deflect", "redirect",
}

// missingType notes an alternative of what is dialled that begins with no type of leg: it lacks it,
// or a bar separates alternatives of the whole token.
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
	if r.AnyName || r.Rest && len(r.Args) == 0 || len(r.Args) > 0 && r.Args[0].HasBareWildcards() {
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
			open := j >= len(r.Args) || r.Args[j].HasBareWildcards()
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

// extensions notes rules by which any extension of the dialplan may be reached, as often as the
// client likes.
func (d *linter) extensions(h *role.Set) {
	h.EachAllow(func(r *rule.Rule) {
		if r.Kind != effect.KindDialplan || d.warned[r] || !(r.AnyName || len(r.Args) > 1 && (r.Args[1].HasBareWildcards() || r.Args[1].IsAnyNumber()) || r.Rest && len(r.Args) < 2) {
			return
		}
		for i := range h.Limits {
			if l := &h.Limits[i]; l.Measure != limit.AtOnce && (rule.Covers(l.Rule, r) || l.Rule.Kind == effect.KindDial || l.Rule.Kind == effect.KindAPI) {
				return
			}
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `narrow it, or add "limits": { "dialplan": [ "2/s", "2000/day" ] }`,
			"%s: any extension may be reached, as often as the client likes, and what it dials is the dialplan's", words.Quote(r.Text))
	})
}

// openAPIs notes a deny of one subcommand of an API of which all the rest is allowed.
func (d *linter) openAPIs(h *role.Set) {
	var open []*rule.Rule
	h.EachAllow(func(r *rule.Rule) {
		if r.Kind == effect.KindAPI && r.Rest && len(r.Args) == 0 && r.Classes == 0 && !r.AnyName {
			open = append(open, r)
		}
	})
	for _, part := range h.Parts() {
		for _, deny := range part.Rules {
			if !deny.Deny || deny.Kind != effect.KindAPI || !deny.Rest || len(deny.Args) == 0 || d.warned[deny] || deny.Args[0].HasBareWildcards() || len(deny.Args[0].Globs) == 0 {
				continue
			}
			for _, allow := range open {
				if name := sharedName(allow, deny); name != "" {
					d.warned[deny] = true
					d.rep.Warnf(deny.Pos, "allow the subcommands that are needed instead", "%s: %s allows every other subcommand of %s, those of other modules and releases among them",
						words.Quote(deny.Text), words.Quote(allow.Text), name)
					break
				}
			}
		}
	}
}

// sharedName returns a name that both rules spell, "" without one.
func sharedName(r *rule.Rule, other *rule.Rule) string {
	for i := range r.Name.Globs {
		if name, literal := r.Name.Globs[i].Literal(); literal && other.Spells(name) {
			return name
		}
	}
	return ""
}

// clients notes what is doubtful about clients: what everybody may change, and rules that are
// only observed.
func (d *linter) clients() {
	for i := range d.policy.Clients {
		c := &d.policy.Clients[i]
		if c.Observe {
			d.rep.Warnf(c.At, `take "mode" out once its rules fit`, "%s is in observe mode: what its rules deny is forwarded all the same", words.Quote(c.Name))
		}
		d.secrets(c)
		if !fromAnywhere(c.Identity) {
			continue
		}
		for _, role := range c.Rights.Roles {
			i := slices.IndexFunc(role.Rules, func(r *rule.Rule) bool { return !r.Deny && changesConfiguration(r) })
			if i >= 0 {
				d.rep.Warnf(c.At, "name the networks that it comes from", "%s may connect from anywhere, and %s lets it change the switch's configuration",
					words.Quote(c.Name), words.Quote(role.Rules[i].Text))
				break
			}
		}
	}
}

// changesConfiguration reports whether a rule stands for a class that changes the switch or runs
// programs.
func changesConfiguration(r *rule.Rule) bool {
	const classes = 1<<effect.ClassConfig | 1<<effect.ClassExec
	return (r.Kind == effect.KindAPI || r.Kind == effect.KindApp) && (r.Classes&classes != 0 || r.AnyName)
}

// fromAnywhere reports whether one of the client's networks is all there are.
func fromAnywhere(id *credential.Identity) bool {
	return slices.ContainsFunc(id.From, func(p netip.Prefix) bool { return p.Bits() == 0 })
}
