package policy

import (
	"net/netip"
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// misleading notes what a rule means more, or less, than it looks.
func misleading(cat *command.Catalog, r *rule) (out []*pattern.Fault) {
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
	case r.deny:
	case r.kind == command.KindInject && nameIsOpen(r):
		add(pattern.Faultf("name the events that are needed", "it lets the client send any event, by which it passes for the switch or for other clients"))
	case r.kind == command.KindChannel && r.spells("unicast") && len(r.args) > 1 && r.args[1].Regex != nil:
		add(pattern.Faultf("spell the host", "unicast sends the audio of a call to any host that the regular expression matches"))
	}
	return out
}

// nameIsOpen reports whether a wildcard alone stands for the rule's name.
func nameIsOpen(r *rule) bool { return r.anyName || r.name.LeavesOpen() }

// endpoints are the types of legs that FreeSWITCH's own tree has (its endpoint interfaces), and
// what deflect and redirect dial.
var endpoints = [...]string{
	"sofia", "user", "group", "loopback", "null", "error", "pickup", "verto.rtc", "verto", "rtc", "rtmp", "skinny", "alsa", "portaudio", "msrp",
	"opal", "h323", "lcr", "freetdm", "signalwire", "vlc", "modem", "rtp", "reference", "dingaling", "khomp", "gsmopen", "deflect", "redirect",
}

// missingType notes an alternative of what is dialled that begins with no type of leg: it lacks it,
// or a bar parts the whole token.
func missingType(r *rule) *pattern.Fault {
	if r.kind != command.KindDial {
		return nil
	}
	for i := range r.name.Globs {
		g := &r.name.Globs[i]
		typ, _, slash := strings.Cut(words.Fold(g.Prefix()), "/")
		whole := slash || !g.Wild
		if g.Prefix() == "" || !whole || slices.Contains(endpoints[:], typ) {
			continue
		}
		if len(r.name.Globs) == 1 {
			return pattern.Faultf("a rule is dial TYPE/DATA, such as dial sofia/gateway/NAME/1900*", "%s begins with no type of leg that FreeSWITCH's own tree has", words.Quote(g.Text()))
		}
		return pattern.Faultf("write each in full, such as sofia/gateway/a/1900*|sofia/gateway/b/1900*, or use a set",
			"the alternative %s begins with no type of leg: a bar parts the whole of what is dialled", words.Quote(g.Text()))
	}
	return nil
}

