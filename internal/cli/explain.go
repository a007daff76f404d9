package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"eslguard/internal/cli/console"
	"eslguard/internal/cli/explain"
	"eslguard/internal/cli/policyfile"
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
		Long: `Reads raw frames, as a client would send them, from the files or from standard input. Of each frame it
says how it is read, which effects it would have in FreeSWITCH, and what is decided by which rule. An
effect that was found within another is printed below it. Nothing is sent anywhere. Each file is a session
of its own.

A frame ends with a blank line. The client counts as logged in. A login at the beginning is recognised;
its password is neither shown nor checked. What a command means for later ones (myevents, log) is
remembered, as in a session. Rates and other limits are not counted.

With --json there is one object a line, with at least these fields:
  frame     its number, from 1
  decision  allow, deny (by the rules), or refuse (for its form, whatever the rules say)
  observed  true if the rules deny it but observe mode forwards it. Its decision is then allow, and that
            of the effects that the rules deny is deny; without --json the word is OBSERVE
  reason    a sentence; of a refusal its name, such as mixed-line-ends
  rule      the rule that decided, as the policy spells it, or what the policy requires of a leg that
            lacks it; "" if there is none
  effects   what it would cause: objects with kind, name, args, tokens, path, and, where they apply,
              types        the types of the tokens, which tell a wildcard what is harmless
              secret       the tokens, from 0, that the audit leaves out because "secret" says so
              leg          which leg a dial creates
              reason       why it is denied
              suggestions  the rules that would allow just this, or
              unsuggested  why there are none
              wider        the rule for any argument, if rules for its parts decide the rest
              why          of an opaque effect: what could not be analysed, where, and what to do

Under each denied effect is the rule that would allow it and nothing else, as a JSON string. If the client
should be allowed that, add the rule to the "allow" of one of its roles. With --suggest only these rules
are printed, each once and one a line. Be careful when you put wildcards into them.

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
		return console.Usagef("--json and --suggest exclude each other; --json has the suggestions, too")
	}
	pol, err := policyfile.Load(o.policy)
	if err != nil {
		return err
	}
	client, err := policyfile.FindClient(pol, o.client)
	if err != nil {
		return err
	}
	show := func(f *explain.Frame) error {
		_, err := io.WriteString(p.Stdout, f.Text())
		return err
	}
	switch {
	case o.json:
		show = func(f *explain.Frame) error { return p.PrintJSON(f) }
	case o.suggest:
		show = explain.NewSuggestions(&p.Console).Show
	}
	if len(files) == 0 {
		if console.IsTerminal(p.Stdin) {
			p.Remark("reading frames from the terminal: a blank line ends a frame, Ctrl-D ends the input")
		}
		return explain.New(pol, client, p.Stdin).All("", show)
	}
	for _, name := range files {
		if err := explainFile(pol, client, name, show); err != nil {
			return err
		}
	}
	return nil
}

// explainFile explains the frames in a file, as a session of its own.
func explainFile(pol *policy.Policy, client *policy.Client, name string, show func(*explain.Frame) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return explain.New(pol, client, f).All(name, show)
}
