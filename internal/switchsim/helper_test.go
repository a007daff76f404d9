package switchsim_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"go.uber.org/goleak"

	"eslguard/internal/switchsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// users are the directory users of the recordings.
var users = map[string]switchsim.User{
	"1000@tenant-a.test": {
		Password: "secret-a", NoLog: true,
		Events: "CHANNEL_CREATE,CHANNEL_ANSWER,CHANNEL_HANGUP,CHANNEL_HANGUP_COMPLETE,BACKGROUND_JOB,CUSTOM,test::custom",
		APIs:   "status,version,show,global_getvar,uuid_getvar,uuid_exists",
	},
	"1001@tenant-a.test": {Password: "secret-a-open"},
	"1002@tenant-a.test": {},
}

// start starts a switch that the test closes.
func start(t testing.TB, opts switchsim.Options) *switchsim.Switch {
	t.Helper()
	s, err := switchsim.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// login connects to a switch and logs in.
func login(t testing.TB, s *switchsim.Switch) *switchsim.Conn {
	t.Helper()
	c, err := switchsim.Login(s.Addr(), "ClueCon")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// command sends a command and returns what the reply says.
func command(t testing.TB, c *switchsim.Conn, text string) string {
	t.Helper()
	r, err := c.Command(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r.Text()
}

// recorded reads a file of recordings, with one JSON value a line. Their strings have one character
// for each byte.
func recorded[T any](t testing.TB, name string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// latin1 decodes text that has one character for each byte.
func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// unstable are the parts of a frame that differ from run to run: ids, times and counters.
var unstable = []struct {
	re *regexp.Regexp
	by string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`(Event-Date-[A-Za-z]+(?:: |":"|>))[^\n"<]+`), "${1}DATE"},
	{regexp.MustCompile(`(Event-Sequence(?:: |":"|>))\d+`), "${1}N"},
	{regexp.MustCompile(`UP 0 years.*`), "UP"},
	{regexp.MustCompile(`"uptime":\{[^}]*\}`), `"uptime":{}`},
	{regexp.MustCompile(`"allowed":[0-9.]+`), `"allowed":N`},
	{regexp.MustCompile(`\d+ session\(s\) (since startup|per Sec|- peak)`), "N session(s) $1"},
	{regexp.MustCompile(`peak \d+, last 5min \d+`), "peak N, last 5min N"},
	{regexp.MustCompile(`min idle cpu [0-9.]+/[0-9.]+`), "min idle cpu"},
}

// stable returns a frame with fixed text for those parts, and for its length if they change it.
func stable(s string) string {
	t := s
	for _, u := range unstable {
		t = u.re.ReplaceAllString(t, u.by)
	}
	if t != s {
		t = contentLength.ReplaceAllString(t, "Content-Length: N")
	}
	return t
}

var contentLength = regexp.MustCompile(`^Content-Length: \d+|Content-Length: \d{2,}`)
