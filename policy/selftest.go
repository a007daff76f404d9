package policy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/words"
)

// maxTestSend is the most bytes of a test's "send".
const maxTestSend = codec.DefaultMaxHeader

// What a test can expect.
const (
	expectAllow  = "allow"
	expectDeny   = "deny"
	expectRefuse = "refuse"
)

// A test is one compiled entry of the policy's "tests".
type test struct {
	client           *Client
	send, expect, by string
	// after are the commands that the session has sent before.
	after []string
	at    document.Pos
}

// A TestResult is what became of one of the policy's tests.
type TestResult struct {
	// Client, Send, Expect and By are the test as it stands in the file. Of a test of a role Client
	// is "role NAME".
	Client, Send, Expect, By string
	// Got is "allow", "deny" or "refuse".
	Got string
	// Reason says why, as the client would be told.
	Reason string
	// OK says that the test passed.
	OK bool
	// Problem says where the test stands and why it failed; the zero Problem for one that passed.
	Problem Problem
}

// compileTests checks every test.
func (b *builder) compileTests() (out []test) {
	for _, d := range b.doc.Tests {
		c := b.testClient(&d)
		if c == nil {
			continue
		}
		if len(d.Send.Text) > maxTestSend {
			b.rep.Errorf(d.Send.Pos, "", "the command is longer than %d bytes", maxTestSend)
			continue
		}
		t := test{client: c, send: d.Send.Text, expect: d.Expect.Text, by: d.By.Text, at: d.Pos}
		for _, a := range d.After {
			t.after = append(t.after, a.Text)
		}
		out = append(out, t)
	}
	return out
}

// testClient finds the client of a test, or makes one that has the test's role. It returns nil, and
// notes why, where there is none.
func (b *builder) testClient(d *document.Test) *Client {
	if d.Role.Text != "" {
		if r := b.roles[d.Role.Text]; r != nil {
			c := &Client{Name: "role " + r.Name, rights: role.NewSet([]*role.Role{r}), revision: b.revision, runtime: b.runtime}
			c.rights.Uncertain = len(c.rights.SettableExpansions()) > 0
			return c
		}
		b.rep.Errorf(d.Role.Pos, words.DidYouMean(d.Role.Text, words.Keys(b.roles)), "there is no role %s", words.Quote(d.Role.Text))
		return nil
	}
	c := b.clients[d.Client.Text]
	if c == nil && d.Client.Text != "" {
		b.rep.Errorf(d.Client.Pos, words.DidYouMean(d.Client.Text, words.Keys(b.clients)), "there is no client %s", words.Quote(d.Client.Text))
	}
	return c
}

// RunTests runs the policy's own tests, in the order in which they stand.
func (p *Policy) RunTests() []TestResult {
	out := make([]TestResult, len(p.tests))
	for i := range p.tests {
		out[i] = p.runTest(&p.tests[i])
	}
	return out
}

// failedTests returns the problems of the tests that fail as a Problems, and nil when all pass.
func (p *Policy) failedTests() error {
	var ps Problems
	for _, r := range p.RunTests() {
		if !r.OK {
			ps = append(ps, r.Problem)
		}
	}
	if len(ps) == 0 {
		return nil
	}
	return ps.Sorted()
}

