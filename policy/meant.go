package policy

import (
	"net/netip"
	"slices"
	"strings"

	"eslguard/command"
)

// meant notes what a rule means more, or less, than it looks.
func (rc *ruleCompiler) meant(r *rule) (out []*ruleError) {
	add := func(err *ruleError) {
		if err != nil {
			out = append(out, err)
		}
	}
	add(r.splitName())
	add(r.noGateway())
	add(r.openHost())
	add(r.openVariables())
	add(r.openFile(rc.lex.cat))
	add(r.oneScope())
	add(r.habit())
	add(r.letters())
	add(r.exactDigits())
	add(r.plusAndSeparators())
	add(r.loneNumber())
	switch {
	case r.deny:
	case r.kind == command.KindInject && r.nameIsOpen():
		add(badRule("name the events that are needed", "it lets the client send any event, by which it passes for the switch or for other clients"))
	case r.kind == command.KindChannel && r.spells("unicast") && len(r.args) > 1 && r.args[1].regex != nil:
		add(badRule("spell the host", "unicast sends the audio of a call to any host that the regular expression matches"))
	}
	return out
}

// nameIsOpen reports whether a wildcard alone stands for the rule's name.
func (r *rule) nameIsOpen() bool { return r.anyName || r.name.leavesOpen() }

// endpoints are the types of legs that FreeSWITCH's own tree has (its endpoint interfaces), and
// what deflect and redirect dial.
var endpoints = [...]string{
	"sofia", "user", "group", "loopback", "null", "error", "pickup", "verto.rtc", "verto", "rtc", "rtmp", "skinny", "alsa", "portaudio", "msrp",
	"opal", "h323", "lcr", "freetdm", "signalwire", "vlc", "modem", "rtp", "reference", "dingaling", "khomp", "gsmopen", "deflect", "redirect",
}

// splitName notes an alternative of what is dialled that begins with no type of leg: it lacks it,
// or a bar parts the whole token.
func (r *rule) splitName() *ruleError {
	if r.kind != command.KindDial {
		return nil
	}
	for i := range r.name.globs {
		g := &r.name.globs[i]
		typ, _, slash := strings.Cut(foldASCII(g.prefix()), "/")
		whole := slash || !g.wild
		if g.prefix() == "" || !whole || slices.Contains(endpoints[:], typ) {
			continue
		}
		if len(r.name.globs) == 1 {
			return badRule("a rule is dial TYPE/DATA, such as dial sofia/gateway/NAME/1900*", "%s begins with no type of leg that FreeSWITCH's own tree has", quote(g.text()))
		}
		return badRule("write each in full, such as sofia/gateway/a/1900*|sofia/gateway/b/1900*, or use a set",
			"the alternative %s begins with no type of leg: a bar parts the whole of what is dialled", quote(g.text()))
	}
	return nil
}

// openHost notes a wildcard at the end of a host, which more hosts match than those that begin so.
func (r *rule) openHost() *ruleError {
	if r.kind != command.KindDial || r.deny {
		return nil
	}
	for i := range r.name.globs {
		elems := r.name.globs[i].elems
		for j, el := range elems {
			if el.kind != elemLiteral {
				continue
			}
			at := strings.LastIndexByte(el.text, '@')
			if at < 0 || at == len(el.text)-1 {
				continue // an open host is for whoever writes it
			}
			if j+1 < len(elems) && elems[j+1].kind == elemStar && j+2 == len(elems) {
				return badRule("write the host in full, or * before its domain", "the host %s* has no end: it matches %s.evil.example, too",
					clip(el.text[at+1:]), clip(strings.TrimSuffix(el.text[at+1:], ".")))
			}
		}
	}
	return nil
}

// openVariables notes an allow of whatever variables.
func (r *rule) openVariables() *ruleError {
	if r.deny || r.kind != command.KindVar {
		return nil
	}
	if r.anyName || r.rest && len(r.args) == 0 || len(r.args) > 0 && r.args[0].leavesOpen() {
		return badRule("name the variables that are needed", "it allows every variable whose value does not act, those that modules and dialplans read among them")
	}
	return nil
}

