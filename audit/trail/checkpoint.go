package trail

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"eslguard/audit"
)

// maxCheckpoints is the maximum size of a file of checkpoints, in bytes: about 800,000 checkpoints.
const maxCheckpoints = 256 << 20

// unnumberedVersion is the version of checkpoints without a number and without a link to the one
// before.
const unnumberedVersion = 1

// A Checkpoint is what a signed checkpoint says.
type Checkpoint struct {
	// File is where it was read: audit.CheckpointFile, or the name that was passed to Checkpoints.
	File string `json:"file"`
	Seq  uint64 `json:"seq"`
	// Hash is the hash of the record Seq, as text.
	Hash string `json:"hash"`
	Time string `json:"time"`
	// Number counts the checkpoints of the folder from 1. 0: its version has no numbers.
	Number uint64 `json:"number,omitempty"`
	// Signer is the name of the key whose signature was checked. "": no signature was checked.
	Signer string `json:"signer,omitempty"`
	// Copied reports whether it is from Options.Checkpoints, not from the folder's own file.
	Copied bool `json:"copied,omitempty"`

	hash     hash
	line     int
	text     hash   // the hash of its text
	prevSeq  uint64 // the record of the checkpoint before it; 0 if there is none
	prevText hash   // the hash of the text of that checkpoint
}

// Checkpoints parses checkpoints: the folder's own file, or copies from there or from the
// operator's log. They are notes, each followed by an empty line. name is the name of the file, for
// findings. Each checkpoint must be signed by v. If v is nil, no signature is checked, but each
// checkpoint must have one. The findings are about single checkpoints that are not valid.
func Checkpoints(name string, data []byte, v note.Verifier) ([]Checkpoint, []Finding) {
	var list []Checkpoint
	var bad []Finding
	n := 0
	lines := strings.Split(string(data), "\n")
	for n < len(lines) {
		at := n + 1
		text, next := cutNote(lines, n)
		n = next
		if strings.TrimSpace(text) == "" {
			continue
		}
		if !isWhole(text) {
			bad = append(bad, Finding{Fault: FaultDamaged, File: name, Line: at, Text: "this is not a whole checkpoint of a known version"})
			continue
		}
		c, err := parseCheckpoint(text, v)
		if err != nil {
			bad = append(bad, Finding{Fault: FaultCheckpoint, File: name, Line: at, Seq: c.Seq, Text: "the checkpoint is not valid: " + err.Error()})
			continue
		}
		c.File, c.line = name, at
		list = append(list, c)
	}
	return list, bad
}

// cutNote returns the note that begins at line n: a text, an empty line and signatures. next is the
// line after it.
func cutNote(lines []string, n int) (text string, next int) {
	from := n
	for n < len(lines) && lines[n] != "" {
		n++
	}
	body := n
	n++
	for n < len(lines) && strings.HasPrefix(lines[n], audit.SignaturePrefix) {
		n++
	}
	if n == body+1 { // without a signature it is unfinished, or something else
		return strings.Join(lines[from:body], "\n"), n
	}
	return strings.Join(lines[from:n], "\n") + "\n", n
}

// isWhole reports whether a note is a checkpoint of a known version with a signature of full
// length. A crash may leave an unfinished one.
func isWhole(text string) bool {
	version, _, _ := strings.Cut(strings.TrimPrefix(text, audit.CheckpointHead), "\n")
	_, signatures, signed := strings.Cut(text, "\n\n")
	if !strings.HasPrefix(text, audit.CheckpointHead) || !signed ||
		version != strconv.Itoa(audit.CheckpointVersion) && version != strconv.Itoa(unnumberedVersion) {
		return false
	}
	for line := range strings.Lines(signatures) {
		_, sig, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), audit.SignaturePrefix), " ")
		if b, err := base64.StdEncoding.DecodeString(sig); err != nil || len(b) != audit.SignatureSize {
			return false
		}
	}
	return true
}

