package recording

import (
	"slices"
	"strings"
	"testing"
)

func TestCommandOf(t *testing.T) {
	for header, want := range map[string]string{
		"API-Command-Argument":              "API-Command",
		"api-command-argument":              "API-Command",
		"Job-Command-Arg":                   "Job-Command",
		"Application-Data":                  "Application",
		"execute-app-arg":                   "execute-app-name",
		"variable_last_arg":                 "variable_last_app",
		"variable_loopback_app_arg":         "variable_loopback_app",
		"variable_current_application_data": "variable_current_application",
		"API-Command":                       "",
		"Application":                       "",
		"":                                  "",
	} {
		if got := commandOf(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestFindNames(t *testing.T) {
	for _, tt := range []struct {
		event string
		want  []string
		more  bool
	}{
		{"Application: set\n", []string{"set"}, false},
		{"APPLICATION: set\n", []string{"set"}, false},
		{`{"Application":"set","x":1}`, []string{"set"}, false},
		{"<Application>set</Application>\n", []string{"set", ""}, false},
		{"Application-Data: x\n", nil, false},
		{"variable_Application: x\n", nil, false},
		{"x: Application\nApplication: set\n", []string{"Application", "set"}, false},
		{"Application:", []string{""}, false},
		{"nothing", nil, false},
		{strings.Repeat("Application: a\n", maxCommands+1), slices.Repeat([]string{"a"}, maxCommands), true},
	} {
		got := findNames(tt.event, "Application")
		if !slices.Equal(got.names, tt.want) || got.more != tt.more {
			t.Errorf("%.60q: %q, %v, want %q", tt.event, got.names, got.more, tt.want)
		}
	}
}

func TestFirstName(t *testing.T) {
	for in, want := range map[string]string{": set\n": "set", `":"a-b_c.d","x`: "a-b_c.d", "": "", ": \n": "", "set": "set", "é x": "x"} {
		if got := firstName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestPlainName(t *testing.T) {
	for s, want := range map[string]bool{"variable_a": true, "Event-Name": true, "a.b1": true, "": false, "a b": false, "a:b": false, "é": false, "a/": false} {
		if got := plainName(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestJSONWalk(t *testing.T) {
	upper := func(s string) string { return strings.ReplaceAll(s, "PLANTED", "[x]") }
	r := &redactor{redact: func(s string) string {
		if rest, ok := strings.CutPrefix(s, "pin: "); ok && rest != "" {
			return "pin: [x]"
		}
		return upper(s)
	}}
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{`{}`, `{}`, true},
		{`{"a":"b"}`, `{"a":"b"}`, true},
		{`{"a":"PLANTED"}`, `{"a":"[x]"}`, true},
		{`{"pin":"1"}`, `{"pin":"[redacted]"}`, true},
		{`{"pin":47,"a":1}`, `{"pin":"[redacted]","a":1}`, true},
		{`{"pin":{"a":[1,"b"]},"c":2}`, `{"pin":{"a":["[redacted]","[redacted]"]},"c":2}`, true},
		{`{"name":"pin","value":"1"}`, `{"name":"pin","value":"[redacted]"}`, true},
		{`[true,null,1.5e3]`, `[true,null,1.5e3]`, true},
		{`{"a":"PLANTED`, `{"a":"[x]"`, true},
		{`{"a":word}`, ``, false},
	} {
		w := jsonWalk{redactor: r, s: tt.in}
		ok := w.walk()
		if got := w.out.String() + w.s[w.kept:]; ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %s, %v, want %s", tt.in, got, ok, tt.want)
		}
	}
}
