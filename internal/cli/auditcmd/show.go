package auditcmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
)

// showOptions are the flags of audit show.
type showOptions struct {
	filterOptions
	json, table, follow, outcomes bool
}

func (p *program) show() *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:   "show PATH",
		Short: "Show the records of an audit",
		Long: `Shows the records of an audit, a folder or a plain file, oldest first: as a table on a terminal, else
as they are, one JSON object a line. Compressed segments are read, too. The flags that narrow it down
must all hold for a record; with --outcomes the replies to the commands that are shown come along.

Times are in UTC. Segments that lie more than an hour outside of --since and --until are not even
opened, so a day out of a year is found at once. Texts that clients sent are quoted where they hold
anything that does not print, and cut where they are long. Nothing is verified: see audit verify.

With --effect a rule in the syntax of policies picks the commands, and matches as a deny does, in every
spelling. Where a record does not hold the arguments of an effect whole, the rule's kind and name decide. Effects
that a record does not list, of a denied command with many, are not found.

A client or a name that no record has is told on standard error, with those that there are.

With --follow it goes on with what is written, also in the next segment, until it is interrupted.

Exit status: 0 also where no record is wanted, 1 there is no audit or it cannot be read, 2 called wrongly.`,
		Example: `  eslguard audit show /var/log/eslguard/audit --decision deny --since 24h
  eslguard audit show /var/log/eslguard/audit --client dialer --name originate --outcomes
  eslguard audit show /var/log/eslguard/audit --effect 'dial */1900*' --since 2w
  eslguard audit show /var/log/eslguard/audit --grep k3v9q2xa --json
  eslguard audit show /var/log/eslguard/audit --follow --since 1m`,
		Args: oneArg("audit show takes one audit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := console.UntilInterrupt(cmd.Context())
			defer stop()
			return p.runShow(ctx, &o, args[0])
		},
	}
	f := cmd.Flags()
	o.flags(f)
	f.BoolVar(&o.outcomes, "outcomes", false, "also show the outcome of each command that is shown")
	f.BoolVar(&o.follow, "follow", false, "go on with what is written, until interrupted")
	f.BoolVar(&o.json, "json", false, "print JSON lines on a terminal, too")
	f.BoolVar(&o.table, "table", false, "print a table elsewhere, too")
	return cmd
}

func (p *program) runShow(ctx context.Context, o *showOptions, path string) error {
	f, err := o.filter(time.Now())
	if err != nil {
		return err
	}
	if o.json && o.table {
		return console.Usagef("--json and --table exclude each other")
	}
	f.Outcomes = o.outcomes
	out, terminal := bufio.NewWriter(p.Stdout), console.IsTerminal(p.Stdout)
	t := table{out: out, paint: p.Paint()}
	records := 0
	show := func(r *trail.Record) error {
		line := r.Line
		if terminal {
			line = console.EscapeJSON(line)
		}
		// A failure is told by the flush.
		_, _ = out.Write(line)
		return out.WriteByte('\n')
	}
	if o.table || terminal && !o.json {
		show = t.row
	}
	if o.follow {
		p.remarkUnknown(ctx, path, &o.filterOptions)
		return trail.Follow(ctx, path, f, func(r *trail.Record) error {
			if err := show(r); err != nil {
				return err
			}
			return out.Flush()
		})
	}
	stats, err := trail.Read(ctx, path, f, func(r *trail.Record) error {
		records++
		return show(r)
	})
	if err = errors.Join(err, out.Flush()); err != nil {
		return stopped(ctx, err)
	}
	p.remarkStats(stats)
	if records == 0 {
		p.remarkUnknown(ctx, path, &o.filterOptions)
	}
	return nil
}

// A table shows records one a row.
type table struct {
	out   *bufio.Writer
	paint console.Paint
	begun bool
}

// The widths of the columns.
const (
	clientWidth  = 16
	sessionWidth = 9
)

func (t *table) row(r *trail.Record) error {
	if !t.begun {
		t.begun = true
		fmt.Fprintln(t.out, t.paint.Bold(fmt.Sprintf("%-23s %8s %-*s %-*s %s",
			"TIME", "SEQ", clientWidth, "CLIENT", sessionWidth, "SESSION", "WHAT")))
	}
	word := r.Kind
	if r.Decision != "" && r.Kind == "command" {
		word = r.Decision
	}
	_, err := fmt.Fprintf(t.out, "%s %8d %s %s %s %s\n", r.Time.UTC().Format("2006-01-02 15:04:05.000"), r.Seq,
		column(r.Client, clientWidth), column(r.Session, sessionWidth), paintDecision(t.paint, r.Decision, column(word, 8)), what(r))
	return err
}
