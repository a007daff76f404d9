package console

// A Paint colours text for a terminal. The zero Paint leaves it as it is.
type Paint bool

// Paint returns the Paint for standard output. It colours nothing if standard output is not a
// terminal, if the environment has NO_COLOR (no-color.org), or if TERM is dumb.
func (c *Console) Paint() Paint {
	_, plain := c.LookupEnv("NO_COLOR")
	term, _ := c.LookupEnv("TERM")
	return Paint(IsTerminal(c.Stdout) && !plain && term != "dumb")
}

func (p Paint) escape(code, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// Bold returns text in bold.
func (p Paint) Bold(text string) string { return p.escape("1", text) }

// Green returns text in green.
func (p Paint) Green(text string) string { return p.escape("32", text) }

// Red returns text in red.
func (p Paint) Red(text string) string { return p.escape("31", text) }
