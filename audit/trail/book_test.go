package trail_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/mod/sumdb/note"
)

// A book writes folders as the comment of package audit describes them, so that the reader is
// tested with the description and not only with the writer.
type book struct {
	t        testing.TB
	dir      string
	identity *age.X25519Identity // nil: no MACs
	signer   note.Signer
	verifier note.Verifier

	clock  time.Time
	seq    uint64
	prev   [32]byte
	key    []byte
	name   string // of the current segment
	before string // the name of the segment before
	data   []byte
	points []string // all checkpoints, each with its empty line
	signs  bool     // heads name the signer and the number of the last checkpoint
	// number, pointSeq and pointText are of the last checkpoint.
	number, pointSeq uint64
	pointText        [32]byte
	compress         bool // compress the segments that end from now on
	reseal           bool // every head contains its key
}

func newBook(t testing.TB, keyed bool) *book {
	b := &book{t: t, dir: t.TempDir(), clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	secret, public, err := note.GenerateKey(rand.Reader, "guard.test")
	b.check(err)
	b.signer, err = note.NewSigner(secret)
	b.check(err)
	b.verifier, err = note.NewVerifier(public)
	b.check(err)
	if keyed {
		b.identity, err = age.GenerateX25519Identity()
		b.check(err)
	}
	return b
}

func (b *book) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

var raw = base64.RawStdEncoding

// line returns the line of the next record.
func (b *book) line(kind, fields string) []byte {
	b.clock = b.clock.Add(time.Millisecond)
	body := fmt.Sprintf(`{"time":"%s","seq":%d%s,"kind":"%s"%s`,
		b.clock.Format("2006-01-02T15:04:05.000000Z"), b.seq, lostField(&fields), kind, fields)
	b.prev = sha256.Sum256(append(b.prev[:], body...))
	body += `,"hash":"` + raw.EncodeToString(b.prev[:])
	if b.key != nil {
		m := hmac.New(sha256.New, b.key)
		m.Write(b.prev[:])
		body += `","mac":"` + raw.EncodeToString(m.Sum(nil))
		b.ratchet(1)
	}
	return []byte(body + "\"}\n")
}

// lostField removes a field lost from the beginning of the fields, and returns it.
func lostField(fields *string) string {
	if !strings.HasPrefix(*fields, `,"lost":`) {
		return ""
	}
	n := strings.Index((*fields)[1:], ",") + 1
	if n == 0 {
		n = len(*fields)
	}
	lost := (*fields)[:n]
	*fields = (*fields)[n:]
	return lost
}

func (b *book) ratchet(n int) {
	for range n {
		next := sha256.Sum256(append([]byte("eslguard audit ratchet"), b.key...))
		b.key = next[:]
	}
}

// head begins a segment.
func (b *book) head(kind, fields string) {
	prevSeq, prevHash := b.seq, raw.EncodeToString(b.prev[:])
	b.seq++
	b.name = fmt.Sprintf("audit-%012d.jsonl", b.seq)
	b.data = nil
	text := fields + `,"format":1`
	if b.before != "" {
		text += `,"prev_segment":"` + b.before + `"`
	}
	text += fmt.Sprintf(`,"prev_seq":%d,"prev_hash":"%s"`, prevSeq, prevHash)
	if kind == "start" && b.identity != nil {
		b.key = make([]byte, 32)
		rand.Read(b.key)
	}
	if b.key != nil && (kind == "start" || b.reseal) {
		text += fmt.Sprintf(`,"recipient":"%s","sealed_key":"%s"`, b.identity.Recipient(), b.sealed(b.key))
	}
	if b.signs {
		text += fmt.Sprintf(`,"signer":"%s+%08x"`, b.signer.Name(), b.signer.KeyHash())
		if b.number > 0 {
			text += fmt.Sprintf(`,"checkpoint":%d`, b.number)
		}
	}
	b.put(b.line(kind, text))
}

// sealed returns a key as a head contains it.
func (b *book) sealed(key []byte) string {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, b.identity.Recipient())
	b.check(err)
	_, err = w.Write(key)
	b.check(err)
	b.check(w.Close())
	return base64.StdEncoding.EncodeToString(sealed.Bytes())
}

func (b *book) put(line []byte) { b.data = append(b.data, line...) }

// add adds records of a kind.
func (b *book) add(kind, fields string) {
	b.seq++
	b.put(b.line(kind, fields))
}

// end writes the segment.
func (b *book) end() {
	path := filepath.Join(b.dir, b.name)
	data := b.data
	if b.compress {
		e, err := zstd.NewWriter(nil)
		b.check(err)
		path, data = path+".zst", e.EncodeAll(data, nil)
	}
	b.check(os.WriteFile(path, data, 0o600))
	b.before = b.name
}

// next ends the segment with a seal and begins another.
func (b *book) next() {
	b.add("seal", "")
	b.end()
	b.head("reopen", `,"reason":"it is time"`)
}

// stop ends the run.
func (b *book) stop() {
	b.add("stop", "")
	b.end()
	b.key = nil
}

// sign makes a checkpoint.
func (b *book) sign() string {
	b.number++
	text := b.point(2) + fmt.Sprintf("%d\n%d\n%s\n", b.number, b.pointSeq, raw.EncodeToString(b.pointText[:]))
	return b.signed(text)
}

// signOld makes a checkpoint of the version without a number.
func (b *book) signOld() string { return b.signed(b.point(1)) }

// point returns the lines that checkpoints of all versions have.
func (b *book) point(version int) string {
	return fmt.Sprintf("eslguard audit %d\n%d\n%s\n%s\n", version, b.seq, raw.EncodeToString(b.prev[:]), b.clock.Format("2006-01-02T15:04:05.000000Z"))
}

func (b *book) signed(text string) string {
	b.pointSeq, b.pointText = b.seq, sha256.Sum256([]byte(text))
	n, err := note.Sign(&note.Note{Text: text}, b.signer)
	b.check(err)
	b.points = append(b.points, string(n)+"\n")
	return string(n)
}

// file writes the file of checkpoints.
func (b *book) file(points []string) {
	b.check(os.WriteFile(filepath.Join(b.dir, "checkpoints"), []byte(strings.Join(points, "")), 0o600))
}

// commands adds n commands and their replies.
func (b *book) commands(n int) {
	for range n {
		b.add("command", `,"session":"s1","client":"dialer","command":"api status","command_bytes":10,"effects":[{"kind":"api","name":"status"}],"decision":"allow"`)
		b.add("reply", fmt.Sprintf(`,"session":"s1","client":"dialer","of":%d,"reply":"+OK","reply_bytes":3,"took_us":120`, b.seq))
	}
}

// small returns a folder of two runs and four segments, of which only the last is not compressed.
func small(t testing.TB, keyed bool) *book {
	b := newBook(t, keyed)
	b.head("start", "")
	b.sign()
	b.commands(2)
	b.next()
	b.commands(2)
	b.stop()
	b.head("start", "")
	b.commands(1)
	b.sign()
	b.next()
	b.commands(1)
	b.stop()
	return b
}
