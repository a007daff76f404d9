package recording

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A gap is a line that says how many bytes are missing before the next line.
type gap struct {
	Us   int64 `json:"us"`
	Lost int64 `json:"lost"`
}

// since returns a time in microseconds since the recording began.
func (r *Recording) since(at time.Time) int64 { return at.Sub(r.began).Microseconds() }

// An entry is one line of a recording.
type entry struct {
	Us    int64  `json:"us"`
	From  string `json:"from"`
	Frame string `json:"frame"`
	// Bytes is the size of the whole frame if it is cut.
	Bytes int `json:"bytes,omitempty"`
}

func (r *Recording) writeFrame(at time.Time, from, text string, size int) error {
	e := entry{Us: r.since(at), From: from, Frame: text}
	if size > MaxFrame {
		e.Bytes = size
	}
	err := r.writeLine(e)
	if err == nil {
		r.frames++
	}
	return err
}

// writeLine writes v as a line, and begins another file first if this one is full.
func (r *Recording) writeLine(v any) error {
	line, err := encode(v)
	if err != nil {
		return err
	}
	if r.size+int64(len(line)) > r.options.MaxFile && r.frames > 0 {
		r.finish(nil)
		if err := r.open(); err != nil {
			return err
		}
	}
	return r.appendLine(line)
}

func (r *Recording) appendLine(line []byte) error {
	n, err := r.file.Write(line)
	r.size += int64(n)
	r.sum.Write(line[:n])
	if err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	return nil
}

// A head is the first line of a file.
type head struct {
	Recording int    `json:"recording"`
	Session   string `json:"session"`
	Client    string `json:"client"`
	Addr      string `json:"addr"`
	Began     string `json:"began"`
	File      int    `json:"file"`
}

var errTooManyFiles = errors.New("recording: the session has the maximum number of files")

// open begins the next file. If it fails, no file is open.
func (r *Recording) open() error {
	if r.n >= r.options.MaxFiles {
		return errTooManyFiles
	}
	r.n++
	f, err := os.OpenFile(filepath.Join(r.options.Dir, r.name()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		r.n--
		return fmt.Errorf("recording: %w", err)
	}
	r.file, r.size, r.frames, r.sum = f, 0, 0, sha256.New()
	line, err := encode(head{
		Recording: 1, Session: r.options.Session, Client: r.options.Client, Addr: r.options.Addr,
		Began: r.began.UTC().Format(time.RFC3339Nano), File: r.n,
	})
	if err == nil {
		err = r.appendLine(line)
	}
	if err != nil {
		// A file without its head is useless.
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		r.file = nil
		r.n--
	}
	return err
}

// encode returns v as a line of JSON, in which < and > are not escaped.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func (r *Recording) name() string { return fmt.Sprintf("%s-%d%s", r.options.Session, r.n, Suffix) }

// finish completes the current file and reports it. why is why the file ends early, nil if it does
// not.
func (r *Recording) finish(why error) {
	f := File{Name: r.name(), Lost: r.takeLost(), Err: why}
	if r.file != nil {
		// The mode tells the retention of the audit that the file is complete.
		f.Err = errors.Join(why, r.file.Sync(), r.file.Chmod(completeMode), r.file.Close())
		f.Bytes, f.Frames, f.SHA256 = r.size, r.frames, hex.EncodeToString(r.sum.Sum(nil))
		r.file = nil
	}
	if r.options.Finished != nil {
		r.options.Finished(f)
	}
}
