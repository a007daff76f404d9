package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
	"eslguard/policy"
)

func (p *Program) check() *cobra.Command {
	var asJSON, schema bool
	cmd := &cobra.Command{
		Use:   "check PATH",
		Short: "Report what is wrong with a policy, or what it allows",
		Long: `Reads a policy as run would, a file or a folder of *.json files, and runs its tests. It reports every
problem with its file, line and column, and with what was probably meant. Of a good policy it says who
may connect from where and do what, and which networks are within the networks of other clients.

It warns of what is probably not meant:

  a rule that a deny leaves nothing of, or a deny that another spelling or argument evades
  a class or wildcard that covers what runs programs
  an originate or a transfer without a rule for what it calls or where it goes
  a limit on what no rule allows, or any number without a limit
  a client without tests
  a protection that is off
  a password that has expired or soon will, or a hash that is a placeholder
  an upstream's password that cannot be read here
  a file or folder of the policy, or a file with an upstream's password, that others may write or
  everyone may read

A warning does not change the exit status.

With --json it prints one object: ok, problems, warnings, and for a good policy its summary.
With --schema it prints the JSON schema of the format, for editors, and reads no policy.`,
		Example: `  eslguard check policy.json
  eslguard check /etc/eslguard/policy.d --json
  eslguard check --schema > policy.schema.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if schema && len(args) == 0 || len(args) == 1 {
				return nil
			}
			return console.Usagef("check takes one policy, but there are %d arguments", len(args))
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if schema {
				_, err := p.Stdout.Write(policy.Schema())
				return err
			}
			return p.runCheck(args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON schema of policies")
	return cmd
}

// A checked is the result of checking a policy. The exported fields are the output with --json.
type checked struct {
	OK       bool          `json:"ok"`
	Problems []problemJSON `json:"problems"`
	Warnings []problemJSON `json:"warnings"`
	Summary  *summaryJSON  `json:"summary,omitempty"`

	problems, warnings []policy.Problem
	summary            policy.Summary
}

func (p *Program) runCheck(path string, asJSON bool) error {
	c := checkPolicy(path)
	var err error
	if asJSON {
		err = p.PrintJSON(c)
	} else {
		_, err = io.WriteString(p.Stdout, c.text())
	}
	if err != nil {
		return err
	}
	if !c.OK {
		return &console.ExitError{Status: console.StatusProblem}
	}
	return nil
}

// checkPolicy loads a policy and runs its tests.
func checkPolicy(path string) *checked {
	c := &checked{}
	pol, err := policy.Load(path)
	if err != nil {
		c.problems = problemsOf(path, err)
	} else {
		c.summary = pol.Summary()
		c.warnings = pol.Warnings()
		for _, w := range append(policyfile.PasswordWarnings(pol), policyfile.ExposureWarnings(path, pol)...) {
			c.warnings = append(c.warnings, policy.Problem{File: path, Text: w})
		}
		c.problems = policyfile.FailedTests(pol)
		c.Summary = summaryOf(c.summary)
	}
	c.OK = len(c.problems) == 0
	c.Problems, c.Warnings = asJSONProblems(c.problems), asJSONProblems(c.warnings)
	return c
}

// text returns the result for a person.
func (c *checked) text() string {
	var b strings.Builder
	for _, pr := range c.problems {
		fmt.Fprintln(&b, pr.String())
	}
	for _, w := range c.warnings {
		fmt.Fprintf(&b, "warning: %s\n", w.String())
	}
	if len(c.problems) > 0 {
		fmt.Fprintf(&b, "%s; the policy would not come into force\n", console.Plural(len(c.problems), "problem"))
	} else {
		policyfile.WriteSummary(&b, c.summary)
	}
	return b.String()
}

// problemsOf returns err, an error of loading the policy at path, as a list of problems.
func problemsOf(path string, err error) []policy.Problem {
	var problems policy.Problems
	if errors.As(err, &problems) {
		return problems
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		return []policy.Problem{{File: file.Path, Text: "cannot be read: " + file.Err.Error()}}
	}
	return []policy.Problem{{File: path, Text: err.Error()}}
}

// The JSON of check. The types have the same fields as those of package policy, in the same order,
// so that one can be converted into the other.
type (
	problemJSON struct {
		File   string `json:"file"`
		Line   int    `json:"line,omitempty"`
		Column int    `json:"column,omitempty"`
		Path   string `json:"path,omitempty"`
		Text   string `json:"text"`
		Hint   string `json:"hint,omitempty"`
	}
	summaryJSON struct {
		Revision  string         `json:"revision"`
		Files     []string       `json:"files"`
		Clients   []clientJSON   `json:"clients"`
		Upstreams []upstreamJSON `json:"upstreams"`
		Enclosed  []enclosedJSON `json:"enclosed,omitempty"`
		// ProtectionsOff are the protections that are off, with the reasons.
		ProtectionsOff []offJSON `json:"protections_off,omitempty"`
		Tests          int       `json:"tests"`
	}
	clientJSON struct {
		Name      string   `json:"name"`
		From      []string `json:"from"`
		User      string   `json:"user,omitempty"`
		Passwords int      `json:"passwords"`
		Upstream  string   `json:"upstream"`
		Roles     []string `json:"roles"`
		Mode      string   `json:"mode"`
		Sessions  int      `json:"sessions"`
		Jobs      int      `json:"jobs"`
		Filters   int      `json:"filters"`
		Allow     []string `json:"allow"`
		Deny      []string `json:"deny,omitempty"`
		Limits    []string `json:"limits,omitempty"`
		Requires  []string `json:"requires,omitempty"`
	}
	offJSON struct {
		Name string `json:"name"`
		Note string `json:"note"`
	}
	upstreamJSON struct {
		Name        string `json:"name"`
		Address     string `json:"address"`
		Password    string `json:"password"`
		Events      string `json:"events"`
		Connections string `json:"connections"`
	}
	enclosedJSON struct {
		Network       string   `json:"network"`
		Clients       []string `json:"clients"`
		Within        string   `json:"within"`
		WithinClients []string `json:"within_clients"`
	}
)

// asJSONProblems converts a list of problems. It never returns nil.
func asJSONProblems(list []policy.Problem) []problemJSON {
	out := make([]problemJSON, len(list))
	for i, pr := range list {
		out[i] = problemJSON(pr)
	}
	return out
}

// summaryOf converts a summary.
func summaryOf(s policy.Summary) *summaryJSON {
	out := &summaryJSON{
		Revision: s.Revision, Files: s.Files, Tests: s.Tests,
		// Programs that read the JSON may rely on arrays.
		Clients: []clientJSON{}, Upstreams: []upstreamJSON{},
	}
	for _, c := range s.Clients {
		j := clientJSON(c)
		j.Roles, j.Allow = append([]string{}, c.Roles...), append([]string{}, c.Allow...)
		out.Clients = append(out.Clients, j)
	}
	for _, off := range s.ProtectionsOff {
		out.ProtectionsOff = append(out.ProtectionsOff, offJSON(off))
	}
	for _, u := range s.Upstreams {
		out.Upstreams = append(out.Upstreams, upstreamJSON(u))
	}
	for _, e := range s.Enclosed {
		out.Enclosed = append(out.Enclosed, enclosedJSON(e))
	}
	return out
}
