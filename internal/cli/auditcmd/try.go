package auditcmd

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
)

// tryOptions are the flags of audit try.
type tryOptions struct {
	filterOptions
	policy         string
	json, exitCode bool
}

func (p *program) try() *cobra.Command {
	var o tryOptions
	cmd := &cobra.Command{
		Use:   "try PATH --policy NEW",
		Short: "Report which recorded commands another policy would decide differently",
		Long: `Decides all recorded commands again under another policy, and lists what would change, grouped by client,
effect, decision and rule. Each group has a count and the number of one record as an example. Use it before
every change of a policy. First come the commands that reached the switch, also in observe mode, and would
now be denied. Then come those that did not reach it and would now.

A command is parsed again if its record contains all of its text. Otherwise it is decided by its recorded
effects, if they are complete. Commands that cannot be decided again, because their record is cut or a
secret was left out, are counted separately. So are those that were refused for their form or a limit,
which no rule decides. Logins, limits and the order of reloads are not tried.

The flags that select records are those of audit show.

Exit status: 0 whatever would change, but 1 with --exit-code if something would; 1 if the audit or the
policy cannot be read; 2 called wrongly.`,
		Example: `  eslguard audit try /var/log/eslguard/audit --policy next.json
  eslguard audit try /var/log/eslguard/audit --policy next.json --since 30d --json --exit-code`,
		Args: oneArg("audit try takes one audit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := console.UntilInterrupt(cmd.Context())
			defer stop()
			return p.runTry(ctx, &o, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.policy, "policy", "", "the policy to try at `path`, a file or a folder of *.json files")
	o.flags(f)
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with status 1 if something would change")
	return cmd
}

// A change is what a group of commands has in common that would be decided differently.
type change struct {
	Client string `json:"client"`
	// Effect is the kind and name of the decisive effect, or the verb of a command without effects.
	Effect string `json:"effect"`
	Was    string `json:"was"`
	Is     string `json:"is"`
	// WasRule is the rule that decided it, and Rule the one that would now. "" means no rule.
	WasRule string `json:"was_rule"`
	Rule    string `json:"rule"`
	Reason  string `json:"reason"`
}

// A changed is a group of commands that would be decided differently.
type changed struct {
	change
	Count int `json:"count"`
	// Example is the sequence number of the first of them.
	Example uint64 `json:"example"`
}

// A trialReport is the result of audit try.
type trialReport struct {
	Policy   string `json:"policy"`
	Commands int    `json:"commands"`
	Decided  int    `json:"decided"`
	Changed  int    `json:"changed"`
	// NowDenied counts the commands that reached the switch and would be denied or refused now, and
	// NowForwarded those that did not and would now.
	NowDenied    int `json:"now_denied"`
	NowForwarded int `json:"now_forwarded"`
	// Skipped counts the commands that could not be decided again, by reason.
	Skipped map[string]int `json:"apart"`
	Changes []changed      `json:"changes"`
	// Left counts the commands that are in no group because there are too many groups.
	Left int `json:"left,omitempty"`
}

func (p *program) runTry(ctx context.Context, o *tryOptions, path string) error {
	f, err := o.filter(time.Now())
	if err != nil {
		return err
	}
	pol, err := policyfile.Load(o.policy)
	if err != nil {
		return err
	}
	if n := len(policyfile.FailedTests(pol)); n > 0 {
		p.Remark("%s of the policy failed, so it would not come into force: see %q", console.Plural(n, "test"), "eslguard check "+o.policy)
	}
	t := newTrial(pol)
	// A command's meaning may depend on earlier commands of its session, so the filter selects
	// which commands are counted, not which are read.
	wide := trail.Filter{Session: f.Session, Until: f.Until}
	stats, err := trail.Read(ctx, path, wide, func(r *trail.Record) error {
		t.record(r, f.Wants(r))
		return nil
	})
	if err != nil {
		return stopped(ctx, err)
	}
	RemarkStats(p.Console, stats)
	if t.commands == 0 {
		p.remarkUnknown(ctx, path, &o.filterOptions)
	}
	report := t.report()
	if o.json {
		err = p.PrintJSON(report)
	} else {
		err = p.showTrial(report)
	}
	if err == nil && o.exitCode && report.Changed > 0 {
		err = &console.ExitError{Status: console.StatusProblem}
	}
	return err
}

// An impact says what a change means for the switch. Changes are listed in this order.
type impact int

const (
	nowDenied     impact = iota // the commands reached the switch and would not now
	nowForwarded                // they did not and would now
	sameForSwitch               // no difference for the switch
)

// impact returns what c means for the switch.
func (c *change) impact() impact {
	switch was, is := forwarded(c.Was), forwarded(c.Is); {
	case was && !is:
		return nowDenied
	case !was && is:
		return nowForwarded
	default:
		return sameForSwitch
	}
}

// forwarded reports whether commands with that decision reach the switch.
func forwarded(decision string) bool {
	return decision == allowed || decision == audit.Observe.String()
}

// report returns the result of the trial. Changes are sorted by impact, and then by their count,
// the largest first.
func (t *trial) report() *trialReport {
	r := &trialReport{
		Policy: t.policy.Revision(), Commands: t.commands, Decided: t.decided, Changed: t.changed, Left: t.unlisted,
		NowDenied: t.byImpact[nowDenied], NowForwarded: t.byImpact[nowForwarded],
		Skipped: t.undecided, Changes: []changed{},
	}
	for _, g := range t.groups {
		r.Changes = append(r.Changes, *g)
	}
	slices.SortFunc(r.Changes, func(a, b changed) int {
		return cmp.Or(cmp.Compare(a.impact(), b.impact()), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Example, b.Example))
	})
	return r
}

// showTrial prints the result of a trial for a person.
func (p *program) showTrial(r *trialReport) error {
	paint := p.Paint()
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d decided again under policy %s: %s\n", console.Plural(r.Commands, "command"), r.Decided, r.Policy, changesText(r.Changed))
	section := impact(-1)
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.impact() != section {
			section = c.impact()
			b.WriteString(r.heading(section, paint))
		}
		is := paint.Red(c.Is)
		if c.Is == allowed {
			is = paint.Green(c.Is)
		}
		fmt.Fprintf(&b, "%8d  %s  %s  %s -> %s", c.Count, column(c.Client, clientWidth), column(c.Effect, 24), console.Shown(c.Was), is)
		for _, s := range [...]struct{ label, text string }{{"rule ", c.Rule}, {"", c.Reason}, {"was rule ", c.WasRule}} {
			if s.text != "" && s.text != "allowed" {
				fmt.Fprintf(&b, "; %s%s", s.label, console.Shown(s.text))
			}
		}
		fmt.Fprintf(&b, "; as record %d\n", c.Example)
	}
	if r.Left > 0 {
		fmt.Fprintf(&b, "%8d  in further groups, which are not listed\n", r.Left)
	}
	for _, why := range slices.Sorted(maps.Keys(r.Skipped)) {
		fmt.Fprintf(&b, "%8d  not decided again: %s\n", r.Skipped[why], why)
	}
	_, err := p.Stdout.Write([]byte(b.String()))
	return err
}

// heading returns the line before the changes of one impact.
func (r *trialReport) heading(of impact, paint console.Paint) string {
	switch of {
	case nowDenied:
		return paint.Red("reached the switch, would now be denied") + fmt.Sprintf(": %d\n", r.NowDenied)
	case nowForwarded:
		return paint.Green("did not reach the switch, would now") + fmt.Sprintf(": %d\n", r.NowForwarded)
	default:
		return fmt.Sprintf("the same for the switch: %d\n", r.Changed-r.NowDenied-r.NowForwarded)
	}
}

// changesText says how many commands would be decided differently.
func changesText(n int) string {
	if n == 0 {
		return "nothing would change"
	}
	return fmt.Sprintf("%d would be decided differently", n)
}