// parseCheckpoint parses one note.
func parseCheckpoint(text string, v note.Verifier) (c Checkpoint, err error) {
	known := note.VerifierList()
	if v != nil {
		known = note.VerifierList(v)
	}
	n, err := note.Open([]byte(text), known)
	var unknown *note.UnverifiedNoteError
	switch {
	case v == nil && errors.As(err, &unknown):
		n = unknown.Note
	case err != nil:
		return c, describeNoteError(err)
	default:
		c.Signer = v.Name()
	}
	lines := strings.Split(n.Text, "\n")
	numbered := lines[0] == audit.CheckpointHead+strconv.Itoa(audit.CheckpointVersion)
	if want := 5; len(lines) != want && !numbered || numbered && len(lines) != want+3 || lines[len(lines)-1] != "" {
		return c, errors.New("it does not have as many lines as a checkpoint of its version")
	}
	var ok bool
	if c.Seq, ok = parseCount(lines[1]); !ok || c.Seq == 0 {
		return c, errors.New("its second line is not a sequence")
	}
	if c.hash, ok = decodeHash([]byte(lines[2])); !ok {
		return c, errors.New("its third line is not a hash")
	}
	c.Hash, c.Time, c.text = lines[2], printTime([]byte(lines[3])), sha256.Sum256([]byte(n.Text))
	if !numbered {
		return c, nil
	}
	return c, c.parseLink(lines[4:])
}

// parseLink parses the number of a checkpoint, and what it says about the one before it.
func (c *Checkpoint) parseLink(lines []string) error {
	var ok bool
	if c.Number, ok = parseCount(lines[0]); !ok || c.Number == 0 {
		return errors.New("its fifth line is not a number")
	}
	if c.prevSeq, ok = parseCount(lines[1]); !ok {
		return errors.New("its sixth line is not a sequence")
	}
	if c.prevText, ok = decodeHash([]byte(lines[2])); !ok {
		return errors.New("its seventh line is not a hash")
	}
	return nil
}

// parseCount parses a number below math.MaxInt64 in its only valid spelling.
func parseCount(s string) (uint64, bool) {
	n, rest, ok := parseNumber([]byte(s))
	return n, ok && len(rest) == 0 && n < math.MaxInt64
}

// describeNoteError returns an error that says what is wrong with a note, without the text of the
// note.
func describeNoteError(err error) error {
	var unknown *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unknown):
		return errors.New("it is not signed with the verifier's key")
	case errors.As(err, &invalid):
		return errors.New("its signature is not valid")
	default:
		return errors.New("it is not a signed note")
	}
}

// ownCheckpoints reads the folder's own file of checkpoints, which does not exist if nothing was
// signed. size is the size of the file in bytes.
func ownCheckpoints(dir string, v note.Verifier) (list []Checkpoint, bad []Finding, size int64, err error) {
	data, err := ReadFile(filepath.Join(dir, audit.CheckpointFile), maxCheckpoints)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, 0, nil
	}
	if err != nil {
		return nil, nil, 0, err
	}
	list, bad = Checkpoints(audit.CheckpointFile, data, v)
	for i := range bad {
		if bad[i].Fault == FaultDamaged {
			// A crash may leave an unfinished checkpoint, which counts as never made. If a whole
			// one is missing, the numbers show it.
			bad[i].Fault = WarnTorn
		}
	}
	return list, bad, int64(len(data)), nil
}

// ReadFile reads a whole file of at most limit bytes. The error is that of the file system, or says
// that the file is larger.
func ReadFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s has %d bytes, more than %d", filepath.Base(path), info.Size(), limit)
	}
	return os.ReadFile(path)
}

// matchCheckpoints compares the checkpoints with the records.
func (v *verification) matchCheckpoints() {
	for i := range v.checkpoints {
		c := &v.checkpoints[i]
		at := Finding{File: c.File, Line: c.line, Seq: c.Seq, Fault: FaultCheckpoint}
		got, found := v.hashes[c.Seq]
		switch {
		case found && got == c.hash:
			v.report.Checkpoints = append(v.report.Checkpoints, *c)
			if c.Copied || c.Signer != "" {
				v.provenSeqs = append(v.provenSeqs, c.Seq)
			}
			continue
		case found:
			at.Text = "the record's hash differs from that in the checkpoint of " + c.Time + ": the record, or one before it, was changed since"
		case c.Seq > v.report.Last:
			at.Fault = FaultCutOff
			at.Text = fmt.Sprintf("the checkpoint of %s names this record, but the last one is %d: the end was cut off", c.Time, v.report.Last)
		case c.Seq < v.report.First:
			if c.Copied {
				v.goneCopies = append(v.goneCopies, c)
			}
			continue
		default:
			at.Text = "the record does not exist, although the checkpoint of " + c.Time + " names it"
		}
		v.problem(at)
	}
	slices.Sort(v.provenSeqs)
}
