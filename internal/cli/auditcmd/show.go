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
		Long: `Shows the records of an audit, a folder or a plain file, oldest first: as a table on a terminal, and
otherwise as they are, one JSON object a line. It reads compressed segments, too. A record is shown if it
matches all flags that select records. With --outcomes it also shows the replies to the commands that are
shown.

Times are in UTC. Segments more than an hour outside of --since and --until are not opened, so a day out
of a year is found at once. Texts that clients sent are quoted if they contain a character that does not
print, and cut if they are long. Nothing is verified: see audit verify.

With --effect a rule in the syntax of policies selects the commands. It matches as a deny does, in every
spelling. If a record contains only a part of an effect's arguments, only the rule's kind and name are
compared. Effects that a record does not list, because a denied command has many, are not found.

A client or a name that no record has is reported on standard error, with those that there are.

With --follow it goes on with new records, also in later segments, until it is interrupted.

Exit status: 0 even if no record matches, 1 there is no audit or it cannot be read, 2 called wrongly.`,
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
	f.BoolVar(&o.follow, "follow", false, "go on with new records until interrupted")
	f.BoolVar(&o.json, "json", false, "print JSON lines even on a terminal")
	f.BoolVar(&o.table, "table", false, "print a table even if the output is not a terminal")
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
		// Flush returns the error of a write.
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
	RemarkStats(p.Console, stats)
	if records == 0 {
		p.remarkUnknown(ctx, path, &o.filterOptions)
	}
	return nil
}

// A table prints records, one a row, below a heading.
type table struct {
	out   *bufio.Writer
	paint console.Paint
	begun bool
}

// The widths of columns, in characters.
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
		column(r.Client, clientWidth), column(r.Session, sessionWidth), paintDecision(t.paint, r.Decision, column(word, 8)), summary(r))
	return err
}
