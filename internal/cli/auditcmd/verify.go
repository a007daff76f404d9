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
		Short: "Say whether an audit is whole, or where it was changed",
		Long: `Checks a folder that "eslguard run --audit DIR" wrote, or is writing: that every record follows from the one
before it, that none is missing, put in or out of order, and that the segments hang together. It says
what it checked, or where the chain breaks: segment, line, record, and what is wrong.

What that proves grows with what you have from elsewhere:

  nothing          nothing was changed by accident, or by someone who did not work the chain out anew
  --verifier       the public key that "eslguard audit key FILE" printed: the checkpoints were signed
                   by the guard, and the records are still those that it signed
  --checkpoint     a checkpoint that was copied off the host, from the folder's file checkpoints or from
                   the operator's log: nothing up to its record was changed or cut off since
  --key            the identity that "eslguard audit key --identity FILE" made: no record of a run was
                   changed afterwards, not even by who took the host

Where --verifier or --key finds nothing at all that it could check, the audit is not taken for whole: whoever
wrote it anew would have left that out. Where the last checkpoint is not about the last record, it says
up to which record the audit is whole; those behind it follow, but nothing proves them. A guard that
runs makes the next checkpoint within --audit-checkpoint-every.

A checkpoint that is missing from the file is named. Whether the very last ones were dropped, with the records
after the one before them, only --checkpoint can tell.

The recordings of whole sessions are held against their records, too; one that is gone, though no record says
that it was retired, is a warning. That a clock went back, that a run was killed, or that records are
missing and this was declared, are warnings as well.

Exit status: 0 the audit is whole, 1 it is not, or could not be read, 2 called wrongly.`,
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
	f.StringSliceVar(&o.checkpoints, "checkpoint", nil, "hold the checkpoints in this `file` against the audit; may be repeated")
	f.StringVar(&o.public, "verifier", "", "check signatures with this public `key`, or the one in a file of that name")
	f.StringVar(&o.key, "key", "", "check the MACs with the age identity in this `file`")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	return cmd
}

// maxKeyFile is how large a file with a key may be, in bytes.
const maxKeyFile = 64 << 10

// maxCheckpointFile is how large a file with copied checkpoints may be, in bytes.
const maxCheckpointFile = 256 << 20

// maxBadCheckpoints is how many bad checkpoints of one file are shown.
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

// readVerifier reads a public key, or the file that it is in. "" is none.
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

func readIdentities(name string) ([]age.Identity, error) {
	data, err := trail.ReadFile(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	ids, err := age.ParseIdentities(bytes.NewReader(data))
	if err != nil {
		// age's error may hold a part of the key.
		return nil, console.WithHint(fmt.Errorf("%s holds no age identity", console.Shown(name)), "Make one with: eslguard audit key --identity FILE")
	}
	return ids, nil
}

// readCheckpoints reads checkpoints as they are signed, or as the operator's log tells them in JSON.
func readCheckpoints(name string, v note.Verifier) ([]trail.Checkpoint, []trail.Finding, error) {
	data, err := trail.ReadFile(name, maxCheckpointFile)
	if err != nil {
		return nil, nil, err
	}
	list, bad := trail.Checkpoints(name, fromLog(data), v)
	if len(list) == 0 && !bytes.Contains(data, []byte(audit.CheckpointHead)) {
		return nil, nil, fmt.Errorf("%s holds no checkpoint", console.Shown(name))
	}
	for i := range list {
		list[i].Copied = true
	}
	return list, bad, nil
}

// fromLog returns the checkpoints in lines of the operator's log, which something may have put a prefix before, and data
// itself where there are none.
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

// proves reports whether something was handed in that can prove more than that there was no
// accident.
func (o *verifyOptions) proves() bool { return o.key != "" || o.public != "" || len(o.checkpoints) > 0 }

// conclusion says what a report amounts to. given says whether a key or a copied checkpoint was
// handed in.
func conclusion(r *trail.Report, given bool) (label, text string) {
	audit := "the audit is whole"
	if r.RetiredFast > 0 || r.First > 1 {
		audit = "what is left of the audit is whole"
	}
	switch {
	case !r.OK():
		return "NOT OK", console.Plural(len(r.Problems), "problem")
	case !given:
		label, text = "OK", audit+", as far as accidents go: without a key or a copied checkpoint nothing is proven against someone who wrote it anew "+
			"(--verifier, --key, --checkpoint)"
	case r.Proven == 0:
		label, text = "OK", fmt.Sprintf("%s, as far as accidents go: of its %d records, what was handed in proves %d, by their MACs", audit, r.Records, r.MACsChecked)
	case r.Proven < r.Last:
		label = "WHOLE"
		text = fmt.Sprintf("up to record %d; after that not proven: no checkpoint covers %s yet", r.Proven, recordsText(r.Proven+1, r.Last))
	case !slices.ContainsFunc(r.Checkpoints, func(c trail.Checkpoint) bool { return c.Copied }):
		label, text = "OK", audit+"; that no end was cut off only a checkpoint from off the host proves (--checkpoint)"
	default:
		label, text = "OK", audit
	}
	if r.RetiredFast > 0 {
		text += fmt.Sprintf("; %s RETIRED UNUSUALLY FAST, see the WARNING", console.WasWere(int(r.RetiredFast), "record"))
	}
	return label, text
}

// recordsText is "record 7" or "records 7 to 9".
func recordsText(from, to uint64) string {
	if from == to {
		return fmt.Sprintf("record %d", from)
	}
	return fmt.Sprintf("records %d to %d", from, to)
}

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

// checkpointsText says what the checkpoints that fit amount to.
func checkpointsText(r *trail.Report) string {
	if len(r.Checkpoints) == 0 {
		return "none that could be held against the records"
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
