package audit

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"eslguard/audit/internal/disk"
)

// A got is what tests read of a record in a folder.
type got struct {
	Seq       uint64
	Lost      uint64
	Kind      string
	Reason    string
	Command   string
	Torn      int64  `json:"torn_bytes"`
	TornFile  string `json:"torn_file"`
	Format    int
	PrevSeg   string   `json:"prev_segment"`
	PrevSeq   uint64   `json:"prev_seq"`
	PrevHash  string   `json:"prev_hash"`
	Unsynced  uint64   `json:"unsynced_from"`
	Sealed    []byte   `json:"sealed_key"`
	From      uint64   `json:"retired_from"`
	To        uint64   `json:"retired_to"`
	Retired   string   `json:"retired_hash"`
	Files     []string `json:"retired_files"`
	Hash, Mac string
	segment   string
}

// ending matches the end of a line as the package comment describes it.
var ending = regexp.MustCompile(`^(\{.*),"hash":"([A-Za-z0-9+/]{43})"(?:,"mac":"([A-Za-z0-9+/]{43})")?\}$`)

// readTrail reads a folder as the package comment describes it, from the text alone, and fails for
// everything that is not as described. With an identity it checks the MACs, too.
func readTrail(t testing.TB, v disk.Volume, id age.Identity) []got {
	t.Helper()
	list, err := v.List("")
	if err != nil {
		t.Fatal(err)
	}
	var all []got
	var key []byte
	segs := segments(list)
	for i := range segs {
		r, err := openSegment(v, &segs[i])
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if !bytes.HasSuffix(b, []byte("\n")) {
			t.Errorf("%s does not end with a line feed: %q", segs[i].name, b[max(0, len(b)-100):])
			continue
		}
		for n, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
			var last got
			if len(all) > 0 {
				last = all[len(all)-1]
			}
			g, ok := readLine(t, line)
			if !ok {
				continue
			}
			g.segment = segs[i].name
			checkLink(t, line, &last, &g, n == 0)
			if id != nil {
				key = checkMAC(t, key, id, &last, &g)
			}
			all = append(all, g)
		}
	}
	return all
}

// readLine parses one line.
func readLine(t testing.TB, line string) (g got, ok bool) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), &g); err != nil {
		t.Errorf("%v: %q", err, line)
		return g, false
	}
	return g, true
}

// checkLink checks that a record follows from the last one. The very first is trusted.
func checkLink(t testing.TB, line string, last, g *got, first bool) {
	t.Helper()
	m := ending.FindStringSubmatch(line)
	if m == nil {
		t.Errorf("the line's end: %q", line)
		return
	}
	if isHead := g.Kind == "start" || g.Kind == "reopen"; isHead != first || isHead != (g.Format == FormatVersion) {
		t.Errorf("%d: a %s, first in its segment: %v, format %d", g.Seq, g.Kind, first, g.Format)
	}
	if first && segmentName(g.Seq) != g.segment {
		t.Errorf("%d is the first of %s", g.Seq, g.segment)
	}
	prev := last.Hash
	switch {
	case last.Kind == "":
		prev = g.PrevHash
	case first && (g.PrevHash != last.Hash || g.PrevSeq != last.Seq || g.PrevSeg != last.segment):
		if g.Unsynced == 0 || last.Seq+1 < g.Unsynced {
			t.Errorf("%d follows %d %s in %s; before it is %d %s in %s", g.Seq, g.PrevSeq, g.PrevHash, g.PrevSeg, last.Seq, last.Hash, last.segment)
		}
		prev, last.Seq = g.PrevHash, g.PrevSeq
	}
	if last.Kind != "" && g.Seq != last.Seq+1+g.Lost {
		t.Errorf("%d after %d with %d lost", g.Seq, last.Seq, g.Lost)
	}
	p, err := base64.RawStdEncoding.DecodeString(prev)
	if err != nil {
		t.Error(err)
	}
	sum := sha256.Sum256(append(p, m[1]...))
	if want := base64.RawStdEncoding.EncodeToString(sum[:]); m[2] != want {
		t.Errorf("%d (%s): hash %s, want %s", g.Seq, g.Kind, m[2], want)
	}
}

// checkMAC checks a record's MAC and returns its key. key is the key of the last record.
func checkMAC(t testing.TB, key []byte, id age.Identity, last, g *got) []byte {
	t.Helper()
	if g.Kind != "start" && key != nil {
		for range g.Seq - last.Seq {
			next := sha256.Sum256(append([]byte("eslguard audit ratchet"), key...))
			key = next[:]
		}
	}
	if g.Kind == "start" || g.Kind == "reopen" {
		r, err := age.Decrypt(bytes.NewReader(g.Sealed), id)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := io.ReadAll(r)
		if err != nil || len(sealed) != HashSize || g.Kind == "reopen" && key != nil && !bytes.Equal(sealed, key) {
			t.Fatalf("%d: %x is sealed, the run has come to %x: %v", g.Seq, sealed, key, err)
		}
		key = sealed
	}
	h, _ := base64.RawStdEncoding.DecodeString(g.Hash)
	mac := hmac.New(sha256.New, key)
	mac.Write(h)
	if want := base64.RawStdEncoding.EncodeToString(mac.Sum(nil)); g.Mac != want {
		t.Errorf("%d: MAC %q, want %q", g.Seq, g.Mac, want)
	}
	return key
}

// kinds returns for each record its kind and sequence, and how many were lost before it.
func kinds(all []got) string {
	var b strings.Builder
	for i, g := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s%d", g.Kind, g.Seq)
		if g.Lost > 0 {
			fmt.Fprintf(&b, "-%d", g.Lost)
		}
		if g.Torn > 0 {
			fmt.Fprintf(&b, "!%d", g.Torn)
		}
	}
	return b.String()
}

// readCheckpoints checks every note in b, and that each follows from the one before, and returns
// SEQUENCE:HASH of each.
func readCheckpoints(t testing.TB, b []byte, verifier string) []string {
	t.Helper()
	v, err := note.NewVerifier(verifier)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	var last int
	var before string
	parts := strings.Split(strings.TrimSuffix(string(b), "\n\n"), "\n\n")
	for i := 0; i+1 < len(parts); i += 2 {
		n, err := note.Open([]byte(parts[i]+"\n\n"+parts[i+1]+"\n"), note.VerifierList(v))
		if err != nil {
			t.Fatalf("%v: %q", err, parts[i])
		}
		lines := strings.Split(n.Text, "\n")
		if len(lines) != 8 || lines[0] != "eslguard audit 2" {
			t.Fatalf("%q", n.Text)
		}
		number, err := strconv.Atoi(lines[4])
		if link := lines[5] + " " + lines[6]; err != nil || before != "" && (number != last+1 || link != before) {
			t.Fatalf("%v: it does not follow from checkpoint %d, %s: %q", err, last, before, n.Text)
		}
		sum := sha256.Sum256([]byte(n.Text))
		last, before = number, lines[1]+" "+base64.RawStdEncoding.EncodeToString(sum[:])
		out = append(out, lines[1]+":"+lines[2])
	}
	return out
}