func (p *Policy) runTest(t *test) TestResult {
	res := TestResult{Client: t.client.Name, Send: t.send, Expect: t.expect, By: t.by}
	var names []string // what "by" may say
	cmd, refusal, err := p.parseTest(t)
	switch {
	case err != nil:
		res.Problem = document.NewProblem(t.at, "", err.Error())
		return res
	case refusal != nil:
		res.Got, res.Reason = expectRefuse, refusal.Error()
		names = []string{string(refusal.Reason)}
		if protection, ok := command.ProtectionOf(refusal); ok {
			names = append(names, string(refusal.Reason)+" "+protection.Name)
		}
	default:
		d := t.client.Decide(cmd.Effects)
		res.Got, res.Reason = expectDeny, d.Reason
		if d.Action == Allow {
			res.Got = expectAllow
		}
		names = t.client.decisive(cmd.Effects, d.Action == Allow)
	}
	switch {
	case res.Got != t.expect:
		res.Problem = document.NewProblem(t.at, res.Reason, fmt.Sprintf("the test failed: %s of %s is %s, not %s",
			words.Quote(t.send), words.Printable(t.client.Name), pastTense(res.Got), pastTense(t.expect)))
	case t.by != "" && !words.ContainsFold(names, t.by):
		res.Problem = document.NewProblem(t.at, res.Reason, fmt.Sprintf("the test failed: %s of %s is %s, but not by %s; \"by\" may be %s",
			words.Quote(t.send), words.Printable(t.client.Name), pastTense(res.Got), words.Quote(t.by), quoted(names)))
	default:
		res.OK = true
	}
	return res
}

// maxBys is how many texts for "by" a failed test offers.
const maxBys = 8

// quoted joins the texts that "by" may have, each once, for a problem.
func quoted(names []string) string {
	if len(names) == 0 {
		return "nothing here, since no effect decides it"
	}
	var list []string
	for _, name := range names {
		if text := words.Quote(name); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	if more := len(list) - maxBys; more > 0 {
		list = append(list[:maxBys], fmt.Sprintf("one of %d more", more))
	}
	return strings.Join(list, " or ")
}

// pastTense turns what a test expects into what has become of its command.
func pastTense(expect string) string {
	switch expect {
	case expectAllow:
		return "allowed"
	case expectDeny:
		return "denied"
	default:
		return "refused"
	}
}

// parseTest parses the command of a test in the state that those before it leave, whether they are
// allowed or not.
func (p *Policy) parseTest(t *test) (*command.Command, *codec.Refusal, error) {
	st := &command.State{MaxFilters: t.client.Filters}
	for _, text := range t.after {
		cmd, refusal, err := p.parse(st, text)
		if refusal != nil {
			err = refusal
		}
		if err != nil {
			return nil, nil, fmt.Errorf("what the test sends before is no good: %s: %w", words.Quote(text), err)
		}
		st.Apply(cmd)
	}
	return p.parse(st, t.send)
}

// parse reads text, without its blank line, as the one command that a client in that state sends.
func (p *Policy) parse(st *command.State, text string) (*command.Command, *codec.Refusal, error) {
	r := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{})
	var refusal *codec.Refusal
	frame, err := r.Next()
	if errors.As(err, &refusal) {
		return nil, refusal, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the test holds no whole command: %w", err)
	}
	cmd, err := command.Parse(p.catalog, st, frame)
	if errors.As(err, &refusal) {
		return nil, refusal, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if _, err := r.Next(); err != io.EOF {
		return nil, nil, errors.New("the test holds more than one command")
	}
	return cmd, nil, nil
}

// decisive returns what a test may name in "by": of a denied command every effect that is not
// allowed, as "kind name", the rules that deny and what is required and lacking; of an allowed one
// every effect and its rule. A leg is named with its place, too.
func (c *Client) decisive(effects []effect.Effect, allowed bool) (names []string) {
	left := pattern.MaxWork
	for i := range effects {
		r, ok, rest := c.rights.Verdict(&effects[i], left)
		left = rest
		work := pattern.Meter{Left: left}
		l := c.rights.Lacks(effects, i, &work)
		if left = work.Left; ok && l.Requirement != nil {
			ok, r = false, l.Requirement.Need
		}
		if ok != allowed {
			continue
		}
		names = append(names, effects[i].Kind.String()+" "+effects[i].Name)
		if effects[i].Leg != effect.LegUnknown {
			names = append(names, effects[i].Kind.String()+" "+effects[i].Leg.String()+" "+effects[i].Name)
		}
		if r != nil {
			names = append(names, r.Text)
		}
	}
	return names
}
