package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
)

// stricter are the recorded exchanges in which eslguard refuses what FreeSWITCH does, and why.
var stricter = map[string]string{
	"api-tab-before-command":                    "blank",
	"api-mixed-newlines":                        "the codec's",
	"exit-longer-word":                          "unknown-verb",
	"nul-byte":                                  "the codec's",
	"sendevent-two-content-lengths":             "the codec's",
	"sendevent-content-length-trailing-letters": "the codec's",
	"sendevent-content-length-negative":         "the codec's",
	"sendevent-content-length-plus":             "the codec's",
	"sendevent-content-length-word":             "the codec's",
	"sendevent-content-length-too-large":        "the codec's",
	"header-without-colon":                      "the codec's",
}

// TestAnswersAsRecorded: what is answered here, refused or not, is what a real FreeSWITCH
// answered; and what it accepted is refused only where stricter says so.
func TestAnswersAsRecorded(t *testing.T) {
	data, err := os.ReadFile("testdata/exchanges.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for line := range bytes.Lines(data) {
		var session struct {
			Name  string
			Steps []struct{ Send, Recv string }
		}
		if err := json.Unmarshal(line, &session); err != nil {
			t.Fatal(err)
		}
		t.Run(session.Name, func(t *testing.T) {
			st := new(command.State)
			for _, step := range session.Steps {
				answer, isAPI, refused := answerTo(t, st, step.Send)
				if refused && stricter[session.Name] != "" {
					seen[session.Name] = true
					continue
				}
				if answer == "" {
					continue
				}
				want := "Content-Type: command/reply\nReply-Text: " + answer + "\n\n"
				if isAPI {
					// The proxy adds the line end of a refusal.
					body := strings.TrimSuffix(answer, "\n") + "\n"
					want = fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(body), body)
				}
				if step.Recv != want {
					t.Errorf("%q is answered %q, FreeSWITCH answered %q", step.Send, want, step.Recv)
				}
			}
		})
	}
	for name := range stricter {
		if !seen[name] {
			t.Errorf("nothing of %s is refused", name)
		}
	}
}

// answerTo returns what the first frame of sent is answered without asking FreeSWITCH, and "" where
// it goes up.
func answerTo(t *testing.T, st *command.State, sent string) (answer string, isAPI, refused bool) {
	t.Helper()
	f, err := codec.NewClientReader(strings.NewReader(latin1(sent)), codec.Limits{}).Next()
	var c *command.Command
	if err == nil {
		c, err = command.Parse(catalog.Builtin(), st, f)
	}
	var r *codec.Refusal
	if errors.As(err, &r) {
		return r.ReplyText(), r.API, true
	}
	if err != nil {
		t.Fatal(err)
	}
	st.Apply(c)
	return c.Answer, c.AnswerAPI, false
}

// latin1 turns the recordings' one character a byte back into bytes.
func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}
