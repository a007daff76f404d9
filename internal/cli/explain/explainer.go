package explain

import (
	"bytes"
	"errors"
	"io"

	"eslguard/argument"
	"eslguard/audit/redact"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
	"eslguard/policy/learn"
)

// unfinishedFrame is the reason for a frame that the end of the input cuts short. In a session the
// guard would wait for the rest of it.
const unfinishedFrame = "unfinished-frame"

const unfinishedHint = `A frame ends with a blank line, and its body is as long as its Content-Length says.
echo adds one line end only; write: printf 'api status\n\n'`

// An Explainer explains the frames of one session, one after the other. It keeps the session's
// state from frame to frame, as the proxy does. It must be made with New.
type Explainer struct {
	policy   *policy.Policy
	client   *policy.Client
	suggest  *learn.Suggester
	reader   *codec.ClientReader
	state    command.State
	loggedIn bool
	// attached is true after a myevents that is allowed: from then on FreeSWITCH chooses the
	// session's events, also if the upstream shares events.
	attached bool
}

// New returns an Explainer of the frames that client sends in in.
func New(pol *policy.Policy, client *policy.Client, in io.Reader) *Explainer {
	return &Explainer{
		policy: pol, client: client, suggest: pol.Suggester(client), reader: codec.NewClientReader(in, codec.Limits{}),
		state: command.State{MaxFilters: client.Filters, SharedEvents: client.Upstream.SharedEvents},
	}
}

// All calls show with the explanation of every frame, up to the end of the input or of the session.
// file is the name to show for the input; it may be "". The error is that of the input or of show.
func (x *Explainer) All(file string, show func(*Frame) error) error {
	for n := 1; ; n++ {
		f, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		f.File, f.Number = file, n
		if err := show(f); err != nil || f.Closed {
			return err
		}
	}
}

// next explains the next frame. Its error is io.EOF at the end of the input, or the input's own.
func (x *Explainer) next() (*Frame, error) {
	f, err := x.reader.Next()
	var refusal *codec.Refusal
	switch {
	case err == nil:
		return x.frame(f), nil
	case errors.As(err, &refusal):
		return explainRefusal(refusal), nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Frame{
			Decision: refused, Reason: unfinishedFrame, Detail: "the input ends within a frame",
			Effects: []Effect{}, Hint: unfinishedHint, Closed: true,
		}, nil
	default:
		return nil, err
	}
}

func explainRefusal(r *codec.Refusal) *Frame {
	e := &Frame{
		Decision: refused, Reason: string(r.Reason), Detail: r.Detail, Answer: r.ReplyText(),
		Effects: []Effect{}, Closed: r.Fatal,
	}
	if p, ok := command.ProtectionOf(r); ok {
		e.Hint = p.Text
	}
	return e
}

func (x *Explainer) frame(f *codec.Frame) *Frame {
	if !x.loggedIn {
		if login, ok := command.ParseLogin(f); ok {
			return x.login(f, login)
		}
	}
	x.loggedIn = true
	cmd, err := command.Parse(x.policy.Catalog(), &x.state, f)
	if err != nil {
		var refusal *codec.Refusal
		if !errors.As(err, &refusal) {
			refusal = &codec.Refusal{Detail: err.Error()}
		}
		e := explainRefusal(refusal)
		e.Command = redact.Redact(string(f.Line)) // it may be a mistyped login
		return e
	}
	return x.command(cmd)
}

// login explains a login, without its password. The limits of frames before a login apply to it.
func (x *Explainer) login(f *codec.Frame, l command.Login) *Frame {
	if refusal := beforeLogin(f); refusal != nil {
		return explainRefusal(refusal)
	}
	x.loggedIn = true
	e := &Frame{
		Verb: command.VerbAuth.String(), Command: "auth [password]", Decision: allowed, Effects: []Effect{},
		Reason: "a login: eslguard answers it itself and never forwards it; the password is not checked here",
	}
	switch {
	case l.Userauth && (l.Domain == "" || l.Password == ""):
		// A part is missing, so what looks like the user may be the password.
		e.Verb, e.Command = command.VerbUserauth.String(), "userauth [redacted]"
	case l.Userauth:
		e.Verb, e.Command = command.VerbUserauth.String(), "userauth "+l.User+"@"+l.Domain+":[password]"
	}
	return e
}

