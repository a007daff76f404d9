package auditcmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
)

// verifyOptions are the flags of audit verify.
type verifyOptions struct {
	checkpoints []string
	key, public string
	json        bool
}

func (p *program) verify() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Check whether an audit is complete and unchanged",
		Long: `Checks a folder that "eslguard run --audit DIR" wrote or is writing. Every record must follow from the one
before it, none may be missing, added or out of order, and the segments must fit together. It prints what
it checked, or where the chain breaks: the segment, line and record, and what is wrong.

How much that proves depends on what you give it:

  nothing          nothing was changed by accident, or by somebody who did not recompute the chain
  --verifier       the public key that "eslguard audit key FILE" printed: the guard signed the
                   checkpoints, and the records are still those that it signed
  --checkpoint     a checkpoint that was copied off the host, from the folder's file checkpoints or from
                   the operator's log: nothing up to its record was changed or cut off since
  --key            the identity that "eslguard audit key --identity FILE" made: no record of a run was
                   changed afterwards, not even by somebody who took over the host

If --verifier or --key finds nothing that it could check, the audit does not count as whole: whoever
rewrote it would have left that out. If the last checkpoint is not about the last record, it prints up to
which record the audit is whole. The later records follow from that one, but nothing proves them. A running
guard makes the next checkpoint within --audit-checkpoint-every.

A checkpoint that is missing from the file is reported. If the very last ones were removed, together with
the records after the one before them, only --checkpoint shows that.

The recordings of whole sessions are compared with their records, too. A recording that is gone although no
record says that it was retired is a warning. It is also a warning if a clock went back, if a run was
killed, or if records are missing and another record says so.

Exit status: 0 the audit is whole, 1 it is not, or it could not be read, 2 called wrongly.`,
		Example: `  eslguard audit verify /var/log/eslguard/audit
  eslguard audit verify /var/log/eslguard/audit --checkpoint yesterday.txt --verifier signer.pub
  eslguard audit verify copy-of-audit --key audit-identity --json`,
		Args: oneArg("audit verify takes one folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := console.UntilInterrupt(cmd.Context())
			defer stop()
			return p.runVerify(ctx, &o, args[0])
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.checkpoints, "checkpoint", nil, "compare the audit with the checkpoints in this `file`; may be repeated")
	f.StringVar(&o.public, "verifier", "", "check signatures with this public `key`, or with the one in a file of that name")
	f.StringVar(&o.key, "key", "", "check the MACs with the age identity in this `file`")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	return cmd
}

// maxKeyFile is the most bytes of a file with a key.
const maxKeyFile = 64 << 10

// maxCheckpointFile is the most bytes of a file with copied checkpoints.
const maxCheckpointFile = 256 << 20

// maxBadCheckpoints is the most bad checkpoints of one file that are shown.
const maxBadCheckpoints = 16

func (p *program) runVerify(ctx context.Context, o *verifyOptions, dir string) error {
	var t trail.Options
	var err error
	if t.Verifier, err = readVerifier(o.public); err != nil {
		return err
	}
	if o.key != "" {
		if t.Identities, err = readIdentities(o.key); err != nil {
			return err
		}
	}
	var bad []trail.Finding
	for _, name := range o.checkpoints {
		list, wrong, err := readCheckpoints(name, t.Verifier)
		if err != nil {
			return err
		}
		t.Checkpoints = append(t.Checkpoints, list...)
		bad = append(bad, wrong[:min(len(wrong), maxBadCheckpoints)]...)
	}
	r, err := trail.Verify(ctx, dir, t)
	switch {
	case errors.Is(err, trail.ErrPlain):
		return console.WithHint(err, "Only a folder is chained: \"eslguard run --audit DIR\". A plain file can be read with \"eslguard audit show\".")
	case err != nil:
		return err
	}
	r.Problems = append(r.Problems, bad...)
	if o.json {
		err = p.PrintJSON(struct {
			OK bool `json:"ok"`
			*trail.Report
		}{r.OK(), r})
	} else {
		err = p.showReport(r, o)
	}
	if err == nil && !r.OK() {
		err = &console.ExitError{Status: console.StatusProblem}
	}
	return err
}

// readVerifier parses a public key, or reads it from the file of that name. It returns nil for "".
func readVerifier(s string) (note.Verifier, error) {
	if s == "" {
		return nil, nil
	}
	text := s
	if data, err := trail.ReadFile(s, maxKeyFile); err == nil {
		text = string(data)
	}
	v, err := note.NewVerifier(strings.TrimSpace(text))
	if err != nil {
		return nil, console.WithHint(fmt.Errorf("--verifier %q is neither a public key nor a file with one", console.Bounded(s)),
			"It is the line that \"eslguard audit key FILE\" printed, NAME+HASH+KEY.")
	}
	return v, nil
}

