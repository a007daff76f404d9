package recording_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"eslguard/audit/recording"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start begins a recording in a folder of its own. files returns the finished files.
func start(t testing.TB, change func(*recording.Options)) (r *recording.Recording, dir string, files func() []recording.File) {
	t.Helper()
	dir = t.TempDir()
	var finished []recording.File
	o := recording.Options{
		Dir: dir, Session: "abc", Client: "crm", Addr: "192.0.2.1:5",
		Finished: func(f recording.File) { finished = append(finished, f) },
	}
	if change != nil {
		change(&o)
	}
	r, err := recording.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	return r, dir, func() []recording.File { return finished }
}

type line struct {
	Recording int
	Session   string
	From      string
	Frame     string
	Bytes     int
}

func read(t testing.TB, path string) []line {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []line
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatalf("%q: %v", s.Text(), err)
		}
		out = append(out, l)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func reply(body string) string {
	return fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(body), body)
}

// TestPieces checks that the frames are the same however the stream to the client is split.
func TestPieces(t *testing.T) {
	frames := []string{
		"Content-Type: command/reply\nReply-Text: +OK accepted\n\n", reply("hello"), reply("with\n\nblank\n\n lines"),
		reply(strings.Repeat("x", 70_000)), "Content-Type: command/reply\nReply-Text: +OK\n\n",
	}
	stream := strings.Join(frames, "")
	for round := range 20 {
		r, dir, _ := start(t, nil)
		random := rand.New(rand.NewPCG(1, uint64(round)))
		for rest := stream; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(1+random.IntN(200)))
			if round == 0 {
				n = 1
			}
			r.FromGuard([]byte(rest[:n]))
			rest = rest[n:]
		}
		r.Close()
		got := read(t, filepath.Join(dir, "abc-1"+recording.Suffix))[1:]
		if len(got) != len(frames) {
			t.Fatalf("round %d: %d frames, want %d", round, len(got), len(frames))
		}
		for i := range frames {
			if got[i].Frame != frames[i] || got[i].From != "guard" || got[i].Bytes != 0 {
				t.Fatalf("round %d: frame %d is %.80q, want %.80q", round, i, got[i].Frame, frames[i])
			}
		}
	}
}

func TestSecretsStayOut(t *testing.T) {
	r, dir, _ := start(t, nil)
	for _, f := range []string{
		"api uuid_setvar x sip_auth_password planted1\n\n",
		"sendmsg x\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: my_token=planted2\n\n",
	} {
		r.FromClient([]byte(f))
	}
	for _, body := range []string{
		`{"Event-Name":"X","variable_sip_auth_password":"planted3","Kept":"yes"}`,
		`{"a":"b,","variable_sip_auth_password":"planted,4","Kept":"yes"}`,
		"Event-Name: X\nvariable_sip_auth_password: planted5\nKept: yes\n\n",
		"<event>\n  <headers>\n    <variable_sip_auth_password>planted6</variable_sip_auth_password>\n    <Kept>yes</Kept>\n",
	} {
		r.FromGuard([]byte(reply(body)))
	}
	r.Close()
	text, err := os.ReadFile(filepath.Join(dir, "abc-1"+recording.Suffix))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "planted") {
		t.Errorf("a secret is in the recording:\n%s", text)
	}
	if n := strings.Count(string(text), "yes"); n != 4 {
		t.Errorf("%d of 4 headers after a secret were kept:\n%s", n, text)
	}
}

func TestFilesAreBounded(t *testing.T) {
	r, dir, files := start(t, func(o *recording.Options) { o.MaxFile = 10_000; o.MaxFiles = 3; o.MaxQueue = 1 << 20 })
	frame := reply(strings.Repeat("y", 900))
	for range 100 {
		r.FromGuard([]byte(frame))
	}
	r.Close()
	got := files()
	if len(got) != 4 {
		t.Fatalf("finished %+v, want three files and the word that no more may be", got)
	}
	if got[3].Err == nil {
		t.Error("what did not fit any more was left out without a word")
	}
	for _, f := range got[:3] {
		text, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		if f.SHA256 != hex.EncodeToString(sum[:]) || f.Bytes != int64(len(text)) || f.Bytes > 10_000 || f.Frames == 0 {
			t.Errorf("file %+v does not describe its %d bytes", f, len(text))
		}
	}
}

func TestWhatTheQueueCannotHoldIsCounted(t *testing.T) {
	r, _, files := start(t, func(o *recording.Options) { o.MaxQueue = 10 })
	r.FromGuard([]byte(reply("far more than ten bytes")))
	r.Close()
	if got := files(); len(got) != 1 || got[0].Lost != int64(len(reply("far more than ten bytes"))) {
		t.Errorf("finished %+v, want one file that tells what was lost", got)
	}
}

func TestAFrameTooLongIsCut(t *testing.T) {
	r, dir, _ := start(t, nil)
	long := reply(strings.Repeat("z", 3<<20))
	r.FromGuard([]byte(long))
	r.FromGuard([]byte(reply("next")))
	r.Close()
	got := read(t, filepath.Join(dir, "abc-1"+recording.Suffix))[1:]
	if len(got) != 2 || got[0].Bytes != len(long) || len(got[0].Frame) != recording.MaxFrame || got[1].Frame != reply("next") {
		t.Errorf("%d frames, want the long one cut and told so, and the next one whole", len(got))
	}
}

func TestNoFolderNoRecording(t *testing.T) {
	if _, err := recording.Start(recording.Options{Dir: filepath.Join(t.TempDir(), "missing"), Session: "x"}); err == nil {
		t.Error("a recording without a folder has begun")
	}
}

func BenchmarkFromGuard(b *testing.B) {
	r, _, _ := start(b, nil)
	defer r.Close()
	frame := []byte(reply(strings.Repeat("e", 2400)))
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for range b.N {
		r.FromGuard(frame)
	}
}

// BenchmarkWhole measures the whole cost of a recording, on a core of its own: splitting,
// redacting, encoding and writing.
func BenchmarkWhole(b *testing.B) {
	frame := []byte(reply(`{"Event-Name":"CHANNEL_CREATE","Unique-ID":"x","variable_a":"` + strings.Repeat(`b","variable_c":"`, 130) + `d"}`))
	b.SetBytes(int64(len(frame)))
	r, _, files := start(b, func(o *recording.Options) { o.MaxQueue = int64(len(frame)) * int64(b.N+1); o.MaxFiles = 1 << 20 })
	for range b.N {
		r.FromGuard(frame)
	}
	r.Close()
	for _, f := range files() {
		if f.Lost > 0 {
			b.Fatalf("%d bytes were lost", f.Lost)
		}
	}
}
