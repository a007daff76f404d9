package cli

// A paint colours what is shown on a terminal, and leaves all else as it is.
type paint bool

// paint returns the paint for standard output: none where that is no terminal, or where the
// environment says NO_COLOR (no-color.org) or that the terminal is dumb.
func (p *Program) paint() paint {
	_, plain := p.LookupEnv("NO_COLOR")
	term, _ := p.LookupEnv("TERM")
	return paint(isTerminal(p.Stdout) && !plain && term != "dumb")
}

func (p paint) in(code, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p paint) bold(text string) string  { return p.in("1", text) }
func (p paint) green(text string) string { return p.in("32", text) }
func (p paint) red(text string) string   { return p.in("31", text) }
