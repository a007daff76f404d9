package audit_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
)

// hashed matches what replaces a secret in a record.
var hashed = regexp.MustCompile(`\[redacted:[a-z2-7]+\]`)

// TestOnlyCommandsThatRunHide checks that a word that looks like the name of a command that takes a
// secret hides nothing if it is only in the arguments of another command.
func TestOnlyCommandsThatRunHide(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string // the arguments of the first effects
	}{
		{"api system md5 /etc/passwd; KEPT", []string{"md5 /etc/passwd; KEPT"}},
		{"api bg_system md5 KEPT", []string{"md5 KEPT"}},
		{"api lua queue_dtmf KEPT", []string{"queue_dtmf KEPT"}},
		{"api show uuid_send_dtmf x KEPT", []string{"uuid_send_dtmf x KEPT"}},
		{"api sofia profile internal send_dtmf KEPT", []string{"profile internal send_dtmf KEPT"}},
		{"api system conference 3000 dtmf all KEPT", []string{"conference 3000 dtmf all KEPT"}},
		{"sendmsg 8fd3\ncall-command: execute\nexecute-app-name: system\nexecute-app-arg: fsk_send KEPT", []string{"fsk_send KEPT"}},
		{"api md5 §", []string{"[redacted]"}},
		{"api system conference 3000 dtmf md5 KEPT", []string{"conference 3000 dtmf md5 KEPT"}},
		{"api expand system md5 §; ${md5(§)}", []string{"system md5 [redacted]", "[redacted]", "md5 [redacted]"}},
		{"api system md5 §" + strings.Repeat(";;md5 §", 70) + "\nconsole_execute: true", []string{"md5 [redacted]", "[redacted]"}},
		{"api echo a;;md5 §;;system md5 KEPT\nconsole_execute: true", []string{"a", "[redacted]", "md5 KEPT"}},
	} {
		in := strings.ReplaceAll(tt.in, "§", planted)
		log, path := open(t)
		f, err := codec.NewClientReader(strings.NewReader(in+"\n\n"), codec.Limits{}).Next()
		if err != nil {
			t.Fatal(err)
		}
		cmd, err := command.Parse(catalog.Builtin(), &command.State{}, f)
		if err != nil {
			t.Fatal(err)
		}
		r := audit.Record{Kind: audit.KindCommand, Verb: "api", Command: cmd.Text, Effects: cmd.Effects, Decision: audit.Observe}
		if _, err := log.Write(&r); err != nil {
			t.Fatal(err)
		}
		text := string(file(t, path))
		if strings.Contains(text, planted) {
			t.Errorf("%q: the secret is in %s", tt.in, text)
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		var got struct{ Effects []struct{ Args string } }
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
			t.Fatal(err)
		}
		var args []string
		for i := range min(len(tt.want), len(got.Effects)) {
			args = append(args, hashed.ReplaceAllString(got.Effects[i].Args, "[redacted]"))
		}
		if !slices.Equal(args, tt.want) {
			t.Errorf("%q: the effects have %q, want %q; recorded is %s", tt.in, args, tt.want, lines[len(lines)-1])
		}
		if strings.Contains(tt.in, "KEPT") && !strings.Contains(tt.in, "§") && strings.Count(text, "KEPT") < 2 {
			t.Errorf("%q: the command's text is without it: %s", tt.in, lines[len(lines)-1])
		}
	}
}
