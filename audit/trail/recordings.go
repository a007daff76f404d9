package trail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"eslguard/audit"
)

// A recordingFile is what a record says about a file of a recording.
type recordingFile struct {
	segment string
	line    int
	seq     uint64
	File    string `json:"file"`
	Bytes   int64  `json:"file_bytes"`
	SHA256  string `json:"file_sha256"`
}

// A retiredFile is a file of a recording, and the record which says that it is deleted.
type retiredFile struct {
	name string
	seq  uint64
}

// checkRecordings compares the files of recordings with their records. A file that is gone although
// no record retired it is a warning: the chain does not prove who deleted it.
func (v *verification) checkRecordings(ctx context.Context, dir string) error {
	if dir == "" {
		dir = filepath.Join(v.dir, audit.RecordingsFolder)
	}
	retired := map[string]bool{} // files that a record retired, and whether that record is believed
	for _, c := range v.checked {
		for _, f := range c.retiredFiles {
			// With a verifier, only a signed record is believed: the guard signs before it deletes.
			retired[f.name] = retired[f.name] || v.options.Verifier == nil || v.covered(f.seq)
		}
	}
	for _, c := range v.checked {
		for i := range c.recordings {
			if err := ctx.Err(); err != nil {
				return err
			}
			v.checkRecording(dir, &c.recordings[i], retired)
		}
	}
	return nil
}

// maxName is the maximum length of a file name on any system, in bytes.
const maxName = 255

// checkRecording checks one file. A retired file may be gone.
func (v *verification) checkRecording(dir string, r *recordingFile, retired map[string]bool) {
	at := Finding{File: r.segment, Line: r.line, Seq: r.seq}
	if r.File != filepath.Base(r.File) || !strings.HasSuffix(r.File, audit.RecordingSuffix) || len(r.File) > maxName {
		at.Fault, at.Text = FaultChanged, "it does not name a file of a recording"
		v.problem(at)
		return
	}
	proven, recorded := retired[r.File]
	size, sum, err := hashFile(filepath.Join(dir, r.File))
	switch {
	case errors.Is(err, fs.ErrNotExist) && proven:
		v.report.RecordingsRetired++
	case errors.Is(err, fs.ErrNotExist) && recorded:
		v.unsignedRetirement = true
		at.Fault, at.Text = WarnDeleted, fmt.Sprintf("the recording %q does not exist any more, and no valid checkpoint covers the record which says that it was retired", r.File)
		v.warn(at)
	case errors.Is(err, fs.ErrNotExist):
		at.Fault, at.Text = WarnDeleted, fmt.Sprintf("the recording %q does not exist any more", r.File)
		v.warn(at)
	case err != nil:
		at.Fault, at.Text = FaultDamaged, fmt.Sprintf("the recording %q cannot be read", r.File)
		v.problem(at)
	case size != r.Bytes || sum != r.SHA256:
		at.Fault, at.Text = FaultChanged, fmt.Sprintf("the recording %q was changed: it has %d bytes instead of %d, or another hash", r.File, size, r.Bytes)
		v.problem(at)
	default:
		v.report.Recordings++
		v.report.Bytes += size
	}
}

// hashFile returns the size of a file, and its SHA-256 in hex.
func hashFile(path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}