// openHost notes a wildcard at the end of a host, which more hosts match than those that begin so.
func openHost(r *rule) *pattern.Fault {
	if r.kind != command.KindDial || r.deny {
		return nil
	}
	for i := range r.name.Globs {
		elems := r.name.Globs[i].Elements
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
func openVariables(r *rule) *pattern.Fault {
	if r.deny || r.kind != command.KindVar {
		return nil
	}
	if r.anyName || r.rest && len(r.args) == 0 || len(r.args) > 0 && r.args[0].LeavesOpen() {
		return pattern.Faultf("name the variables that are needed", "it allows every variable whose value does not act, those that modules and dialplans read among them")
	}
	return nil
}

// openFile notes an allow by which any file of the switch's host is read or written.
func openFile(r *rule, cat *command.Catalog) *pattern.Fault {
	if r.deny || r.kind != command.KindAPI && r.kind != command.KindApp || r.classes != 0 || r.anyName {
		return nil
	}
	for i := range r.name.Globs {
		name, literal := r.name.Globs[i].Literal()
		if !literal {
			continue
		}
		e := command.Effect{Kind: r.kind, Name: words.Fold(name)}
		for j := range r.args {
			token := "x"
			if len(r.args[j].Globs) > 0 && !r.args[j].Globs[0].Wild {
				token = r.args[j].Globs[0].Prefix()
			}
			e.Tokens = append(e.Tokens, token)
		}
		if r.rest && len(e.Tokens) < cat.Slots(r.kind, name) {
			e.Tokens = append(e.Tokens, "x")
		}
		form := e.Form()
		for j := range e.Tokens {
			open := j >= len(r.args) || r.args[j].LeavesOpen()
			if set := form.Types(j); open && (set.Has(command.TypeFile) || set.Has(command.TypeFolder)) {
				return pattern.Faultf("name a folder, such as /var/sounds/*", "it leaves open which file of the switch's host %s takes", words.Clip(name))
			}
		}
	}
	return nil
}

// oneScope notes a deny of a variable in one of the three scopes.
func oneScope(r *rule) *pattern.Fault {
	if !r.deny || r.kind != command.KindVar || r.anyName || r.name.Regex != nil {
		return nil
	}
	var missing []string
	for _, scope := range varScopes {
		e := command.Effect{Kind: command.KindVar, Name: scope}
		if !r.names(&e) {
			missing = append(missing, scope)
		}
	}
	if len(missing) == 0 || len(missing) == len(varScopes) {
		return nil
	}
	return pattern.Faultf("write var channel|originate|global …", "a variable can be set in three scopes, and this does not deny it in %s", strings.Join(missing, " and "))
}

// extensions notes rules by which any extension of the dialplan may be reached, as often as the
// client likes.
func (d *linter) extensions(h *roleSet) {
	h.eachAllow(func(r *rule) {
		if r.kind != command.KindDialplan || d.warned[r] || !(r.anyName || len(r.args) > 1 && (r.args[1].LeavesOpen() || r.args[1].IsAnyNumber()) || r.rest && len(r.args) < 2) {
			return
		}
		for i := range h.limits {
			if l := &h.limits[i]; l.measure != atOnce && (covers(l.rule, r) || l.rule.kind == command.KindDial || l.rule.kind == command.KindAPI) {
				return
			}
		}
		d.warned[r] = true
		d.rep.Warnf(r.at, `narrow it, or add "limits": { "dialplan": [ "2/s", "2000/day" ] }`,
			"%s: any extension may be reached, as often as the client likes, and what it dials is the dialplan's", words.Quote(r.text))
	})
}

// holes notes a deny of one subcommand of an API of which all the rest is allowed.
func (d *linter) holes(h *roleSet) {
	var open []*rule
	h.eachAllow(func(r *rule) {
		if r.kind == command.KindAPI && r.rest && len(r.args) == 0 && r.classes == 0 && !r.anyName {
			open = append(open, r)
		}
	})
	for _, part := range h.parts() {
		for _, deny := range part.rules {
			if !deny.deny || deny.kind != command.KindAPI || !deny.rest || len(deny.args) == 0 || d.warned[deny] || deny.args[0].LeavesOpen() || len(deny.args[0].Globs) == 0 {
				continue
			}
			for _, allow := range open {
				if name := sharedName(allow, deny); name != "" {
					d.warned[deny] = true
					d.rep.Warnf(deny.at, "allow the subcommands that are needed instead", "%s: %s allows every other subcommand of %s, those of other modules and releases among them",
						words.Quote(deny.text), words.Quote(allow.text), name)
					break
				}
			}
		}
	}
}

// sharedName returns a name that both rules spell, "" without one.
func sharedName(r *rule, other *rule) string {
	for i := range r.name.Globs {
		if name, literal := r.name.Globs[i].Literal(); literal && other.spells(name) {
			return name
		}
	}
	return ""
}

// clients notes what is doubtful about clients: what everybody may change, and rules that are
// only observed.
func (d *linter) clients() {
	for i := range d.policy.clients {
		c := &d.policy.clients[i]
		if c.observe {
			d.rep.Warnf(c.at, `take "mode" out once its rules fit`, "%s is in observe mode: what its rules deny is forwarded all the same", words.Quote(c.name))
		}
		d.secrets(c)
		if !fromAnywhere(c.identity) {
			continue
		}
		for _, role := range c.rights.roles {
			i := slices.IndexFunc(role.rules, func(r *rule) bool { return !r.deny && changesConfiguration(r) })
			if i >= 0 {
				d.rep.Warnf(c.at, "name the networks that it comes from", "%s may connect from anywhere, and %s lets it change the switch's configuration",
					words.Quote(c.name), words.Quote(role.rules[i].text))
				break
			}
		}
	}
}

// changesConfiguration reports whether a rule stands for a class that changes the switch or runs
// programs.
func changesConfiguration(r *rule) bool {
	const classes = 1<<command.ClassConfig | 1<<command.ClassExec
	return (r.kind == command.KindAPI || r.kind == command.KindApp) && (r.classes&classes != 0 || r.anyName)
}

// fromAnywhere reports whether one of the client's networks is all there are.
func fromAnywhere(id *identity) bool {
	return slices.ContainsFunc(id.from, func(p netip.Prefix) bool { return p.Bits() == 0 })
}
