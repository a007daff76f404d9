package cli

import (
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	policy, client string
	json, suggest  bool
}

func (p *Program) explain() *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain --policy PATH --client NAME [FILE...]",
		Short: "Say what frames would cause and how a client's policy decides them",
		Long: `Reads raw frames, as a client would send them, from the files or from standard input, and says for
each what it is read as, which effects it would have in FreeSWITCH, what becomes of it and by which
rule. An effect that was found within another stands below it. Nothing is sent anywhere. Each file is a
session of its own.

A frame ends with a blank line. The client counts as logged in; a login at the beginning is
recognised and its password is not shown, nor checked. What one command means for a later one
(myevents, log) is carried on, as in a session. Rates and other limits are not counted.

With --json there is one object a line, with at least these fields:
  frame     its number, from 1
  decision  allow, deny (no rule allows it), or refuse (for its form, whatever the rules say)
  observed  true where no rule allows it and observe mode forwards it: its decision is allow, while the
            effects that no rule allows have deny; without --json the word is OBSERVE
  reason    a sentence; of a refusal its name, such as mixed-line-ends
  rule      the rule that decided, as it stands in the policy, or what the policy requires of a leg
            that lacks it; "" without one
  effects   what it would cause: objects with kind, name, args, tokens, path; with types where the
            tokens have any, by which a wildcard knows what is harmless; with secret, the tokens from 0 that
            the audit leaves out since they stand where "secret" says; a dial with leg, its place; denied ones with a
            reason, and with the rules that would allow just this (suggestions), or why there are none (unsuggested),
            and with the rule for any argument of it where rules for its parts decide the rest (wider);
            opaque ones with why: what could not be told, where, and what to do

Under each effect that is denied stands the rule that would allow it and no other, as a JSON string: put it
among the "allow" of one of the client's roles, if the client should have that. With --suggest these rules
are all that is printed, each once and one a line. Put wildcards into them with care.

Exit status 0 means that the input could be explained, whatever the decisions are.`,
		Example: `  printf 'api status\n\n' | eslguard explain --policy policy.json --client wallboard
  printf 'bgapi originate user/1000 &park\n\n' | eslguard explain --policy policy.json --client dialer --json
  eslguard explain --policy /etc/eslguard --client dialer session1.txt session2.txt
  eslguard explain --policy /etc/eslguard --client dialer --suggest session1.txt`,
		RunE: func(_ *cobra.Command, files []string) error { return p.runExplain(&o, files) },
	}
	f := cmd.Flags()
	f.StringVar(&o.policy, "policy", "", "the policy at `path`, a file or a folder of *.json files")
	f.StringVar(&o.client, "client", "", "the `name` of a client in the policy")
	f.BoolVar(&o.json, "json", false, "print one JSON object a line")
	f.BoolVar(&o.suggest, "suggest", false, "print only the rules that would allow what is denied")
	return cmd
}

func (p *Program) runExplain(o *explainOptions, files []string) error {
	if o.json && o.suggest {
		return usagef("--json and --suggest are two forms of the output: --json has the suggestions, too")
	}
	pol, err := p.loadPolicy(o.policy)
	if err != nil {
		return err
	}
	client, err := findClient(pol, o.client)
	if err != nil {
		return err
	}
	show := p.showExplained
	if o.json {
		show = func(e *explained) error { return p.printJSON(e) }
	}
	if o.suggest {
		show = newSuggestions(p).show
	}
	if len(files) == 0 {
		if isTerminal(p.Stdin) {
			p.remark("reading frames from the terminal: a blank line ends a frame, Ctrl-D the input")
		}
		return newExplainer(pol, client, p.Stdin).explainAll("", show)
	}
	for _, name := range files {
		if err := explainFile(pol, client, name, show); err != nil {
			return err
		}
	}
	return nil
}

func explainFile(pol *policy.Policy, client *policy.Client, name string, show func(*explained) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return newExplainer(pol, client, f).explainAll(name, show)
}

