package trail

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"eslguard/audit/recording"
)

// A Frame is one frame of a session that was recorded whole. Its text may be hostile.
type Frame struct {
	At time.Time
	// From is client or guard, the sender.
	From string
	Text string
	// Bytes is the size of the whole frame if Text is only a part of it, 0 otherwise.
	Bytes int
}

// Frames reads the recording of one session, file after file. It does not verify anything. It must
// be made with OpenFrames.
type Frames struct {
	dir, session string
	n            int // the number of the open file
	f            *os.File
	lines        *lineReader
	began        time.Time
	peeked       *Frame
}

// OpenFrames opens the recording of a session in the folder dir. The error is fs.ErrNotExist if
// there is none.
func OpenFrames(dir, session string) (*Frames, error) {
	if session == "" || session != filepath.Base(session) {
		return nil, fmt.Errorf("trail: %q is not the id of a session: %w", session, fs.ErrNotExist)
	}
	f := &Frames{dir: dir, session: session}
	if err := f.open(); err != nil {
		return nil, err
	}
	return f, nil
}

// open opens the next file that exists and reads its head. The first files may have been retired.
func (f *Frames) open() error {
	f.Close()
	var file *os.File
	err := error(fs.ErrNotExist)
	for errors.Is(err, fs.ErrNotExist) && f.n < recording.DefaultMaxFiles {
		f.n++
		file, err = os.Open(filepath.Join(f.dir, fmt.Sprintf("%s-%d%s", f.session, f.n, recording.Suffix)))
	}
	if err != nil {
		return err
	}
	f.f, f.lines = file, newLineReader(file)
	var head struct {
		Recording int       `json:"recording"`
		Began     time.Time `json:"began"`
	}
	b, err := f.lines.next()
	if err == nil {
		err = json.Unmarshal(b, &head)
	}
	if err != nil || head.Recording != 1 {
		return fmt.Errorf("trail: %s is not a recording of a known version", filepath.Base(file.Name()))
	}
	f.began = head.Began
	return nil
}

// Before returns the next frame if it is not later than t, and nil otherwise or at the end. If t is
// zero, it returns the next frame at any time. The error says that a file cannot be read.
func (f *Frames) Before(t time.Time) (*Frame, error) {
	if f.peeked == nil {
		var err error
		if f.peeked, err = f.next(); err != nil || f.peeked == nil {
			return nil, err
		}
	}
	if !t.IsZero() && f.peeked.At.After(t) {
		return nil, nil
	}
	frame := f.peeked
	f.peeked = nil
	return frame, nil
}

// next reads one frame, and returns nil at the end.
func (f *Frames) next() (*Frame, error) {
	for f.f != nil {
		b, err := f.lines.next()
		if errors.Is(err, io.EOF) {
			err = f.open()
			if errors.Is(err, fs.ErrNotExist) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("trail: %w", err)
		}
		var e struct {
			Us    int64  `json:"us"`
			From  string `json:"from"`
			Frame string `json:"frame"`
			Bytes int    `json:"bytes"`
		}
		if json.Unmarshal(b, &e) == nil && e.From != "" {
			return &Frame{At: f.began.Add(time.Duration(e.Us) * time.Microsecond), From: e.From, Text: e.Frame, Bytes: e.Bytes}, nil
		}
		// Other lines say what was lost, or were left unfinished by a crash.
	}
	return nil, nil
}

// Close ends the reading. It may be called with nil.
func (f *Frames) Close() {
	if f == nil || f.f == nil {
		return
	}
	// An error does not matter: the file was only read.
	_ = f.f.Close()
	f.f, f.lines = nil, nil
}
