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

// stricter are the recorded exchanges in which eslguard refuses a command that FreeSWITCH accepts,
// and the reason.
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

// TestAnswersAsRecorded compares the answers that are given here with those of a real FreeSWITCH.
// What FreeSWITCH accepted may be refused only if stricter lists it.
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
					// The proxy ends the text of a refusal with a line end.
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
			t.Errorf("no frame of %s is refused", name)
		}
	}
}

// answerTo returns the answer to the first frame of sent if it is known without FreeSWITCH. It
// returns "" if the frame is forwarded.
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

// latin1 converts text with one character a byte, as in the recordings, to bytes.
func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}
