package nested

import (
	"cmp"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A hook is a variable whose value FreeSWITCH runs.
type hook struct {
	*Analyzer
	at    Origin
	name  string            // in lower case
	among []fstext.Variable // the variables set by the same command, itself included
}

// analyze appends the effects of running value.
func (h *hook) analyze(kind catalog.HookKind, value string) {
	run := h.traits.hooks[kind]
	// Elements that are run one by one are analysed like any other text with expansions that a rule
	// can name.
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

// A hookFunc appends the effects of running one value of a variable.
type hookFunc func(h *hook, value string)

// hookFuncs say, for each kind of hook, what FreeSWITCH does with a value of the variable. Package
// catalog describes the kinds.
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
	catalog.HookPair:        (*hook).pairedApp,
	catalog.HookPairArgs:    (*hook).pairedArgs,
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
	catalog.HookWords:       func(h *hook, value string) { opaqueUnlessPlain(h.Analyzer, h.at, value) },
	catalog.HookSwitch:      func(h *hook, value string) { h.wrapperIf(!ascii.ContainsEqualFold(switchedOff, value)) },
	catalog.HookFolder:      func(h *hook, value string) { h.scriptIf(!isPlainFolder(value)) },
	catalog.HookSafeguard:   func(h *hook, value string) { h.scriptIf(!fstext.IsTrue(value)) },
}

// switchedOff are the values of a HookSwitch that turn it off.
var switchedOff = []string{"0", "false", "no", "off"}

// isPlainFolder reports whether the path of a folder consists of plain words.
func isPlainFolder(path string) bool { return fstext.IsPlain(strings.ReplaceAll(path, "/", "")) }

// wrapperIf appends an opaque effect with the reason wrapper if cond is true.
func (h *hook) wrapperIf(cond bool) {
	if cond {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

// scriptIf appends an opaque effect with the reason script if cond is true.
func (h *hook) scriptIf(cond bool) {
	if cond {
		h.Opaque(h.at, effect.OpaqueScript)
	}
}

// literal is for the variable that turns the expansion of arguments off.
func (h *hook) literal(value string) {
	if fstext.IsTrue(value) {
		h.Opaque(h.at, effect.OpaqueExpansion)
	}
}

func (h *hook) runApp(value string) {
	name, args := cutHook(value)
	h.App(h.at, name, args)
}

func (h *hook) runAPI(value string) { h.expandedAPI(cutSpace(value)) }

func (h *hook) runColons(value string) {
	if name, args, ok := cutColons(value); ok {
		h.expandedAPI(name, args)
		return
	}
	h.runAPI(value)
}

func (h *hook) runColon(value string) {
	name, args, _ := strings.Cut(value, ":")
	h.expandedAPI(name, args)
}

// runConsole is for console commands separated by ;;, in which FreeSWITCH expands nothing
// (switch_console.c, switch_console_execute).
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
		t[1], t[2], t[3] = "auto_cause", "", "" // FreeSWITCH uses the name of the cause
	}
	h.dialplan(h.at, t[1], t[2], t[3])
}

func (h *hook) transferInline(value string) {
	h.refuseLoneBackslash(value)
	h.dialplan(h.at, value, "inline", "")
}

func (h *hook) transferExten(value string) { h.transferTo(h.at, h.destination(value, ' ')) }

// destination returns the tokens of a value that names an extension.
func (h *hook) destination(value string, sep byte) []string {
	h.refuseLoneBackslash(value)
	return fstext.Separate(value, sep, 4)
}

// refuseLoneBackslash is for a value that names an extension. If it ends in a lone backslash,
// FreeSWITCH reads beyond its end.
func (h *hook) refuseLoneBackslash(value string) {
	if fstext.EndsInBackslash(value) {
		h.unreadable(h.at, fstext.ErrLoneBackslash, value)
	}
}

// cutSpace splits value at its first space.
func cutSpace(value string) (name, args string) {
	name, args, _ = strings.Cut(value, " ")
	return name, args
}

// cutHook splits `app args`, `app:args` and `app::args` (switch_channel.c,
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

// expandedAPI appends the effects of an API whose argument FreeSWITCH expands first.
func (h *hook) expandedAPI(name, args string) {
	args, k := h.expandOnChannel(h.at, args)
	in := h.at
	in.note(k)
	h.api(in, name, args)
}

// play is for a value that FreeSWITCH passes to switch_ivr_broadcast: a file or
// `app[!cause]::args`. FreeSWITCH expands the whole value first if it is hold music
// (switch_channel.c, switch_channel_get_hold_music).
func (h *hook) play(value string) {
	if strings.HasSuffix(h.name, "hold_music") {
		again, known := h.expandable(h.at, value)
		if !known {
			h.Opaque(h.at, effect.OpaqueExpansion)
			return
		}
		value = again
	}
	if _, _, isApp := cutColons(value); isApp {
		h.broadcast(h.at, value)
	}
	// Valet parking, and SIP for an attended transfer, write hold music between quotes into an
	// inline dialplan.
	if strings.HasSuffix(h.name, "hold_music") && strings.ContainsAny(value, `'"\`) {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

// values returns the values to which the same command sets another variable. It returns nil if it
// does not set it.
func (h *hook) values(name string) []string {
	var list []string
	for _, v := range h.among {
		if v.Value != "" && ascii.EqualFold(catalog.VariableName(v.Name), name) {
			list = append(list, fstext.Readings(v.Value)...)
			if strings.IndexByte(v.Value, '$') >= 0 {
				// FreeSWITCH may leave it unset, as an originate does (switch_channel.c,
				// var_check).
				list = append(list, "")
			}
		}
	}
	return list
}

// pairedApp is for an application whose argument is in another variable. If the command does not
// set that one too, the argument is unknown: another command may have set it, or may set it later.
func (h *hook) pairedApp(app string) {
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

// pairedArgs is for the variable with the argument. It is opaque if the command does not set the
// application as well.
func (h *hook) pairedArgs(string) {
	if len(h.values(catalog.PairedVariable(h.name))) == 0 {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

// confirm is for group_confirm_key=exec, with which group_confirm_file is an application.
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

// confirmFile is for group_confirm_file if the command does not set the key. The key may be exec
// already, so the value is read as an application, unless it has a byte that occurs only in the
// names of files.
func (h *hook) confirmFile(value string) {
	name, args := cutSpace(value)
	if len(h.values("group_confirm_key")) == 0 && !strings.ContainsAny(name, "./:") {
		h.App(h.at, name, args)
	}
}

// laterDialplan is for the dialplan that later transfers use if they state none.
func (h *hook) laterDialplan(dialplan string) {
	if !ascii.EqualFold(dialplan, fstext.DefaultDialplan) {
		h.Opaque(h.at, effect.OpaqueWrapper)
	}
}

// orbit is for the extension that takes a call which nobody answered.
func (h *hook) orbit(value string) {
	h.opaqueIfQuoted(value)
	base, _ := catalog.CutOrbit(h.name)
	exten := value
	if base == "fifo_orbit" {
		exten, _, _ = strings.Cut(exten, ":") // a time follows
	}
	for _, dialplan := range orEmpty(h.values(base + "_dialplan")) {
		for _, context := range orEmpty(h.values(base + "_context")) {
			h.dialplan(h.at, exten, dialplan, context)
		}
	}
}

// orbitRest is for the variables that belong to such an extension.
func (h *hook) orbitRest(value string) {
	h.opaqueIfQuoted(value)
	base, part := catalog.CutOrbit(h.name)
	about := strings.HasPrefix(part, "_dialplan") || strings.HasPrefix(part, "_context")
	if about && len(h.values(base+"_exten")) == 0 {
		h.laterDialplan(value)
	}
}

// opaqueIfQuoted is for a value that valet parking writes into an inline dialplan.
func (h *hook) opaqueIfQuoted(value string) { h.wrapperIf(strings.ContainsAny(value, `,'\`)) }

// page is for the variables of page. page_data is whom it calls. page_exten is where these legs go:
// an inline dialplan, unless page_dp names another. Without page_exten they are played page_path,
// which also becomes part of an inline dialplan (mod_dptools.c, page_function).
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
			for _, context := range orEmpty(h.values("page_context")) {
				h.dialplan(h.at, value, dialplan, context)
			}
		}
	default:
		if len(h.values("page_exten")) == 0 && !ascii.EqualFold(value, inline) {
			h.Opaque(h.at, effect.OpaqueWrapper)
		}
	}
}

// orEmpty returns values, or one empty value if there are none.
func orEmpty(values []string) []string {
	if len(values) == 0 {
		return []string{""}
	}
	return values
}