// openFile notes an allow by which any file of the switch's host is read or written.
func (r *rule) openFile(cat *command.Catalog) *ruleError {
	if r.deny || r.kind != command.KindAPI && r.kind != command.KindApp || r.classes != 0 || r.anyName {
		return nil
	}
	for i := range r.name.globs {
		name, literal := r.name.globs[i].literal()
		if !literal {
			continue
		}
		e := command.Effect{Kind: r.kind, Name: foldASCII(name)}
		for j := range r.args {
			token := "x"
			if len(r.args[j].globs) > 0 && !r.args[j].globs[0].wild {
				token = r.args[j].globs[0].prefix()
			}
			e.Tokens = append(e.Tokens, token)
		}
		if r.rest && len(e.Tokens) < cat.Slots(r.kind, name) {
			e.Tokens = append(e.Tokens, "x")
		}
		form := command.FormOf(&e)
		for j := range e.Tokens {
			open := j >= len(r.args) || r.args[j].leavesOpen()
			if set := form.Types(j); open && (set.Has(command.TypeFile) || set.Has(command.TypeFolder)) {
				return badRule("name a folder, such as /var/sounds/*", "it leaves open which file of the switch's host %s takes", clip(name))
			}
		}
	}
	return nil
}

// oneScope notes a deny of a variable in one of the three scopes.
func (r *rule) oneScope() *ruleError {
	if !r.deny || r.kind != command.KindVar || r.anyName || r.name.regex != nil {
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
	return badRule("write var channel|originate|global …", "a variable can be set in three scopes, and this does not deny it in %s", strings.Join(missing, " and "))
}

// extensions notes rules by which any extension of the dialplan may be reached, as often as the
// client likes.
func (d *doubter) extensions(h *holding) {
	h.allows(func(r *rule) {
		if r.kind != command.KindDialplan || d.told[r] || !(r.anyName || len(r.args) > 1 && (r.args[1].leavesOpen() || r.args[1].isAnyNumber()) || r.rest && len(r.args) < 2) {
			return
		}
		for i := range h.limits {
			if l := &h.limits[i]; l.measure != atOnce && (covers(l.rule, r) || l.rule.kind == command.KindDial || l.rule.kind == command.KindAPI) {
				return
			}
		}
		d.told[r] = true
		d.rep.warnf(r.at, `narrow it, or add "limits": { "dialplan": [ "2/s", "2000/day" ] }`,
			"%s: any extension may be reached, as often as the client likes, and what it dials is the dialplan's", quote(r.text))
	})
}

// holes notes a deny of one subcommand of an API of which all the rest is allowed.
func (d *doubter) holes(h *holding) {
	var open []*rule
	h.allows(func(r *rule) {
		if r.kind == command.KindAPI && r.rest && len(r.args) == 0 && r.classes == 0 && !r.anyName {
			open = append(open, r)
		}
	})
	for _, part := range h.parts() {
		for _, deny := range part.rules {
			if !deny.deny || deny.kind != command.KindAPI || !deny.rest || len(deny.args) == 0 || d.told[deny] || deny.args[0].leavesOpen() || len(deny.args[0].globs) == 0 {
				continue
			}
			for _, allow := range open {
				if name := allow.sharedName(deny); name != "" {
					d.told[deny] = true
					d.rep.warnf(deny.at, "allow the subcommands that are needed instead", "%s: %s allows every other subcommand of %s, those of other modules and releases among them",
						quote(deny.text), quote(allow.text), name)
					break
				}
			}
		}
	}
}

// sharedName returns a name that both rules spell, "" without one.
func (r *rule) sharedName(other *rule) string {
	for i := range r.name.globs {
		if name, literal := r.name.globs[i].literal(); literal && other.spells(name) {
			return name
		}
	}
	return ""
}

// clientDoubts notes what is doubtful about clients: what everybody may change, and rules that are
// only observed.
func (d *doubter) clientDoubts() {
	for _, name := range keys(d.policy.clients) {
		c := d.policy.clients[name]
		if c.observe {
			d.rep.warnf(c.at, `take "mode" out once its rules fit`, "%s is in observe mode: what its rules deny is forwarded all the same", quote(name))
		}
		d.secretDoubts(c)
		if !c.fromAnywhere() {
			continue
		}
		for _, role := range c.roles {
			i := slices.IndexFunc(role.rules, func(r *rule) bool { return !r.deny && r.changesConfiguration() })
			if i >= 0 {
				d.rep.warnf(c.at, "name the networks that it comes from", "%s may connect from anywhere, and %s lets it change the switch's configuration",
					quote(name), quote(role.rules[i].text))
				break
			}
		}
	}
}

// changesConfiguration reports whether a rule stands for a class that changes the switch or runs
// programs.
func (r *rule) changesConfiguration() bool {
	const classes = 1<<command.ClassConfig | 1<<command.ClassExec
	return (r.kind == command.KindAPI || r.kind == command.KindApp) && (r.classes&classes != 0 || r.anyName)
}

// fromAnywhere reports whether one of the client's networks is all there are.
func (c *Client) fromAnywhere() bool {
	return slices.ContainsFunc(c.from, func(p netip.Prefix) bool { return p.Bits() == 0 })
}
