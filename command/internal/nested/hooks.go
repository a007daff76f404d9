package nested

import (
	"cmp"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// joins says that a value becomes part of a list, of which nobody knows the rest: read as a whole
// it may say anything.
func joins(a *Analyzer, at Origin, kind catalog.HookKind) {
	if kind != catalog.HookNone && !kind.ByElement() {
		a.Opaque(at, effect.OpaqueWrapper)
	}
}

// A hook is a variable whose value FreeSWITCH runs.
type hook struct {
	*Analyzer
	at    Origin
	name  string            // in lower case
	among []fstext.Variable // the variables that are set with it, itself included
}

// fire appends the effects of what value runs.
func (h *hook) fire(kind catalog.HookKind, value string) {
	run := h.traits.hooks[kind]
	// What the elements of a list run is taken apart like all else.
	named := h.at.named && !h.at.unknown && kind.ByElement()
	if strings.Contains(value, fstext.UnknownDollar) && !named {
		h.Opaque(h.at, effect.OpaqueExpansion)
		return
	}
	if kind.ByElement() {
		for _, v := range fstext.Elements(value) {
			run(h, v)
		}
		return
	}
	for _, v := range fstext.Readings(value) {
		if h.isFull() {
			return
		}
		run(h, v)
	}
}

// A hookFunc appends the effects of one value of a variable.
type hookFunc func(h *hook, value string)

// hookFuncs say, per kind of hook, what a value of the variable does. The kinds are described in
// package catalog.
var hookFuncs = [...]hookFunc{
	catalog.HookNone:        func(*hook, string) {},
	catalog.HookApp:         (*hook).runApp,
	catalog.HookBoth:        func(h *hook, value string) { h.runApp(value); h.runAPI(value) },
	catalog.HookAPI:         (*hook).runAPI,
	catalog.HookColons:      (*hook).runColons,
	catalog.HookColon:       (*hook).runColon,
	catalog.HookConsole:     (*hook).runConsole,
	catalog.HookScript:      func(h *hook, _ string) { h.Opaque(h.at, effect.OpaqueScript) },
	catalog.HookTransfer:    (*hook).transferColons,
	catalog.HookFail:        (*hook).transferOnFail,
	catalog.HookInline:      (*hook).transferInline,
	catalog.HookPlay:        (*hook).play,
	catalog.HookPair:        (*hook).pair,
	catalog.HookPairArgs:    (*hook).pairArgs,
	catalog.HookConfirm:     (*hook).confirm,
	catalog.HookConfirmFile: (*hook).confirmFile,
	catalog.HookOrbit:       (*hook).orbit,
	catalog.HookOrbitRest:   (*hook).orbitRest,
	catalog.HookDialplan:    (*hook).laterDialplan,
	catalog.HookPage:        (*hook).page,
	catalog.HookParts:       func(h *hook, value string) { h.wrapperIf(h.name != "campon" || fstext.IsTrue(value)) },
	catalog.HookLiteral:     (*hook).literal,
	catalog.HookExten:       (*hook).transferExten,
	catalog.HookBridge:      func(h *hook, value string) { h.api(h.at, "uuid_bridge", value) },
	catalog.HookChat:        func(h *hook, value string) { h.wrapperIf(!isChat(value)) },
	catalog.HookWords:       func(h *hook, value string) { plainWords(h.Analyzer, h.at, value) },
	catalog.HookSwitch:      func(h *hook, value string) { h.wrapperIf(!ascii.ContainsEqualFold(switchedOff, value)) },
	catalog.HookFolder:      func(h *hook, value string) { h.scriptIf(!isPlainFolder(value)) },
	catalog.HookSafeguard:   func(h *hook, value string) { h.scriptIf(!fstext.IsTrue(value)) },
}

// switchedOff are the values of a HookSwitch with which nothing runs.
var switchedOff = []string{"0", "false", "no", "off"}

// isPlainFolder reports whether the path of a folder consists of plain words.
func isPlainFolder(path string) bool { return fstext.IsPlain(strings.ReplaceAll(path, "/", "")) }

func (h *hook) wrapperIf(is bool) {
	if is {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

func (h *hook) scriptIf(is bool) {
	if is {
		h.Opaque(h.at, effect.OpaqueScript)
	}
}

// literal is for the variable with which arguments are not expanded.
func (h *hook) literal(value string) {
	if fstext.IsTrue(value) {
		h.Opaque(h.at, effect.OpaqueExpansion)
	}
}

func (h *hook) runApp(value string) {
	name, args := cutHook(value)
	h.App(h.at, name, args)
}

func (h *hook) runAPI(value string) { h.call(cutSpace(value)) }

func (h *hook) runColons(value string) {
	if i := strings.IndexByte(value, ':'); i >= 0 && strings.HasPrefix(value[i:], "::") {
		h.call(value[:i], value[i+2:])
		return
	}
	h.runAPI(value)
}

func (h *hook) runColon(value string) {
	name, args, _ := strings.Cut(value, ":")
	h.call(name, args)
}

// runConsole is for console text, in which nothing is expanded (switch_console.c,
// switch_console_execute).
func (h *hook) runConsole(value string) {
	for part := range strings.SplitSeq(value, ";;") {
		name, args := cutSpace(strings.TrimLeft(part, " "))
		h.api(h.at, name, args)
	}
}

func (h *hook) transferColons(value string) {
	t := append(h.destination(value, ':'), "", "", "")
	h.dialplan(h.at, t[0], t[1], t[2])
}

func (h *hook) transferOnFail(value string) {
	t := append(h.destination(value, ' '), "", "", "", "")
	if h.name == "failure_causes" || t[1] == "" {
		t[1], t[2], t[3] = "auto_cause", "", "" // the name of the cause
	}
	h.dialplan(h.at, t[1], t[2], t[3])
}

func (h *hook) transferInline(value string) {
	h.refuseTail(value)
	h.dialplan(h.at, value, "inline", "")
}

func (h *hook) transferExten(value string) { h.transferTo(h.at, h.destination(value, ' ')) }

// destination returns the tokens of a value that names an extension.
func (h *hook) destination(value string, sep byte) []string {
	h.refuseTail(value)
	return fstext.Separate(value, sep, 4)
}

// refuseTail is for the value of a variable that names an extension: FreeSWITCH reads on behind its
// end if that is a lone backslash.
func (h *hook) refuseTail(value string) {
	if fstext.EndsInBackslash(value) {
		h.unclear(h.at, fstext.ErrLoneBackslash, value)
	}
}

// cutSpace parts what FreeSWITCH parts at the first space.
func cutSpace(value string) (name, args string) {
	name, args, _ = strings.Cut(value, " ")
	return name, args
}

// cutHook parts `app args`, `app:args` and `app::args` (switch_channel.c,
// switch_channel_execute_on_value).
func cutHook(value string) (name, args string) {
	i := strings.IndexAny(value, " :")
	if i < 0 {
		return value, ""
	}
	if strings.HasPrefix(value[i:], "::") {
		return value[:i], value[i+2:]
	}
	return value[:i], value[i+1:]
}

// call appends the effects of an API whose argument is expanded before.
func (h *hook) call(name, args string) {
	args, k := h.expandOnChannel(h.at, args)
	in := h.at
	in.note(k)
	h.api(in, name, args)
}

// play is for what FreeSWITCH hands to switch_ivr_broadcast: a file, or `app[!cause]::args`.
// Hold music is expanded before that, as a whole (switch_channel.c, switch_channel_get_hold_music).
func (h *hook) play(value string) {
	if strings.HasSuffix(h.name, "hold_music") {
		again, known := h.expandable(h.at, value)
		if !known {
			h.Opaque(h.at, effect.OpaqueExpansion)
			return
		}
		value = again
	}
	if i := strings.IndexByte(value, ':'); i >= 0 && strings.HasPrefix(value[i:], "::") {
		h.broadcast(h.at, value)
	}
	// Valet parking, and SIP for an attended transfer, write hold music between quotes into an
	// inline dialplan.
	if strings.HasSuffix(h.name, "hold_music") && strings.ContainsAny(value, `'"\`) {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

// values returns the values that are set for another variable besides.
func (h *hook) values(name string) []string {
	var list []string
	for _, v := range h.among {
		if v.Value != "" && ascii.EqualFold(catalog.VariableName(v.Name), name) {
			list = append(list, fstext.Readings(v.Value)...)
			if strings.IndexByte(v.Value, '$') >= 0 {
				// an originate, for one, leaves it unset (switch_channel.c, var_check)
				list = append(list, "")
			}
		}
	}
	return list
}

// pair is for an application whose argument stands in another variable. Where that is not
// set with it, it may have been, or will be.
func (h *hook) pair(app string) {
	args := h.values(catalog.PairedVariable(h.name))
	if len(args) == 0 {
		h.App(h.at, app, "")
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
	for _, a := range args {
		if h.isFull() {
			return
		}
		h.App(h.at, app, a)
	}
}

// pairArgs is for the other variable of a pair, alone.
func (h *hook) pairArgs(string) {
	if len(h.values(catalog.PairedVariable(h.name))) == 0 {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

// confirm is for group_confirm_key=exec, by which group_confirm_file is an application.
func (h *hook) confirm(value string) {
	if !ascii.EqualFold(value, "exec") {
		return
	}
	files := h.values("group_confirm_file")
	if len(files) == 0 {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
	for _, f := range files {
		name, args := cutSpace(f)
		h.App(h.at, name, args)
	}
}

// confirmFile is for group_confirm_file without that key, which may be exec already: a file's name
// has what no application's has.
func (h *hook) confirmFile(value string) {
	name, args := cutSpace(value)
	if len(h.values("group_confirm_key")) == 0 && !strings.ContainsAny(name, "./:") {
		h.App(h.at, name, args)
	}
}

// laterDialplan is for the dialplan of later transfers that name none.
func (h *hook) laterDialplan(dialplan string) {
	if !ascii.EqualFold(dialplan, fstext.DefaultDialplan) {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

// orbit is for the extension to which a call goes on that nobody took.
func (h *hook) orbit(value string) {
	h.quoteInOrbit(value)
	base, _ := catalog.CutOrbit(h.name)
	exten := value
	if base == "fifo_orbit" {
		exten, _, _ = strings.Cut(exten, ":") // then comes a time
	}
	for _, dialplan := range orNone(h.values(base + "_dialplan")) {
		for _, context := range orNone(h.values(base + "_context")) {
			h.dialplan(h.at, exten, dialplan, context)
		}
	}
}

// orbitRest is for what is set beside that extension.
func (h *hook) orbitRest(value string) {
	h.quoteInOrbit(value)
	base, part := catalog.CutOrbit(h.name)
	about := strings.HasPrefix(part, "_dialplan") || strings.HasPrefix(part, "_context")
	if about && len(h.values(base+"_exten")) == 0 {
		h.laterDialplan(value)
	}
}

// quoteInOrbit is for what valet parking writes into an inline dialplan.
func (h *hook) quoteInOrbit(value string) { h.wrapperIf(strings.ContainsAny(value, `,'\`)) }

// page is for the variables of page: whom it calls, and the extension where they go, of an inline
// dialplan unless page_dp names another. Without one they are played page_path, by an inline
// dialplan too (mod_dptools.c, page_function).
func (h *hook) page(value string) {
	const inline = "inline"
	switch h.name {
	case "page_data":
		h.dialString(h.at, value)
	case "page_path":
		if strings.ContainsAny(value, `,'\`) {
			h.Opaque(h.at, effect.OpaqueWrapper)
		}
	case "page_exten":
		named := h.values("page_dp")
		if len(named) == 0 {
			named = []string{inline}
		}
		for _, dialplan := range named {
			dialplan = cmp.Or(dialplan, inline)
			for _, context := range orNone(h.values("page_context")) {
				h.dialplan(h.at, value, dialplan, context)
			}
		}
	default:
		if len(h.values("page_exten")) == 0 && !ascii.EqualFold(value, inline) {
			h.Opaque(h.at, effect.OpaqueWrapper)
		}
	}
}

// orNone returns values, or one empty one in the place of none.
func orNone(values []string) []string {
	if len(values) == 0 {
		return []string{""}
	}
	return values
}
