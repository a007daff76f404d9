package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"eslguard/audit/internal/disk"
)

// maxUnfiled is how many checkpoints are kept that could not be written to their file. The oldest
// ones beyond it are left out of the file for good.
const maxUnfiled = 100

// checkpoints are the signed statements about the chain that a folder makes.
type checkpoints struct {
	volume  disk.Volume
	options *Options

	// The recorder's mutex guards these.
	last       mark // what the last checkpoint is about
	atNextSync bool // the next sync makes one, however early it is

	mu sync.Mutex // guards the file of checkpoints and what follows
	// torn reports whether the file may end within a checkpoint.
	torn bool
	// link is what the next checkpoint says about the one before it.
	link link
	// unfiled are checkpoints that are signed and not in the file yet.
	unfiled []unfiled

	// filed is the number of the last checkpoint that is in the file; 0 for none.
	filed atomic.Uint64
}

// An unfiled checkpoint is a signed note and its number.
type unfiled struct {
	note   string
	number uint64
}

// A mark is a point in the chain, and the time at which it was reached.
type mark struct {
	seq  uint64
	hash [HashSize]byte
	time time.Time
}

// due reports whether enough records have been written, up to seq, for a checkpoint to be made
// before Options.CheckpointEvery has passed.
func (p *checkpoints) due(seq uint64) bool {
	return p.options.Signer != nil && seq-p.last.seq >= p.options.CheckpointRecords
}

// take reports whether a sync that reached at makes a checkpoint, and notes that it does. asked
// says that a caller waits for one.
func (p *checkpoints) take(at mark, asked bool) bool {
	if p.options.Signer == nil || at.seq <= p.last.seq {
		return false
	}
	age := at.time.Sub(p.last.time)
	due := p.atNextSync || asked || at.seq-p.last.seq >= p.options.CheckpointRecords || age < 0 || age >= p.options.CheckpointEvery
	if due {
		p.last, p.atNextSync = at, false
	}
	return due
}

// make signs a mark, appends the checkpoint to the file and then passes it to Options.Checkpoint.
// It is passed on even if it cannot be appended, since the copy outside the host is the one that
// counts. It is passed on last, so that the file of a killed run contains every checkpoint that
// was.
func (p *checkpoints) make(at mark) error {
	signed, err := p.sign(at)
	if err != nil {
		return fmt.Errorf("signing a checkpoint: %w", err)
	}
	err = p.file()
	p.options.Checkpoint(signed)
	if err != nil {
		return fmt.Errorf("writing a checkpoint: %w", err)
	}
	return nil
}

// sign returns the signed checkpoint of a mark, and adds it to those that must be filed.
func (p *checkpoints) sign(at mark) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := p.link.text(at)
	signed, err := note.Sign(&note.Note{Text: text}, p.options.Signer)
	if err != nil {
		return "", err
	}
	p.link = p.link.next(at.seq, text)
	p.unfiled = append(p.unfiled, unfiled{string(signed), p.link.number})
	p.unfiled = p.unfiled[max(0, len(p.unfiled)-maxUnfiled):]
	return string(signed), nil
}

// file appends all checkpoints to the file that are not in it yet.
func (p *checkpoints) file() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, err := p.volume.Extend(CheckpointFile)
	if err != nil {
		return err
	}
	defer f.Close()
	var number uint64
	for len(p.unfiled) > 0 {
		var lead string
		if p.torn {
			lead = "\n\n"
		}
		p.torn = true
		if err := disk.WriteAll(f, []byte(lead+p.unfiled[0].note+"\n")); err != nil {
			return err
		}
		p.torn = false
		number, p.unfiled = p.unfiled[0].number, p.unfiled[1:]
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := p.volume.Sync(); err != nil { // the file may be new
		return err
	}
	p.filed.Store(max(number, p.filed.Load()))
	return nil
}

// resume takes over from an earlier run, whose file of checkpoints ends with b.
func (p *checkpoints) resume(b []byte) {
	p.torn = len(b) > 0 && !bytes.HasSuffix(b, []byte("\n\n"))
	p.link = lastLink(b)
	p.filed.Store(p.link.number)
}

