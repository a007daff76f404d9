package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// printJSON prints v as one JSON value on a line of its own. What does not print is escaped.
func (p *Program) printJSON(v any) error {
	line, err := lineOfJSON(v)
	if err != nil {
		return err
	}
	_, err = p.Stdout.Write(append(line, '\n'))
	return err
}

// lineOfJSON returns v as JSON in one line, without its end. What does not print is escaped.
func lineOfJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// noArgs refuses arguments, and names the flag that was perhaps meant.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no argument, but there is %q", cmd.CommandPath(), bounded(args[0]))
	}
	return nil
}

// maxShown is how many bytes of a text that others wrote are shown on a line.
const maxShown = 300

// bounded cuts a text to what is shown.
func bounded(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}

// shown returns a text that others wrote, bounded, and quoted unless every character of it prints.
func shown(s string) string {
	s = bounded(s)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return strconv.Quote(s)
	}
	return s
}

// plural returns "1 thing" or "2 things".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// remark says something beside the results.
func (p *Program) remark(format string, args ...any) {
	fmt.Fprintf(p.Stderr, "eslguard: "+format+"\n", args...)
}