// readIdentities reads the age identities in a file. Its error never contains a part of a key.
func readIdentities(name string) ([]age.Identity, error) {
	data, err := trail.ReadFile(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	ids, err := age.ParseIdentities(bytes.NewReader(data))
	if err != nil {
		// age's error may contain a part of the key.
		return nil, console.WithHint(fmt.Errorf("%s contains no age identity", console.Shown(name)), "Make one with: eslguard audit key --identity FILE")
	}
	return ids, nil
}

// readCheckpoints reads a file with checkpoints: signed notes, or lines of the operator's log in
// JSON. It returns those that are good and findings about the others.
func readCheckpoints(name string, v note.Verifier) ([]trail.Checkpoint, []trail.Finding, error) {
	data, err := trail.ReadFile(name, maxCheckpointFile)
	if err != nil {
		return nil, nil, err
	}
	list, bad := trail.Checkpoints(name, fromLog(data), v)
	if len(list) == 0 && !bytes.Contains(data, []byte(audit.CheckpointHead)) {
		return nil, nil, fmt.Errorf("%s contains no checkpoint", console.Shown(name))
	}
	for i := range list {
		list[i].Copied = true
	}
	return list, bad, nil
}

// fromLog returns the checkpoints in lines of the operator's log, or data itself if there are none.
// A line may have a prefix, such as that of syslog.
func fromLog(data []byte) []byte {
	var notes []byte
	for line := range bytes.Lines(data) {
		at := bytes.IndexByte(line, '{')
		if at < 0 || !bytes.Contains(line, []byte(`"checkpoint"`)) {
			continue
		}
		var entry struct {
			Checkpoint string `json:"checkpoint"`
		}
		if json.Unmarshal(line[at:], &entry) == nil && entry.Checkpoint != "" {
			notes = append(append(notes, entry.Checkpoint...), '\n')
		}
	}
	if notes == nil {
		return data
	}
	return notes
}

// showReport prints a report for a person.
func (p *program) showReport(r *trail.Report, o *verifyOptions) error {
	paint := p.Paint()
	var b strings.Builder
	line := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s %s\n", label, fmt.Sprintf(format, args...))
	}
	line("records", "%d in %s, of %s; %d bytes in %s", r.Records, console.Plural(r.Segments, "segment"), console.Plural(r.Runs, "run"), r.Bytes, r.Took.Round(time.Millisecond))
	if r.Last > 0 {
		line("from", "record %d, %s", r.First, r.From)
		line("to", "record %d, %s", r.Last, r.To)
	}
	if r.Retired > 0 {
		line("retired", "all up to record %d, as a record says", r.Retired)
	}
	line("MACs", "%s", macsText(r, o))
	if r.Recordings > 0 || r.RecordingsRetired > 0 {
		line("recordings", "%s of whole sessions fit; %d were retired, as a record says", console.Plural(r.Recordings, "file"), r.RecordingsRetired)
	}
	line("checkpoints", "%s", checkpointsText(r))
	for _, w := range r.Warnings {
		if w.Fault == trail.WarnFast {
			line(paint.Red("WARNING"), "%s", w)
			continue
		}
		line(paint.Bold("warning"), "%s", w)
	}
	for _, f := range r.Problems {
		line(paint.Red("BROKEN"), "%s", f)
	}
	if r.More > 0 {
		line("", "and %s more of these", console.Plural(r.More, "finding"))
	}
	label, text := conclusion(r, o.proves())
	switch label {
	case "OK":
		label = paint.Green(label)
	case "WHOLE":
		label = paint.Bold(label)
	default:
		label = paint.Red(label)
	}
	line(label, "%s", text)
	_, err := p.Stdout.Write([]byte(b.String()))
	return err
}

// proves reports whether the flags give something that can prove more than that nothing was changed
// by accident.
func (o *verifyOptions) proves() bool { return o.key != "" || o.public != "" || len(o.checkpoints) > 0 }

// conclusion returns what follows from a report: a word and a sentence. given says whether the
// flags give a key or a copied checkpoint.
func conclusion(r *trail.Report, given bool) (label, text string) {
	audit := "the audit is whole"
	if r.RetiredFast > 0 || r.First > 1 {
		audit = "what is left of the audit is whole"
	}
	switch {
	case !r.OK():
		return "NOT OK", console.Plural(len(r.Problems), "problem")
	case !given:
		label, text = "OK", audit+", as far as accidents go: without a key or a copied checkpoint nothing is proven against somebody who rewrote it "+
			"(--verifier, --key, --checkpoint)"
	case r.Proven == 0:
		label, text = "OK", fmt.Sprintf("%s, as far as accidents go: of its %d records, the keys and checkpoints that were given prove %d, by their MACs", audit, r.Records, r.MACsChecked)
	case r.Proven < r.Last:
		label = "WHOLE"
		text = fmt.Sprintf("up to record %d; after that not proven: no checkpoint covers %s yet", r.Proven, trail.RecordRange(r.Proven+1, r.Last))
	case !slices.ContainsFunc(r.Checkpoints, func(c trail.Checkpoint) bool { return c.Copied }):
		label, text = "OK", audit+"; only a checkpoint from off the host can prove that no end was cut off (--checkpoint)"
	default:
		label, text = "OK", audit
	}
	if r.RetiredFast > 0 {
		text += fmt.Sprintf("; %s RETIRED UNUSUALLY FAST, see the WARNING", console.WasWere(int(r.RetiredFast), "record"))
	}
	return label, text
}

// macsText says how many MACs were checked.
func macsText(r *trail.Report, o *verifyOptions) string {
	switch {
	case r.MACs == 0:
		return "the records have none"
	case o.key == "":
		return fmt.Sprintf("not checked: %d records have one, see --key", r.MACs)
	default:
		return fmt.Sprintf("%d of %d fit", r.MACsChecked, r.MACs)
	}
}

// checkpointsText says how many checkpoints fit and what they prove.
func checkpointsText(r *trail.Report) string {
	if len(r.Checkpoints) == 0 {
		return "none that could be compared with the records"
	}
	var signed int
	var copied uint64
	for _, c := range r.Checkpoints {
		if c.Signer != "" {
			signed++
		}
		if c.Copied {
			copied = max(copied, c.Seq)
		}
	}
	text := fmt.Sprintf("%d fit, the signatures of %d were checked", len(r.Checkpoints), signed)
	if copied > 0 {
		text += fmt.Sprintf("; nothing up to record %d was changed or cut off since the copy was made", copied)
	}
	return text
}