// beforeLogin returns why f is refused before a client has logged in, or nil if it is not refused.
func beforeLogin(f *codec.Frame) *codec.Refusal {
	raw, err := codec.Append(nil, f)
	if err == nil {
		_, err = codec.NewClientReader(bytes.NewReader(raw), codec.LoginLimits).Next()
	}
	var refusal *codec.Refusal
	if err != nil && !errors.As(err, &refusal) {
		refusal = &codec.Refusal{Detail: err.Error(), Fatal: true}
	}
	return refusal
}

func (x *Explainer) command(cmd *command.Command) *Frame {
	d := x.client.Decide(cmd.Effects)
	e := &Frame{
		Verb: cmd.Verb.String(), Command: cmd.Text, Decision: denied,
		Reason: d.Reason, Role: d.Role, Rule: d.Rule, Near: d.Near,
		Effects: x.effects(cmd.Effects), Dropped: cmd.Dropped, Answer: cmd.Answer,
	}
	if d.Action != policy.Allow && d.Action != policy.Observed {
		return e
	}
	e.Decision, e.Observed = allowed, d.Action == policy.Observed
	e.Closed = cmd.Verb == command.VerbExit
	if x.answersItself(cmd.Verb) {
		e.Detail = "nothing is forwarded: the upstream shares events, so eslguard answers this itself"
		x.state.Apply(cmd)
		return e
	}
	x.attached = x.attached || cmd.Verb == command.VerbMyevents
	for i := range cmd.Upstream {
		raw, err := codec.Append(nil, &cmd.Upstream[i])
		if err != nil {
			e.Decision, e.Detail = refused, err.Error()
			return e
		}
		e.Upstream = append(e.Upstream, string(raw))
	}
	if cmd.Answer != "" {
		e.Detail = "nothing is forwarded: FreeSWITCH's answer is known"
	}
	x.state.Apply(cmd)
	return e
}

// answersItself reports whether eslguard itself carries out a command with that verb, because it
// chooses the events of the session.
func (x *Explainer) answersItself(v command.Verb) bool {
	switch v {
	case command.VerbEvent, command.VerbNixevent, command.VerbNoevents, command.VerbFilter:
		return x.state.SharedEvents && !x.attached
	default:
		return false
	}
}

// effects explains each effect of a command by itself.
func (x *Explainer) effects(list []effect.Effect) []Effect {
	out := make([]Effect, len(list))
	for i := range list {
		e := &list[i]
		d := x.client.DecideAt(list, i)
		out[i] = Effect{
			Kind: e.Kind.String(), Name: e.Name, Args: e.Args, Tokens: append([]string{}, e.Tokens...),
			Path: e.Path, UUIDs: e.UUIDs, Later: e.Later.String(),
			Leg:   e.Leg.String(),
			Types: tokenTypes(e), Why: e.Why, Secret: x.policy.Catalog().SecretTokens(e),
			Decision: denied, Role: d.Role, Rule: d.Rule, Near: d.Near, Lacks: d.Lacks,
		}
		if d.Action == policy.Allow {
			out[i].Decision = allowed
		} else {
			out[i].Reason = d.Reason
			out[i].Suggestions, out[i].Unsuggested = x.suggest.RulesAt(list, i)
			if out[i].Suggestions != nil {
				out[i].Wider = x.suggest.Wider(list, i)
			}
		}
	}
	return out
}

// tokenTypes returns the names of the types of each token, or nil if all are text.
func tokenTypes(e *effect.Effect) (out [][]string) {
	form := catalog.FormOf(e)
	typed := false
	for i := range e.Tokens {
		set := form.Types(i)
		typed = typed || !set.Has(argument.TypeText)
		var names []string
		for _, t := range set.Types() {
			names = append(names, t.String())
		}
		out = append(out, names)
	}
	if !typed {
		return nil
	}
	return out
}
