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
		Short: "Run the tests of a policy",
		Long: `Runs the "tests" of a policy. Each says what should happen to a command of a client. It prints a line for
each test, then how many passed and failed, and then which rules no test uses: nobody has tried what
those allow. Limits are not counted. All tests also run before a policy comes into force. A test is, in
the policy,

  { "client": "wallboard", "send": "api status", "expect": "allow", "by": "api @status" }

"expect" is "allow", "deny" or "refuse". A test of a role has "role" instead of "client". "by" is the
rule or the effect that decides, and may be left out. An effect is given by its kind and name, without
its arguments: "api lua".

With --json there is one object a line: client, send, expect, got, by, reason, ok, problem. Unless --run
selects tests, one follows for each rule that no test uses: untouched (the rule), role, list (allow or
deny), at. The exit status is 1 if a test failed, or if no test matches --run.`,
		Example: `  eslguard test --policy policy.json
  eslguard test --policy /etc/eslguard/policy.d --run originate
  eslguard test --policy policy.json --json`,
		Args: console.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.runTests(&o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.policy, "policy", "", "the policy at `path`, a file or a folder of *.json files")
	f.StringVar(&o.run, "run", "", "only tests whose client and command, separated by a space, match this `regexp`")
	f.BoolVar(&o.json, "json", false, "print one JSON object a line")
	return cmd
}

// A testLine is the result of one test as --json prints it.
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
		return console.WithHint(fmt.Errorf("no test matches --run %q", console.Bounded(o.run)), "It is matched against the client and the command, such as \"wallboard api status\".")
	}
	if !o.json {
		fmt.Fprintf(p.Stdout, "%d passed, %d failed\n", passed, failed)
	}
	if o.run == "" {
		if err := p.showUncovered(pol.UncoveredRules(), o.json); err != nil {
			return err
		}
	}
	if failed > 0 {
		return &console.ExitError{Status: console.StatusProblem}
	}
	return nil
}

// showTest prints the result of one test.
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

// An uncoveredLine is a rule that no test uses as --json prints it.
type uncoveredLine struct {
	Untouched string `json:"untouched"`
	Role      string `json:"role"`
	List      string `json:"list"`
	At        string `json:"at"`
}

// showUncovered prints the rules that no test uses.
func (p *Program) showUncovered(rules []policy.Rule, asJSON bool) error {
	for i, r := range rules {
		line := uncoveredLine{
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
			fmt.Fprintf(p.Stdout, "\nno test uses %s:\n", console.Plural(len(rules), "rule"))
		}
		fmt.Fprintf(p.Stdout, "  %s: %s %s: %s\n", line.At, console.Shown(r.Role), line.List, console.Shown(r.Text))
	}
	return nil
}