// An explained frame is what there is to say about one frame.
type explained struct {
	File     string `json:"file,omitempty"`
	Frame    int    `json:"frame"`
	Verb     string `json:"verb,omitempty"`
	Command  string `json:"command,omitempty"`
	Decision string `json:"decision"`
	// Observed says that no rule allows the command, and observe mode forwards it all the same.
	Observed bool   `json:"observed,omitempty"`
	Reason   string `json:"reason"`
	Detail   string `json:"detail,omitempty"`
	Role     string `json:"role,omitempty"`
	Rule     string `json:"rule"`
	// Near is the rule that would allow the command if its values were harmless.
	Near string `json:"near,omitempty"`
	// Effects is never nil, nor are an effect's tokens: readers may rely on arrays.
	Effects  []explainedEffect `json:"effects"`
	Dropped  []string          `json:"dropped,omitempty"`
	Upstream []string          `json:"upstream,omitempty"`
	Answer   string            `json:"answer,omitempty"`
	// Closed says that the session ends here.
	Closed bool   `json:"closed,omitempty"`
	Hint   string `json:"hint,omitempty"`
}

type explainedEffect struct {
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Args   string   `json:"args"`
	Tokens []string `json:"tokens"`
	Path   string   `json:"path"`
	UUIDs  []string `json:"uuids,omitempty"`
	Later  string   `json:"later,omitempty"`
	// Leg is where a leg stands that is dialled: a-leg, b-leg or other-leg. Absent of other kinds.
	Leg string `json:"leg,omitempty"`
	// Types are those of the tokens: by them a wildcard of an allow knows what is harmless. Absent
	// where all are text.
	Types [][]string `json:"types,omitempty"`
	// Secret are the tokens, from 0, that the audit leaves out for their place. Absent: none.
	Secret []int `json:"secret,omitempty"`
	// Decision, Role, Rule, Near and, of what is denied, Reason are of this effect alone, as in
	// policy.Decision.
	Decision string `json:"decision"`
	Role     string `json:"role,omitempty"`
	Rule     string `json:"rule,omitempty"`
	Near     string `json:"near,omitempty"`
	Reason   string `json:"reason,omitempty"`
	// Suggestions are the rules that would allow what is denied, and Unsuggested why there are
	// none.
	Suggestions []string `json:"suggestions,omitempty"`
	Unsuggested string   `json:"unsuggested,omitempty"`
	// Wider is the rule that allows it with any argument, where rules for its parts decide the
	// rest.
	Wider string `json:"wider,omitempty"`
	// Why is what could not be told of the command, and what to do about it, of an opaque effect.
	Why string `json:"why,omitempty"`
	// Lacks says that rules allow the effect, and that Rule is what its role requires and it lacks.
	Lacks bool `json:"lacks,omitempty"`
}

// The decisions as they are printed.
const (
	allowed = "allow"
	denied  = "deny"
	refused = "refuse"
)

// unfinishedFrame is the reason of a frame that the input's end cuts short. In a session the
// guard would wait for the rest.
const unfinishedFrame = "unfinished-frame"

const unfinishedHint = `A frame ends with a blank line, and its body is as long as its Content-Length says.
echo adds one line end only; write: printf 'api status\n\n'`

// An explainer carries a session's state from frame to frame, without a session.
type explainer struct {
	policy   *policy.Policy
	client   *policy.Client
	suggest  *policy.Suggester
	reader   *codec.ClientReader
	state    command.State
	loggedIn bool
}

func newExplainer(pol *policy.Policy, client *policy.Client, in io.Reader) *explainer {
	return &explainer{
		policy: pol, client: client, suggest: pol.Suggester(client), reader: codec.NewClientReader(in, codec.Limits{}),
		state: command.State{MaxFilters: client.Filters},
	}
}

// explainAll explains every frame up to the end of the input or of the session.
func (x *explainer) explainAll(file string, show func(*explained) error) error {
	for n := 1; ; n++ {
		e, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		e.File, e.Frame = file, n
		if err := show(e); err != nil || e.Closed {
			return err
		}
	}
}

