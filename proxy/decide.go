package proxy

import (
	"eslguard/audit"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/event"
	"eslguard/policy"
	"eslguard/proxy/internal/secrets"
)

// A verdict is what has been decided about one command.
type verdict struct {
	policy   *policy.Policy
	client   string
	cmd      *command.Command
	decision policy.Decision
	// action and reason are those of the decision, unless a limit refuses the command.
	action audit.Decision
	reason string
	// secret says that the answer's text may not be recorded.
	secret bool
	// route says who carries the command out.
	route route
	// change is what a command that eslguard carries out changes in the session's subscription.
	change event.Change
	// reserved is what the command counts for in limits.
	reserved reservation
}

// decide parses f and decides on it under p, whose client is client. It has no side effects and
// holds no lock: a change of policy does not wait for it, and commit finds out whether there was
// one. Its error is a *codec.Refusal.
func decide(p *policy.Policy, client *policy.Client, state *command.State, f *codec.Frame, redactor *secrets.Redactor) (verdict, error) {
	v := verdict{policy: p, client: client.Name}
	var err error
	if v.cmd, err = command.Parse(p.Catalog(), state, f); err != nil {
		return v, err
	}
	v.decision = client.Decide(v.cmd.Effects)
	v.reason = v.decision.Reason
	switch v.decision.Action {
	case policy.Allow:
		v.action = audit.Allow
	case policy.Observed:
		v.action = audit.Observe
	default:
		v.action = audit.Deny
		return v, nil
	}
	v.secret = redactor.AnswerMayTell(p.Catalog(), v.cmd)
	return v, nil
}

// mayPass reports whether the command may be forwarded. The zero verdict may not.
func (v *verdict) mayPass() bool { return v.action == audit.Allow || v.action == audit.Observe }
