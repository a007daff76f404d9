package auditcmd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"eslguard/audit/export"
	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
)

// exportOptions are the flags of audit export.
type exportOptions struct {
	filterOptions
	format string
}

func (p *program) export() *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export PATH --format ocsf|cef|json",
		Short: "Write records in formats that other programs read",
		Long: `Writes the records of an audit, one a line:

  ocsf   events of OCSF ` + export.SchemaVersion + `: commands and their outcomes as API Activity (6003), logins and the ends of
         sessions as Authentication (3002), with the fields of the profile security_control; records of
         other kinds are left out
  cef    ArcSight's Common Event Format, records of every kind
  json   the records as they are; what does not print is escaped

The flags that select records are those of audit show. To go on where the last export ended, give --since
the time of its last record, and drop duplicates by their sequence number (metadata.sequence, externalId,
seq).

Exit status: 0 even if there is nothing to write, 1 the audit cannot be read, 2 called wrongly.`,
		Example: `  eslguard audit export /var/log/eslguard/audit --format ocsf --since 24h > events.json
  eslguard audit export /var/log/eslguard/audit --format cef --decision deny | logger -t eslguard`,
		Args: oneArg("audit export takes one audit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := console.UntilInterrupt(cmd.Context())
			defer stop()
			return p.runExport(ctx, &o, args[0])
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "", "write this `format`: ocsf, cef or json")
	o.flags(cmd.Flags())
	return cmd
}

func (p *program) runExport(ctx context.Context, o *exportOptions, path string) error {
	f, err := o.filter(time.Now())
	if err != nil {
		return err
	}
	out := bufio.NewWriter(p.Stdout)
	leftOut, records := 0, 0
	version := p.version
	var line []byte
	each := func(r *trail.Record) error {
		records++
		switch o.format {
		case "cef":
			line = export.AppendCEF(line[:0], r, version)
		case "ocsf":
			e, ok := export.OCSF(r)
			if !ok {
				leftOut++
				return nil
			}
			text, err := json.Marshal(e)
			if err != nil {
				return err
			}
			line = append(console.EscapeJSON(text), '\n')
		default:
			line = append(append(line[:0], console.EscapeJSON(r.Line)...), '\n')
		}
		_, err := out.Write(line)
		return err
	}
	switch o.format {
	case "ocsf", "cef", "json":
	case "":
		return console.Usagef("no format is named: use --format ocsf, cef or json")
	default:
		return console.Usagef("--format %q is not one of ocsf, cef, json", console.Bounded(o.format))
	}
	stats, err := trail.Read(ctx, path, f, each)
	if err = errors.Join(err, out.Flush()); err != nil {
		return stopped(ctx, err)
	}
	if leftOut > 0 {
		p.Remark("%s of kinds that have no class in OCSF were left out", console.Plural(leftOut, "record"))
	}
	RemarkStats(p.Console, stats)
	if records == 0 {
		p.remarkUnknown(ctx, path, &o.filterOptions)
	}
	return nil
}
