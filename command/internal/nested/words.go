package nested

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// analyzeNothing is for applications whose argument is only expanded.
func analyzeNothing(*Analyzer, Origin, *call) {}

// analyzePlain is for applications that do what the switch's own configuration says, and put their
// argument into it: nothing but plain words may stand in that.
func analyzePlain(a *Analyzer, at Origin, c *call) { plainWords(a, at, c.args) }

func plainWords(a *Analyzer, at Origin, text string) {
	for _, word := range strings.Fields(text) {
		if !fstext.IsPlain(word) {
			a.Opaque(at, effect.OpaqueWrapper)
			return
		}
	}
}

// analyzePhrase reads `MACRO,DATA`, of which the data become part of what the macro does.
func analyzePhrase(a *Analyzer, at Origin, c *call) {
	macro, data, _ := strings.Cut(c.args, ",")
	plainWords(a, at, macro+" "+data)
}

// analyzeTranslate reads `NUMBER [PROFILE]`: what a rule makes of the number is expanded.
func analyzeTranslate(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 0 && !fstext.IsPlain(c.tokens[0]) {
		a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyTemplate})
	}
}

// analyzeEnum reads `reload`, or a number whose entry in the name server is expanded.
func analyzeEnum(a *Analyzer, at Origin, c *call) {
	if !ascii.EqualFold(c.args, "reload") {
		analyzeAnswer(a, at, c)
	}
}

// analyzeAnswer is for what expands the answer of a name server.
func analyzeAnswer(a *Analyzer, at Origin, _ *call) {
	a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyAnswer})
}