// drop removes the checkpoints from the file that are about records up to the sequence to, which
// have been deleted.
func (p *checkpoints) drop(to uint64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, err := p.volume.Read(CheckpointFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return err
	}
	kept := checkpointsAfter(b, to)
	if len(kept) == len(b) {
		return nil
	}
	const unfinished = CheckpointFile + ".tmp"
	if err := p.volume.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := p.volume.Create(unfinished)
	if err != nil {
		return err
	}
	err = disk.WriteAll(f, kept)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, p.volume.Remove(unfinished))
	}
	if err := p.volume.Rename(unfinished, CheckpointFile); err != nil {
		return err
	}
	return p.volume.Sync()
}

// checkpointsAfter returns the end of b, a file of checkpoints, from the first checkpoint on that
// is about a record after the sequence to. The last checkpoint always stays.
func checkpointsAfter(b []byte, to uint64) []byte {
	for {
		_, rest, _ := bytes.Cut(b, []byte("\n")) // the format
		digits, _, _ := bytes.Cut(rest, []byte("\n"))
		seq, err := strconv.ParseUint(string(digits), 10, 64)
		isNote := bytes.HasPrefix(b, []byte(CheckpointHead))
		next := bytes.Index(b, []byte("\n"+CheckpointHead)) + 1
		if isNote && err == nil && seq > to || next == 0 {
			return b
		}
		b = b[next:]
	}
}

// A link is what a checkpoint says about the one before it. The zero link is that of the first
// checkpoint of a folder.
type link struct {
	number uint64         // of the checkpoint before; 0 if there is none, or if it has no number
	seq    uint64         // of the record that it is about
	hash   [HashSize]byte // of its text
}

// text returns the text of the checkpoint of m. l is the link to the checkpoint before it.
func (l link) text(m mark) string {
	return fmt.Sprintf("%s%d\n%d\n%s\n%s\n%d\n%d\n%s\n", CheckpointHead, CheckpointVersion, m.seq,
		hashEncoding.EncodeToString(m.hash[:]), stamp(nil, m.time), l.number+1, l.seq, hashEncoding.EncodeToString(l.hash[:]))
}

// next returns the link to a checkpoint with this text, which is about the record seq. l is the
// link that the checkpoint itself contains.
func (l link) next(seq uint64, text string) link {
	return link{number: l.number + 1, seq: seq, hash: sha256.Sum256([]byte(text))}
}

// lastLink finds the last whole checkpoint in b, the end of a file of checkpoints, and returns the
// link to it. It returns the zero link if there is none.
func lastLink(b []byte) link {
	for end := len(b); end > 0; {
		at := bytes.LastIndex(b[:end], []byte(CheckpointHead))
		if at < 0 {
			break
		}
		if l, ok := parseLink(b[at:end]); ok && (at == 0 || b[at-1] == '\n') {
			return l
		}
		end = at
	}
	return link{}
}

// parseLink parses the checkpoint that b begins with, and returns the link to it. It returns false
// if the checkpoint is not whole.
func parseLink(b []byte) (l link, ok bool) {
	text, rest, ok := strings.Cut(string(b), "\n\n")
	if !ok {
		return l, false
	}
	text += "\n"
	signature, _, _ := strings.Cut(rest, "\n")
	if !isSignature(signature) {
		return l, false
	}
	lines := strings.Split(text, "\n")
	first := CheckpointHead + strconv.Itoa(CheckpointVersion)
	old := CheckpointHead + strconv.Itoa(unnumberedVersion)
	switch {
	case lines[0] == first && len(lines) == 8:
		l.number, ok = parseCount(lines[4])
	case lines[0] == old && len(lines) == 5:
	default:
		return l, false
	}
	seq, isSeq := parseCount(lines[1])
	l.seq, l.hash = seq, sha256.Sum256([]byte(text))
	return l, ok && isSeq
}

// parseCount parses a number that a run could have counted to: from 1 to below math.MaxInt64.
func parseCount(s string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n > 0 && n < math.MaxInt64
}

// isSignature reports whether a line is a whole signature of a note by Ed25519: a dash, a name, and
// SignatureSize bytes in base64.
func isSignature(line string) bool {
	rest, ok := strings.CutPrefix(line, SignaturePrefix)
	_, text, named := strings.Cut(rest, " ")
	b, err := base64.StdEncoding.DecodeString(text)
	return ok && named && err == nil && len(b) == SignatureSize
}
