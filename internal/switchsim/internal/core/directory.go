package core

import (
	"cmp"
	"maps"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// directoryAPI returns one of the APIs by which dial strings ask the directory, or nil. They exist
// if there is a directory ([Options.DialString]). low is the name in lower case.
func directoryAPI(low string) func(*Call, string) string {
	switch low {
	case "sofia_contact":
		return func(_ *Call, arg string) string { return contact(arg) }
	case "group_call":
		return func(_ *Call, arg string) string {
			if plainUser(arg) {
				return "user/" + arg
			}
			return "error/NO_ROUTE_DESTINATION"
		}
	}
	return nil
}

// contact returns where the user `[PROFILE/]USER@DOMAIN` is registered. Every user with a plain
// name is.
func contact(arg string) string {
	if i := strings.LastIndexByte(arg, '/'); i >= 0 {
		arg = arg[i+1:]
	}
	if !plainUser(arg) {
		return "error/user_not_registered"
	}
	return "sofia/internal/sip:" + arg + ":5060"
}

// plainUser reports whether the directory has a user or group. It has all with plain names.
func plainUser(name string) bool {
	return name != "" && strings.Trim(fstext.Lower(name), "abcdefghijklmnopqrstuvwxyz0123456789@.-_+") == ""
}

// isDirectory reports whether a leg is dialled by way of the directory.
func (d *dialer) isDirectory(kind string) bool {
	return d.core.opts.DialString != "" && (fstext.EqualFold(kind, "user") || fstext.EqualFold(kind, "group"))
}

// directory dials a leg `user/NAME[@DOMAIN]` or `group/NAME[@DOMAIN]` (mod_dptools.c,
// user_outgoing_channel and group_outgoing_channel). It expands a text with the variables of the
// channel that dials, or else those of the leg, and dials that.
func (d *dialer) directory(kind, data string, vars map[string]string) (ch *Channel, cause string) {
	name, domain, _ := strings.Cut(data, "@")
	domain = cmp.Or(domain, d.core.global("domain"), "localhost")
	kind = fstext.Lower(kind)
	if fstext.IsFalse(valueOf(vars, kind+"_recurse_variables")) {
		vars = nil
	}
	vars = maps.Clone(vars)
	if vars == nil {
		vars = map[string]string{}
	}
	template := "${group_call(" + name + "@" + domain + ")}"
	if kind == "user" {
		if !plainUser(name) || !plainUser(domain) {
			return nil, "SUBSCRIBER_ABSENT"
		}
		template = d.core.opts.DialString
		putValue(vars, "dialed_user", name)
		putValue(vars, "dialed_domain", domain)
		if !strings.Contains(template, "presence_id=") {
			putValue(vars, "presence_id", name+"@"+domain)
		}
	}
	x := scope{call: d.Call, ch: d.from, recursive: true, fromDirectory: true}
	if d.from == nil {
		x = scope{call: d.Call, ch: &Channel{vars: vars}, fromEvent: true, fromDirectory: true}
	} else if kind == "user" {
		d.from.Set("dialed_user", name)
		d.from.Set("dialed_domain", domain)
	}
	text := x.expand(template, 0)
	if kind == "user" && strings.Contains(fstext.Lower(text), fstext.Lower("user/"+name)) {
		return nil, "INVALID_IE_CONTENTS"
	}
	inner := &dialer{
		Call: d.Call, context: d.context, from: d.from, ownText: parseOwnText(template, name, domain),
		nested: strings.Contains(fstext.Lower(text), nestedVars) || fstext.IsTrue(valueOf(vars, "origination_nested_vars")),
	}
	return inner.dialOne(text, vars)
}

// An ownText is what a dial string of the directory says by itself, whatever the values of the
// variables that it mentions.
type ownText struct {
	vars map[string]int // how often each variable is set, by its name in lower case
	legs map[string]bool
}

// parseOwnText parses a dial string in which only the user is replaced.
func parseOwnText(template, name, domain string) *ownText {
	n := &ownText{vars: map[string]int{}, legs: map[string]bool{}}
	text := strings.NewReplacer("${dialed_user}", name, "${dialed_domain}", domain).Replace(template)
	for api, f := range map[string]func(string) string{"${sofia_contact(": contact, "${group_call(": func(s string) string { return "user/" + s }} {
		for {
			before, rest, ok := strings.Cut(text, api)
			arg, after, closed := strings.Cut(rest, ")}")
			if !ok || !closed {
				break
			}
			text = before + f(arg) + after
		}
	}
	for _, pair := range []string{"<>", "{}"} {
		for {
			vars, rest, ok := fstext.CutBlock(strings.TrimLeft(text, " "), pair[0], pair[1], ',')
			if !ok {
				break
			}
			for _, v := range vars {
				n.vars[fstext.Lower(v.Name)]++
			}
			text = rest
		}
	}
	for leg := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == '|' }) {
		n.legs[strings.TrimLeft(leg, " ")] = true
	}
	return n
}

// takeVar reports whether the directory itself sets that variable. It returns true as often as the
// directory sets it.
func (n *ownText) takeVar(name string) bool {
	if n == nil || n.vars[fstext.Lower(name)] == 0 {
		return false
	}
	n.vars[fstext.Lower(name)]--
	return true
}

// hasLeg reports whether the directory itself dials that leg.
func (n *ownText) hasLeg(leg string) bool { return n != nil && n.legs[leg] }

// valueOf returns a variable, by its name in any case, or "".
func valueOf(vars map[string]string, name string) string {
	for n, v := range vars {
		if fstext.EqualFold(n, name) {
			return v
		}
	}
	return ""
}

// putValue sets a variable, by its name in any case.
func putValue(vars map[string]string, name, value string) {
	maps.DeleteFunc(vars, func(n, _ string) bool { return fstext.EqualFold(n, name) })
	vars[name] = value
}
