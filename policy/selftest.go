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

// A TestResult is the result of one of the policy's tests.
type TestResult struct {
	// Client, Send, Expect and By are the test as it is written in the file. Client is "role NAME"
	// for a test about a role.
	Client, Send, Expect, By string
	// Got is "allow", "deny" or "refuse". It is empty if the command could not be tested.
	Got string
	// Reason says why, in the words of the reply to the client.
	Reason string
	// OK is true if the test passed.
	OK bool
	// Problem says where the test is and why it failed. It is the zero Problem if the test passed.
	Problem Problem
}

// compileTests checks and compiles every test.
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

// testClient returns the client of a test, or makes a client that has the test's role. If there is
// no such client or role, it reports that and returns nil.
func (b *builder) testClient(d *document.Test) *Client {
	if d.Role.Text != "" {
		if r := b.roles[d.Role.Text]; r != nil {
			c := &Client{Name: "role " + r.Name, rights: role.NewSet([]*role.Role{r}), revision: b.revision, shared: b.shared}
			c.rights.SetUncertain()
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

// RunTests runs the policy's tests, in the order of the file.
func (p *Policy) RunTests() []TestResult {
	out := make([]TestResult, len(p.tests))
	for i := range p.tests {
		out[i] = p.runTest(&p.tests[i])
	}
	return out
}

// failedTests returns a Problems with the tests that fail, or nil if all pass.
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
	var names []string // what "by" may be
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

// maxBys is how many texts for "by" the problem of a failed test lists.
const maxBys = 8

// quoted joins the texts that "by" may be, without repetitions, for a problem.
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

// pastTense returns what has happened to a command that a test expects to be allowed, denied or
// refused.
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

// parseTest parses the command of a test, in the state in which its "after" commands leave the
// session, whether they are allowed or not.
func (p *Policy) parseTest(t *test) (*command.Command, *codec.Refusal, error) {
	st := &command.State{MaxFilters: t.client.Filters}
	if up := t.client.Upstream; up != nil { // the client of a test of a role has none
		st.SharedEvents = up.SharedEvents
	}
	for _, text := range t.after {
		cmd, refusal, err := p.parse(st, text)
		if refusal != nil {
			err = refusal
		}
		if err != nil {
			return nil, nil, fmt.Errorf("the \"after\" command %s cannot be sent: %w", words.Quote(text), err)
		}
		st.Apply(cmd)
	}
	return p.parse(st, t.send)
}

// parse parses text, which has no blank line at its end, as one command of a client in state st. It
// returns a refusal, or an error if text is not one complete command.
func (p *Policy) parse(st *command.State, text string) (*command.Command, *codec.Refusal, error) {
	r := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{})
	var refusal *codec.Refusal
	frame, err := r.Next()
	if errors.As(err, &refusal) {
		return nil, refusal, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the test is not a complete command: %w", err)
	}
	cmd, err := command.Parse(p.catalog, st, frame)
	if errors.As(err, &refusal) {
		return nil, refusal, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if _, err := r.Next(); err != io.EOF {
		return nil, nil, errors.New("the test contains more than one command")
	}
	return cmd, nil, nil
}

// decisive returns what a test may name in "by". For an allowed command, these are its effects, as
// "kind name", and their rules. For a denied command, these are the effects that are not allowed,
// the rules that deny them, and the requirements that they lack. A dialled leg is also listed with
// its position, as "kind leg name".
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
