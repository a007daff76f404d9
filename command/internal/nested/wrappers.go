package nested

import (
	"strings"

	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// analyzeBgapi reads `[uuid:JOB ]NAME ARGS` (mod_commands.c, bgapi_function).
func analyzeBgapi(a *Analyzer, at Origin, c *call) {
	if _, text, ok := fstext.CutUUID(c.args); ok {
		apiText(a, at, text)
	}
}

// apiText appends the effects of the API in text, `NAME ARGS`, split at the first space.
func apiText(a *Analyzer, at Origin, text string) {
	name, args, _ := strings.Cut(text, " ")
	a.api(at, name, args)
}

// analyzeEval reads `[uuid:UUID ]TEXT` (mod_commands.c, eval_function).
func analyzeEval(a *Analyzer, at Origin, c *call) {
	if _, text, ok := fstext.CutUUID(c.args); ok {
		a.expandable(at, text)
	}
}

// analyzeExpand reads `[uuid:UUID ]NAME ARGS`. FreeSWITCH expands the arguments (mod_commands.c,
// expand_function).
func analyzeExpand(a *Analyzer, at Origin, c *call) {
	_, text, ok := fstext.CutUUID(c.args)
	if !ok {
		return
	}
	name, args, _ := strings.Cut(text, " ")
	args, known := a.expandable(at, args)
	at.unknown = at.unknown || !known
	a.api(at, name, args)
}

// analyzeHTTPPrefetch reads a URL (mod_http_cache.c, prefetch_thread).
func analyzeHTTPPrefetch(a *Analyzer, at Origin, c *call) {
	if c.args != "" {
		a.api(at, "http_get", "{prefetch=true}"+c.args)
	}
}

// analyzeXMLWrap reads `[encoded ]NAME ARGS` (mod_commands.c, xml_wrap_api_function).
func analyzeXMLWrap(a *Analyzer, at Origin, c *call) {
	const prefix = "encoded "
	text := c.args
	if ascii.HasPrefixFold(text, prefix) {
		text = text[len(prefix):]
	}
	apiText(a, at, text)
}

// analyzeSchedAPI reads `TIME GROUP NAME ARGS[&]`. Single spaces separate the first three
// (mod_commands.c, sched_api_function). A TIME that begins with @ repeats.
func analyzeSchedAPI(a *Analyzer, at Origin, c *call) {
	when, rest, ok := strings.Cut(c.args, " ")
	if !ok {
		return
	}
	if _, rest, ok = strings.Cut(rest, " "); !ok {
		return
	}
	if strings.HasPrefix(when, "@") {
		at.Later = effect.Repeating
	}
	at.Later = max(at.Later, effect.Once)
	apiText(a, at, strings.TrimSuffix(rest, "&"))
}

// analyzeAlias reads `add NAME COMMAND`. The console or a console_execute runs the command when it
// reads NAME, and splits it at ;; (switch_console.c, switch_console_set_alias).
func analyzeAlias(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) < 3 {
		return
	}
	for _, part := range fstext.ConsoleParts(c.tokens[2]) {
		apiText(a, at, part)
	}
}

// analyzeShow reads `status…`, which FreeSWITCH runs as the API of that name (mod_commands.c,
// show_function).
func analyzeShow(a *Analyzer, at Origin, c *call) {
	if !ascii.HasPrefixFold(c.token(0), "status") {
		return
	}
	args := c.token(1)
	if ascii.EqualFold(args, "as") && len(c.tokens) > 2 {
		args = c.tokens[2]
	}
	a.api(at, c.tokens[0], args)
}

// analyzeChat reads `PROTOCOL|FROM|TO|TEXT|TYPE`. The protocol api runs TO, URL-decoded. If there
// is a global variable named TO, it runs the value of that variable instead (mod_dptools.c,
// api_chat_send).
func analyzeChat(a *Analyzer, at Origin, c *call) {
	a.storedTokens(at, c.args, c.tokens)
	switch proto := c.token(0); {
	case ascii.EqualFold(proto, "api"):
		a.inHeader(at, c.token(2))
		text, ok := fstext.DecodeURLStrict(c.token(2))
		if !ok {
			a.ambiguous(at, whyEscapeUnclear(c.args))
			return
		}
		if fstext.IsPlain(c.token(2)) {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyGlobal})
		}
		if strings.ContainsAny(c.args, `'\\^`) {
			// FreeSWITCH splits the text three times, so it has to be plain.
			a.ambiguous(at, "it has a quote, a backslash or a ^, so write those as percent escapes")
		}
		apiText(a, at, text)
	case !isChat(proto):
		a.Opaque(at, effect.OpaqueWrapper)
	}
}
