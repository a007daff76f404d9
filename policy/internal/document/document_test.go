package document

import (
	"strings"
	"testing"
)

// TestRead: what is wrong with the form of a document is reported with its position.
func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		problem    string // "" for none
	}{
		{"the least", `{"version": 1}`, ""},
		{"nothing", ``, "f:1:1: the file is empty"},
		{"no version", `{}`, `f:1:1: "version" is missing (add "version": 1)`},
		{"another version", `{"version": 2}`, `f:1:13: /version: version "2" is not known (this eslguard reads version 1)`},
		{"an unknown key", `{"version": 1, "role": {}}`, `f:1:16: /role: unknown key "role" (did you mean "roles"?)`},
		{"a key twice", `{"version": 1, "version": 1}`, `f:1:16: /version: duplicate key "version"`},
		{"another case", `{"version": 1, "Roles": {}}`, `f:1:16: /Roles: unknown key "Roles" (did you mean "roles"?)`},
		{"a wrong type", `{"version": 1, "roles": []}`, `f:1:25: /roles: must be an object, not an array`},
		{"a number with a fraction", `{"version": 1, "clients": {"a": {"from": ["::/0"], "roles": [], "auth": {"password": ["x"]}, "sessions": 1.0}}}`,
			`f:1:106: /clients/a/sessions: must be a whole number from 1 to 1000000`},
		{"something follows", `{"version": 1} {}`, `f:1:16: something follows the end of the policy (a policy file is one JSON object)`},
		{"too deep", `{"version": 1, "roles": ` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, `f:1:41: the values are nested too deeply`},
		{"on the second line", "{\"version\": 1,\n \"sets\": {\"a\": [1]}}", `f:2:17: /sets/a/0: must be a string, not a number`},
	} {
		var rep Report
		doc := Read([]*Source{{Name: "f", Data: []byte(tt.text)}}, &rep)
		got := ""
		if err := rep.Err(); err != nil {
			got = strings.TrimPrefix(err.Error(), "policy: ")
		}
		if doc == nil || got != tt.problem {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.problem)
		}
	}
}