// next explains the next frame. Its error is io.EOF at the end of the input, or the input's own.
func (x *explainer) next() (*explained, error) {
	f, err := x.reader.Next()
	var refusal *codec.Refusal
	switch {
	case err == nil:
		return x.frame(f), nil
	case errors.As(err, &refusal):
		return explainRefusal(refusal), nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &explained{
			Decision: refused, Reason: unfinishedFrame, Detail: "the input ends within a frame",
			Effects: []explainedEffect{}, Hint: unfinishedHint, Closed: true,
		}, nil
	default:
		return nil, err
	}
}

func explainRefusal(r *codec.Refusal) *explained {
	e := &explained{
		Decision: refused, Reason: string(r.Reason), Detail: r.Detail, Answer: r.ReplyText(),
		Effects: []explainedEffect{}, Closed: r.Fatal,
	}
	if p, ok := command.ProtectionOf(r); ok {
		e.Hint = p.Text
	}
	return e
}

func (x *explainer) frame(f *codec.Frame) *explained {
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
		e.Command = audit.Redact(string(f.Line)) // it may be a mistyped login
		return e
	}
	return x.command(cmd)
}

// login shows a login without its password. What limits hold before login holds for it too.
func (x *explainer) login(f *codec.Frame, l command.Login) *explained {
	if refusal := beforeLogin(f); refusal != nil {
		return explainRefusal(refusal)
	}
	x.loggedIn = true
	e := &explained{
		Verb: command.VerbAuth.String(), Command: "auth [password]", Decision: allowed, Effects: []explainedEffect{},
		Reason: "a login: eslguard answers it itself and never forwards it; the password is not checked here",
	}
	switch {
	case l.Userauth && (l.Domain == "" || l.Password == ""):
		// Something is missing, so what stands for the user may be the password.
		e.Verb, e.Command = command.VerbUserauth.String(), "userauth [redacted]"
	case l.Userauth:
		e.Verb, e.Command = command.VerbUserauth.String(), "userauth "+l.User+"@"+l.Domain+":[password]"
	}
	return e
}

// beforeLogin returns why f is refused of a client that has not logged in, and nil where it is not.
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

func (x *explainer) command(cmd *command.Command) *explained {
	d := x.client.Decide(cmd.Effects)
	e := &explained{
		Verb: cmd.Verb.String(), Command: cmd.Text, Decision: denied,
		Reason: d.Reason, Role: d.Role, Rule: d.Rule, Near: d.Near,
		Effects: x.effects(cmd.Effects), Dropped: cmd.Dropped, Answer: cmd.Answer,
	}
	if d.Action != policy.Allow && d.Action != policy.Observed {
		return e
	}
	e.Decision, e.Observed = allowed, d.Action == policy.Observed
	e.Closed = cmd.Verb == command.VerbExit
	for i := range cmd.Upstream {
		raw, err := codec.Append(nil, &cmd.Upstream[i])
		if err != nil {
			e.Decision, e.Detail = refused, err.Error()
			return e
		}
		e.Upstream = append(e.Upstream, string(raw))
	}
	if cmd.Answer != "" {
		e.Detail = "nothing goes up: FreeSWITCH's answer is known"
	}
	x.state.Apply(cmd)
	return e
}

func (x *explainer) effects(list []command.Effect) []explainedEffect {
	out := make([]explainedEffect, len(list))
	for i := range list {
		f := &list[i]
		d := x.client.DecideAt(list, i)
		out[i] = explainedEffect{
			Kind: f.Kind.String(), Name: f.Name, Args: f.Args, Tokens: append([]string{}, f.Tokens...),
			Path: f.Path, UUIDs: f.UUIDs, Later: laterWord(f.Later),
			Leg:   f.Leg.String(),
			Types: tokenTypes(f), Why: f.Why, Secret: x.policy.Catalog().SecretTokens(f),
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

// tokenTypes names the types of each token, nil where all are text.
func tokenTypes(e *command.Effect) (out [][]string) {
	form := command.FormOf(e)
	typed := false
	for i := range e.Tokens {
		set := form.Types(i)
		typed = typed || !set.Has(command.TypeText)
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

// laterWord is "" for what happens at once.
func laterWord(l command.Later) string {
	switch l {
	case command.Now:
		return ""
	case command.Once:
		return "once"
	default:
		return "repeating"
	}
}
