package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/catalog"
	"eslguard/internal/cli/auditcmd"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
	"eslguard/internal/cli/recorded"
	"eslguard/policy"
	"eslguard/policy/learn"
)

// learnOptions are the flags of learn.
type learnOptions struct {
	policy, client string
}

func (p *Program) learn() *cobra.Command {
	var o learnOptions
	cmd := &cobra.Command{
		Use:   "learn AUDIT...",
		Short: "Draft a role from what a client really did",
		Long: `Reads audits, files or folders, and prints a policy file with one role for each client. Its rules allow
what the client was allowed to do, or did in observe mode. A note at each rule says how often it was
needed.

One rule stands for many similar arguments: uuids become <uuid>, numbers <low-high>, telephone numbers
1<digits 10>, and texts that begin alike a pattern. A range is drafted only for numbers that recur: there
are more than four of them, at least half of them occur again after another one, and no number of the
second half is outside the range of the first half. For other numbers of up to six digits, such as
counters, the rule has <0-999999>, and for numbers that are dialled a pattern of their first digits. Texts
are combined only if they were seen together, and a wildcard is beside a text only if that text was seen
with more than four values of it.

It is a draft: read every rule before a client gets the role, since what a client did is not always what it
should do. No rule is proposed for what runs programs, for opaque and handover, and for a command from
which a secret was left out that may have contained further arguments. The role's note and standard error
list these, and also what no rule can spell and the APIs that no catalogue has. With --policy the APIs that
the policy describes in "apis" are known.`,
		Example: `  eslguard learn /var/log/eslguard/audit > draft.json
  eslguard learn --client dialer --policy /etc/eslguard audit.jsonl.1 audit.jsonl`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return console.Usagef("learn takes one audit or more, but there is none")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, files []string) error { return p.runLearn(&o, files) },
	}
	f := cmd.Flags()
	f.StringVar(&o.client, "client", "", "only the client of this `name`")
	f.StringVar(&o.policy, "policy", "", `the policy at `+"`path`"+`, whose "apis" describe further APIs`)
	return cmd
}

func (p *Program) runLearn(o *learnOptions, files []string) error {
	cat := catalog.Builtin()
	if o.policy != "" {
		pol, err := policyfile.Load(o.policy)
		if err != nil {
			return err
		}
		cat = pol.Catalog()
	}
	all := &lessons{cat: cat, clients: make(map[string]*lesson)}
	wanted := trail.Filter{Client: o.client, Kind: audit.KindCommand.String()}
	for _, name := range files {
		stats, err := trail.Read(context.Background(), name, wanted, all.add)
		if err != nil {
			return err
		}
		auditcmd.RemarkStats(&p.Console, stats)
	}
	if len(all.clients) == 0 {
		return console.WithHint(fmt.Errorf("no command of %s was allowed or observed", clientOrAny(o.client)),
			`Let the client run for a while with "mode": "observe" in the policy.`)
	}
	all.hint = `--policy PATH names the policy whose "apis" describe it`
	if o.policy != "" {
		all.hint = `describe it in "apis" of the policy`
	}
	return p.showLearnt(all)
}

// clientOrAny returns the quoted name of a client, or "any client" for "".
func clientOrAny(client string) string {
	if client == "" {
		return "any client"
	}
	return fmt.Sprintf("%q", console.Bounded(client))
}

// lessons are what was learnt, by client.
type lessons struct {
	cat     *catalog.Catalog
	clients map[string]*lesson
	// hint says what to do about an API that is not in the catalogue.
	hint string
}

// A lesson is what was learnt of one client.
type lesson struct {
	learner     *learn.Learner
	commands    int
	incomplete  int // commands whose records do not contain all of their effects
	first, last time.Time
}

// add learns from one record. It ignores all but allowed and observed commands. Its error is always
// nil.
func (a *lessons) add(r *trail.Record) error {
	did := r.Decision == audit.Allow.String() || r.Decision == audit.Observe.String()
	if r.Kind != audit.KindCommand.String() || !did || r.Client == "" {
		return nil
	}
	l := a.clients[r.Client]
	if l == nil {
		l = &lesson{learner: learn.New(a.cat), first: r.Time}
		a.clients[r.Client] = l
	}
	l.commands += r.Count()
	l.last = r.Time
	effects, ok := recorded.Effects(a.cat, r)
	if !ok {
		l.incomplete += r.Count()
	}
	for range r.Count() { // only denials are counted, so this is usually 1
		l.learner.Add(effects, r.Redacted)
	}
	return nil
}

// names returns the clients, sorted.
func (a *lessons) names() []string { return slices.Sorted(maps.Keys(a.clients)) }

// showLearnt prints the drafts as a policy file, one rule a line, and remarks what they leave out.
func (p *Program) showLearnt(a *lessons) error {
	var roles []string
	for _, name := range a.names() {
		l := a.clients[name]
		d := l.learner.Draft()
		for i := range d.LeftOut {
			if out := &d.LeftOut[i]; out.Unlisted {
				out.Why += "; " + a.hint
			}
		}
		roles = append(roles, l.role(name, &d))
		p.Remark("%s: %s from %s", console.Shown(name), console.Plural(len(d.Rules), "rule"), console.Plural(l.commands, "command"))
		for _, out := range d.LeftOut {
			p.Remark("%s: left out: %s", console.Shown(name), out)
		}
		if l.incomplete > 0 {
			p.Remark("%s: learnt only in part, because the audit does not contain all of it: %s", console.Shown(name), console.Plural(l.incomplete, "command"))
		}
	}
	_, err := fmt.Fprintf(p.Stdout, "{\n  \"version\": %d,\n  \"roles\": {\n%s\n  }\n}\n", policy.Version, strings.Join(roles, ",\n"))
	return err
}

// role returns the draft for a client as a role in JSON.
func (l *lesson) role(client string, d *learn.Draft) string {
	rules := make([]string, len(d.Rules))
	for i, r := range d.Rules {
		rules[i] = fmt.Sprintf("\n        { \"rule\": %s, \"note\": %s }", console.QuoteJSON(r.Text), console.QuoteJSON(times(r.Count)))
	}
	return fmt.Sprintf("    %s: {\n      \"note\": %s,\n      \"allow\": [%s\n      ]\n    }",
		console.QuoteJSON(client), console.QuoteJSON(l.note(client, d)), strings.Join(rules, ","))
}

// note says what the draft was made from and what it leaves out.
func (l *lesson) note(client string, d *learn.Draft) string {
	const day = "2006-01-02"
	var b strings.Builder
	fmt.Fprintf(&b, "Drafted by eslguard learn from %s of %s, %s to %s. Read every rule before use.",
		console.Plural(l.commands, "command"), client, l.first.Format(day), l.last.Format(day))
	for i, out := range d.LeftOut {
		if i == 0 {
			b.WriteString(" Left out:")
		}
		fmt.Fprintf(&b, " %s;", out)
	}
	return strings.TrimSuffix(b.String(), ";")
}

// times returns "once" or "2 times".
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
