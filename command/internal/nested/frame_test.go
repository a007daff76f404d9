package nested_test

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// frame returns the frame that text spells: its line and headers, and its body after a blank line.
func frame(text string) *codec.Frame {
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	f := &codec.Frame{Line: []byte(lines[0])}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ":")
		f.Headers = append(f.Headers, codec.Header{Name: []byte(name), Value: []byte(strings.TrimLeft(value, " "))})
	}
	if body != "" {
		f.Body = []byte(body)
	}
	return f
}

// execute returns the text of a sendmsg that runs an application on channel u1.
func execute(app, args string) string {
	text := "sendmsg u1\ncall-command: execute\nexecute-app-name: " + app
	if args != "" {
		text += "\nexecute-app-arg: " + args
	}
	return text
}

// runFrame returns the text of a frame that runs "api NAME ARGS", or "app NAME ARGS" on channel u1.
func runFrame(run string) string {
	app, ok := strings.CutPrefix(run, "app ")
	if !ok {
		return run
	}
	name, args, _ := strings.Cut(app, " ")
	return execute(name, args)
}

// parse parses the frame that text spells. The test fails if it is refused.
func parse(t *testing.T, text string) *command.Command {
	t.Helper()
	c, err := command.Parse(catalog.Builtin(), nil, frame(text))
	if err != nil {
		t.Fatalf("command.Parse(%q): %v", text, err)
	}
	return c
}

// reasons returns the reasons for which effects of c are opaque.
func reasons(c *command.Command) (list []string) {
	for i := range c.Effects {
		if e := &c.Effects[i]; e.Kind == effect.KindOpaque {
			list = append(list, e.Name)
		}
	}
	return list
}

// whys returns why effects of c are opaque.
func whys(c *command.Command) (list []string) {
	for i := range c.Effects {
		if e := &c.Effects[i]; e.Kind == effect.KindOpaque {
			list = append(list, e.Why)
		}
	}
	return list
}
