package explain

import (
	"strings"
	"testing"

	"eslguard/internal/cli/console"
)

func TestFrameText(t *testing.T) {
	f := Frame{
		File: "s.txt", Number: 3, Verb: "sendmsg", Command: "sendmsg\x1b", Decision: allowed, Observed: true, Reason: "no rule allows it",
		Detail: "nothing is forwarded", Role: "r", Rule: "api **", Near: "api x",
		Effects:  []Effect{{Kind: "api", Name: "status", Path: "api status", Decision: allowed, Rule: "api **", Role: "r"}, {Kind: "log", Name: "7", Path: "log", Decision: denied}},
		Dropped:  []string{"X", "Y"},
		Upstream: []string{"api status\n\n"}, Answer: "+OK", Closed: true, Hint: "one\ntwo",
	}
	const want = `s.txt: frame 3: "sendmsg\x1b"
  OBSERVE   no rule allows it; nothing is forwarded; role r; rule api **; nearest rule api x
  effects   api status  (allowed by api **, role r)
            log 7  (no rule allows it)
  left out  X, Y
  forwarded api status
  answer    +OK
  closed    the session ends here; what follows is not read
  one
  two

`
	if got := f.Text(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	refused := Frame{Number: 1, Decision: refused, Reason: "nul"}
	if got, want := refused.Text(), "frame 1\n  REFUSE    nul\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEffectLine(t *testing.T) {
	for _, c := range []struct {
		e    Effect
		want string
	}{
		{Effect{Kind: "api", Name: "show", Args: "calls  as json", Tokens: []string{"calls", "as", "json"}, Decision: allowed}, "api show calls  as json  (allowed)"},
		{Effect{Kind: "var", Name: "channel", Args: "a ", Tokens: []string{"a", ""}, Decision: denied}, `var channel a ""  (no rule allows it)`},
		{Effect{Kind: "dial", Leg: "a-leg", Name: "user/1", Decision: denied, Near: "dial user/2"}, "dial a-leg user/1  (no rule allows it; nearest is dial user/2)"},
		{Effect{Kind: "dial", Name: "user/1", Decision: denied, Rule: "dial *", Role: "r"}, "dial user/1  (denied by dial *, role r)"},
		{Effect{Kind: "dial", Name: "user/1", Decision: denied, Rule: "var originate a 1", Role: "r", Lacks: true}, "dial user/1  (denied without var originate a 1, role r)"},
		{Effect{Kind: "api", Name: "status", Decision: allowed, Later: "once"}, "api status  (allowed), later: once"},
		{Effect{Kind: "api", Name: "x", Args: "a b", Decision: allowed, Secret: []int{0, 2}}, "api x a b  (allowed); left out of the audit: token 0, token 2"},
		{Effect{Kind: "opaque", Name: "script", Decision: denied, Why: "a\nb"}, `opaque script  (no rule allows it); "a\nb"`},
		{Effect{Kind: "api", Name: "x", Args: "\x1b", Decision: allowed}, `"api x \x1b"  (allowed)`},
	} {
		if got := c.e.line(); got != c.want {
			t.Errorf("%+v:\ngot  %s\nwant %s", c.e, got, c.want)
		}
	}
}

func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		e    Effect
		want string // "" for no advice
	}{
		{Effect{}, ""},
		{Effect{Unsuggested: "why\x1b"}, `- no rule can allow it: "why\x1b"`},
		{Effect{Suggestions: []string{"api a"}}, `- to allow just this: "api a"`},
		{Effect{Suggestions: []string{`api "a"`, "dial b"}, Wider: "api **"}, `- to allow just this: "api \"a\"", "dial b"; with any argument, since rules for its parts decide the rest: "api **"`},
	} {
		if got := c.e.hasAdvice(); got != (c.want != "") {
			t.Errorf("%+v has advice: %v", c.e, got)
		} else if got && c.e.advice() != c.want {
			t.Errorf("%+v:\ngot  %s\nwant %s", c.e, c.e.advice(), c.want)
		}
	}
}

// TestSuggestionsAreShownOnce checks that rules and remarks that several frames have are printed
// once.
func TestSuggestionsAreShownOnce(t *testing.T) {
	var out, remarks strings.Builder
	s := NewSuggestions(&console.Console{Stdout: &out, Stderr: &remarks})
	f := Frame{Number: 1, Decision: denied, Effects: []Effect{
		{Kind: "api", Name: "a", Suggestions: []string{"api a", "api a b"}, Wider: "api a **"},
		{Kind: "opaque", Name: "script", Unsuggested: "nobody knows"},
	}}
	for range 2 {
		if err := s.Show(&f); err != nil {
			t.Fatal(err)
		}
	}
	if want := "\"api a\"\n\"api a b\"\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if got := strings.Count(remarks.String(), "\n"); got != 2 {
		t.Errorf("%d remarks, want 2: %s", got, remarks.String())
	}
	if err := s.Show(&Frame{Number: 2, Decision: refused, Reason: "nul"}); err != nil || !strings.Contains(remarks.String(), "frame 2 is refused for its form") {
		t.Errorf("%v: %s", err, remarks.String())
	}
}
