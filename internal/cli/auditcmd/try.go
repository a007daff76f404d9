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
		Short: "Say what of all that was done another policy would decide otherwise",
		Long: `Decides all recorded commands again under another policy, and lists what would change: grouped by client,
effect, decision and rule, and counted, with the number of one record of each group as an example. It is
the question before every change of a policy. First come the commands that reached the switch, also in observe
mode, and that would now be denied; then those for which it is the other way round.

A command is read again where its record holds all of its text; else it is decided by its recorded
effects, where these are whole. Those that the bounds of a record or the redaction of secrets keep from being
decided again are counted apart, and so are those that were refused for their form or a limit, which
no rule decides. Logins, limits and the order of reloads are not tried.

The flags that narrow it down are those of audit show.

Exit status: 0 whatever would change, with --exit-code 1 where something would; 1 also where the audit or
the policy cannot be read; 2 called wrongly.`,
		Example: `  eslguard audit try /var/log/eslguard/audit --policy next.json
  eslguard audit try /var/log/eslguard/audit --policy next.json --since 720h --json --exit-code`,
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
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with status 1 where something would change")
	return cmd
}

// A change is a group of commands that would be decided otherwise for the same cause.
type change struct {
	Client string `json:"client"`
	// Effect is what settles it: kind and name, or the verb of a command without effects.
	Effect string `json:"effect"`
	Was    string `json:"was"`
	Is     string `json:"is"`
	// WasRule and Rule decided it then and would now; "" where none does.
	WasRule string `json:"was_rule"`
	Rule    string `json:"rule"`
	Reason  string `json:"reason"`
}

// A changed group is counted.
type changed struct {
	change
	Count int `json:"count"`
	// Example is the sequence of the first of these commands.
	Example uint64 `json:"example"`
}

// A trialReport is what try has found out.
type trialReport struct {
	Policy   string `json:"policy"`
	Commands int    `json:"commands"`
	Decided  int    `json:"decided"`
	Changed  int    `json:"changed"`
	// NowDenied counts the changed ones that reached the switch and would be denied or refused now,
	// NowForwarded those for which it is the other way round.
	NowDenied    int `json:"now_denied"`
	NowForwarded int `json:"now_forwarded"`
	// Apart counts those that could not be decided again, by reason.
	Apart   map[string]int `json:"apart"`
	Changes []changed      `json:"changes"`
	// Left is how many changes are in no group, because there are too many.
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
	t := newTrial(pol)
	// What a session did before is needed to read what it did later, so the filter is applied to commands only.
	wide := trail.Filter{Session: f.Session, Until: f.Until}
	stats, err := trail.Read(ctx, path, wide, func(r *trail.Record) error {
		t.record(r, f.Wants(r))
		return nil
	})
	if err != nil {
		return stopped(ctx, err)
	}
	p.remarkStats(stats)
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

// A turn says what a change means for the switch. They are listed in this order.
type turn int

const (
	nowDenied    turn = iota // it reached the switch, and would not now
	nowForwarded             // it did not, and would now
	sameForSwitch
)

// turn returns what c means for the switch.
func (c *change) turn() turn {
	switch was, is := forwarded(c.Was), forwarded(c.Is); {
	case was && !is:
		return nowDenied
	case !was && is:
		return nowForwarded
	default:
		return sameForSwitch
	}
}

// forwarded reports whether commands that are decided so reach the switch.
func forwarded(decision string) bool {
	return decision == allowed || decision == audit.Observe.String()
}

// report sums the trial up: first what would be denied now, and the largest groups first.
func (t *trial) report() *trialReport {
	r := &trialReport{
		Policy: t.policy.Revision(), Commands: t.commands, Decided: t.decided, Changed: t.changed, Left: t.left,
		NowDenied: t.turns[nowDenied], NowForwarded: t.turns[nowForwarded],
		Apart: t.apart, Changes: []changed{},
	}
	for _, g := range t.groups {
		r.Changes = append(r.Changes, *g)
	}
	slices.SortFunc(r.Changes, func(a, b changed) int {
		return cmp.Or(cmp.Compare(a.turn(), b.turn()), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Example, b.Example))
	})
	return r
}

// showTrial prints what a trial has found out for a person.
func (p *program) showTrial(r *trialReport) error {
	paint := p.Paint()
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d decided again under policy %s: %s\n", console.Plural(r.Commands, "command"), r.Decided, r.Policy, changesText(r.Changed))
	section := turn(-1)
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.turn() != section {
			section = c.turn()
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
	for _, why := range slices.Sorted(maps.Keys(r.Apart)) {
		fmt.Fprintf(&b, "%8d  not decided again: %s\n", r.Apart[why], why)
	}
	_, err := p.Stdout.Write([]byte(b.String()))
	return err
}

// heading is the line before the changes of one turn.
func (r *trialReport) heading(of turn, paint console.Paint) string {
	switch of {
	case nowDenied:
		return paint.Red("reached the switch, would now be denied") + fmt.Sprintf(": %d\n", r.NowDenied)
	case nowForwarded:
		return paint.Green("did not reach the switch, would now") + fmt.Sprintf(": %d\n", r.NowForwarded)
	default:
		return fmt.Sprintf("the same for the switch: %d\n", r.Changed-r.NowDenied-r.NowForwarded)
	}
}

func changesText(n int) string {
	if n == 0 {
		return "nothing would change"
	}
	return fmt.Sprintf("%d would be decided otherwise", n)
}
