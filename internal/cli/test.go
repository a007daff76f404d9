package cli

import (
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
	"eslguard/policy"
)

// testOptions are the flags of test.
type testOptions struct {
	policy, run string
	json        bool
}

func (p *Program) test() *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use:   "test --policy PATH",
		Short: "Run the tests that a policy holds",
		Long: `Runs the "tests" of a policy: for each, what would become of a command of a client. One line each,
then how many passed and failed. They also run, all of them, before a policy comes into force. Of the
whole it says also which rules no test touches: nobody has tried what those let through. Limits are not
counted. A test is, in the policy,

  { "client": "wallboard", "send": "api status", "expect": "allow", "by": "api @status" }

with "allow", "deny" or "refuse", and "role" in the place of "client" where it is about a role. "by", the rule or
the effect that decides, may be left out. An effect is named there by its kind and name, as "api lua", without its arguments.

With --json there is one object a line: client, send, expect, got, by, reason, ok, problem; and then,
without --run, one for each rule that no test touches: untouched (the rule), role, list (allow or deny), at.
Exit status 1 when any test failed, and when none matches --run.`,
		Example: `  eslguard test --policy policy.json
  eslguard test --policy /etc/eslguard/policy.d --run originate
  eslguard test --policy policy.json --json`,
		Args: console.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.runTests(&o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.policy, "policy", "", "the policy at `path`, a file or a folder of *.json files")
	f.StringVar(&o.run, "run", "", "only tests whose client and command, parted by a space, match this `regexp`")
	f.BoolVar(&o.json, "json", false, "print one JSON object a line")
	return cmd
}

// A testLine is one test as it is printed.
type testLine struct {
	Client  string `json:"client"`
	Send    string `json:"send"`
	Expect  string `json:"expect"`
	Got     string `json:"got"`
	By      string `json:"by,omitempty"`
	Reason  string `json:"reason,omitempty"`
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"`
}

func (p *Program) runTests(o *testOptions) error {
	wanted, err := regexp.Compile(o.run)
	if err != nil {
		return console.Usagef("--run %q: %w", o.run, err)
	}
	pol, err := policyfile.Load(o.policy)
	if err != nil {
		return err
	}
	passed, failed := 0, 0
	for _, r := range pol.RunTests() {
		if !wanted.MatchString(r.Client + " " + r.Send) {
			continue
		}
		if r.OK {
			passed++
		} else {
			failed++
		}
		if err := p.showTest(&r, o.json); err != nil {
			return err
		}
	}
	if o.run != "" && passed+failed == 0 {
		return console.WithHint(fmt.Errorf("no test matches --run %q", console.Bounded(o.run)), "It is matched against the client and the command, as \"wallboard api status\".")
	}
	if !o.json {
		fmt.Fprintf(p.Stdout, "%d passed, %d failed\n", passed, failed)
	}
	if o.run == "" {
		if err := p.showUntouched(pol.Untouched(), o.json); err != nil {
			return err
		}
	}
	if failed > 0 {
		return &console.ExitError{Status: console.StatusProblem}
	}
	return nil
}

func (p *Program) showTest(r *policy.TestResult, asJSON bool) error {
	line := testLine{
		Client: r.Client, Send: r.Send, Expect: r.Expect, Got: r.Got, By: r.By, Reason: r.Reason, OK: r.OK,
	}
	if !r.OK {
		line.Problem = r.Problem.String()
	}
	if asJSON {
		return p.PrintJSON(&line)
	}
	if !r.OK {
		_, err := fmt.Fprintf(p.Stdout, "FAIL  %s\n", line.Problem)
		return err
	}
	_, err := fmt.Fprintf(p.Stdout, "ok    %s: %s: %s\n", console.Shown(r.Client), console.Shown(r.Send), r.Got)
	return err
}

// An untouchedLine is a rule that no test touches as it is printed.
type untouchedLine struct {
	Untouched string `json:"untouched"`
	Role      string `json:"role"`
	List      string `json:"list"`
	At        string `json:"at"`
}

func (p *Program) showUntouched(rules []policy.Rule, asJSON bool) error {
	for i, r := range rules {
		line := untouchedLine{
			Untouched: r.Text, Role: r.Role, List: "allow", At: fmt.Sprintf("%s:%d:%d", r.File, r.Line, r.Column),
		}
		if r.Deny {
			line.List = "deny"
		}
		if asJSON {
			if err := p.PrintJSON(&line); err != nil {
				return err
			}
			continue
		}
		if i == 0 {
			fmt.Fprintf(p.Stdout, "\nno test touches %s:\n", console.Plural(len(rules), "rule"))
		}
		fmt.Fprintf(p.Stdout, "  %s: %s %s: %s\n", line.At, console.Shown(r.Role), line.List, console.Shown(r.Text))
	}
	return nil
}
