package codec_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"eslguard/codec"
)

// acceptTests is the table of what a ClientReader reads. Frames are compared by their canonical
// form.
var acceptTests = []struct {
	name string
	in   string
	want []string
}{
	{"one frame, LF", "api status\n\n", []string{"api status\n\n"}},
	{"one frame, CR LF", "api status\r\n\r\n", []string{"api status\n\n"}},
	{"headers, LF", "sendmsg U\ncall-command: execute\nexecute-app-name: park\n\n",
		[]string{"sendmsg U\ncall-command: execute\nexecute-app-name: park\n\n"}},
	{"headers, CR LF", "bgapi status\r\nJob-UUID: 7\r\n\r\n", []string{"bgapi status\nJob-UUID: 7\n\n"}},
	{"one line with CR LF, the blank one with LF", "api status\r\n\napi a\n\n", []string{"api status\n\n", "api a\n\n"}},
	{"the same of any verb", "auth a\r\n\nevent plain ALL\r\n\nfilter a b\r\n\n", []string{"auth a\n\n", "event plain ALL\n\n", "filter a b\n\n"}},
	{"one line with CR LF, then two LF", "bgapi x\r\n\n\napi a\n\n", []string{"bgapi x\n\n", "api a\n\n"}},
	{"an API's line with LF, the blank one with CR LF", "api version\n\r\nBgapi a b\n\r\napi a\r\n\r\n",
		[]string{"api version\n\n", "Bgapi a b\n\n", "api a\n\n"}},
	{"each frame has its own line ends", "api a\n\napi b\r\n\r\napi c\n\n",
		[]string{"api a\n\n", "api b\n\n", "api c\n\n"}},
	{"stray blank lines", "\n\r\n\napi a\n\n\n\r\n\r\napi b\r\n\r\n\n",
		[]string{"api a\n\n", "api b\n\n"}},
	{"no space after the colon", "bgapi status\nJob-UUID:7\n\n", []string{"bgapi status\nJob-UUID: 7\n\n"}},
	{"several spaces after the colon", "bgapi x\nA:   b c \n\n", []string{"bgapi x\nA: b c \n\n"}},
	{"a TAB is no space", "bgapi x\nA: \tb\n\n", []string{"bgapi x\nA: \tb\n\n"}},
	{"colons in a value", "bgapi x\nA: b: c\n\n", []string{"bgapi x\nA: b: c\n\n"}},
	{"trailing space of the line", "api status \n\n", []string{"api status \n\n"}},
	{"leading space of the line", " api status\n\n", []string{" api status\n\n"}},
	{"TAB in the line", "api \tstatus\n\n", []string{"api \tstatus\n\n"}},
	{"a line with a colon is still the command", "Content-Length: 5\n\n", []string{"Content-Length: 5\n\n"}},
	{"a blank is a part of a name", "sendevent X\n A: b\nA: c\nA : d\nB C: e\n\tD: f\n\n",
		[]string{"sendevent X\n A: b\nA: c\nA : d\nB C: e\n\tD: f\n\n"}},
	{"a line that begins with a blank and has no colon", "sendevent X\nA: b\n c\n\td\n \nE: f\n\n", []string{"sendevent X\nA: b\nE: f\n\n"}},
	{"bytes above ASCII", "api echo \xe4\xc3\xa4\xff\n\n", []string{"api echo \xe4\xc3\xa4\xff\n\n"}},
	{"names above ASCII are compared as bytes", "sendevent X\n\xe4: 1\n\xc4: 2\n\n", []string{"sendevent X\n\xe4: 1\n\xc4: 2\n\n"}},
	{"only ASCII has another case", "sendevent X\nk: 1\n\u212a: 2\n\n", []string{"sendevent X\nk: 1\n\u212a: 2\n\n"}},

	{"an empty value is left out", "sendmsg U\nexecute-app-arg: \nloops:\nA: b\n\n", []string{"sendmsg U\nA: b\n\n"}},
	{"ARRAY:: within a value", "sendevent X\nA: b ARRAY::c\n\n", []string{"sendevent X\nA: b ARRAY::c\n\n"}},
	{"application may be repeated in a sendmsg", "SendMsg U\napplication: a\nApplication: b\n\n",
		[]string{"SendMsg U\napplication: a\nApplication: b\n\n"}},

	{"a body", "sendevent X\nContent-Length: 5\n\nhelloapi a\n\n",
		[]string{"sendevent X\nContent-Length: 5\n\nhello", "api a\n\n"}},
	{"a body, CR LF, the name in another case", "sendevent X\r\ncontent-LENGTH:7\r\nA: b\r\n\r\nhel\nlo!\r\n\r\napi a\r\n\r\n",
		[]string{"sendevent X\nA: b\nContent-Length: 7\n\nhel\nlo!", "api a\n\n"}},
	{"a body that looks like frames", "sendevent X\nContent-Length: 7\n\napi a\n\napi b\n\n",
		[]string{"sendevent X\nContent-Length: 7\n\napi a\n\n", "api b\n\n"}},
	{"a body of bare CR", "sendevent X\nContent-Length: 3\n\n\r\r\r", []string{"sendevent X\nContent-Length: 3\n\n\r\r\r"}},
	{"an empty body", "sendmsg U\nContent-Length: 0\n\n\n", []string{"sendmsg U\nContent-Length: 0\n\n"}},
	{"another name with the words in it", "sendevent X\nX-Content-Length: 5\n\n", []string{"sendevent X\nX-Content-Length: 5\n\n"}},

	{"plainly an unload", "api unload mod_event_socket\n\n", []string{"api unload mod_event_socket\n\n"}},
	{"plainly a reload", "API Reload mod_event_socket\r\n\r\n", []string{"API Reload mod_event_socket\n\n"}},
	{"one of the words", "api reload mod_sofia\nA: unload\n\n", []string{"api reload mod_sofia\nA: unload\n\n"}},
	{"the other word", "api module_exists mod_event_socket\n\n", []string{"api module_exists mod_event_socket\n\n"}},
	{"the words in a body", "sendevent X\nContent-Length: 23\n\nunload mod_event_socket",
		[]string{"sendevent X\nContent-Length: 23\n\nunload mod_event_socket"}},
}

func TestAccept(t *testing.T) {
	for _, tt := range acceptTests {
		t.Run(tt.name, func(t *testing.T) {
			r := codec.NewClientReader(strings.NewReader(tt.in), codec.Limits{})
			for _, want := range tt.want {
				f, err := r.Next()
				if err != nil {
					t.Fatalf("Next: %v, want %q", err, want)
				}
				got, err := codec.Append(nil, f)
				if err != nil {
					t.Fatalf("Append: %v", err)
				}
				if string(got) != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("at the end: %v, want io.EOF", err)
			}
		})
	}
}

// What the client can do after a refusal.
const (
	fatal  = true
	passes = false
)

// smallLimits are limits that short frames reach.
var smallLimits = codec.Limits{Header: 64, Body: 8}

// refuseTests is the table of what a ClientReader refuses. If the refusal is not fatal, the next
// frame must be read.
var refuseTests = []struct {
	name   string
	limits codec.Limits
	in     string
	reason codec.Reason
	fatal  bool
}{
	{"CR LF after LF", smallLimits, "api a\nA: b\r\n\r\n", codec.MixedLineEnds, passes},
	{"LF after CR LF", smallLimits, "api a\r\nA: b\n\r\n", codec.MixedLineEnds, passes},
	{"a value over two lines", smallLimits, "api a\r\nA: b\nc: d\r\n\r\n", codec.MixedLineEnds, passes},
	{"several lines of a CR LF client's command", smallLimits, "sendevent A\nB: c\nD: e\r\n\r\n", codec.MixedLineEnds, passes},
	{"a header, and a blank line with LF", smallLimits, "api a\r\nA: b\r\n\n", codec.MixedLineEnds, passes},
	{"a header, and a blank line with CR LF", smallLimits, "api a\nA: b\n\r\n", codec.MixedLineEnds, passes},
	{"mixed, with a length", smallLimits, "sendevent A\nContent-Length: 5\r\n\r\nhello", codec.MixedLineEnds, fatal},
	{"mixed, with a length of another case, behind", smallLimits, "sendevent A\r\nX: b\ncontent-LENGTH: 0\r\n\r\n", codec.MixedLineEnds, fatal},
	{"mixed, with a word of a length", smallLimits, "sendevent A\nX: content-length\r\n\r\n", codec.MixedLineEnds, fatal},
	{"mixed, and a control character before", smallLimits, "api \x01a\nA: b\r\n\r\n", codec.ControlCharacter, passes},
	{"mixed, and a CR behind", smallLimits, "api a\nA: b\r\nC: d\re\r\n\r\n", codec.BareCR, fatal},
	{"mixed, and a NUL behind", smallLimits, "api a\nA: b\r\nC: \x00\r\n\r\n", codec.NUL, fatal},
	{"LF at the end of the last word of an event", smallLimits, "event plain ALL\n\r\n", codec.MixedLineEnds, passes},
	{"LF at the end of a password", codec.LoginLimits, "auth a\n\r\n", codec.MixedLineEnds, passes},
	{"LF at the end of a filter", smallLimits, "filter a b\n\r\n", codec.MixedLineEnds, passes},
	{"LF at the end of a completion", smallLimits, "api console_complete a\n\r\n", codec.MixedLineEnds, passes},
	{"two CR in the blank line", smallLimits, "api a\n\r\r\n", codec.BareCR, fatal},

	{"CR in the line", smallLimits, "api\ra\n\n", codec.BareCR, fatal},
	{"CR in a header", smallLimits, "api a\nA: b\rC: d\n\n", codec.BareCR, fatal},
	{"CR in a CR LF frame", smallLimits, "api a\r\nA: b\rC: d\r\n\r\n", codec.BareCR, fatal},
	{"two CR before LF", smallLimits, "api a\r\r\n\r\n", codec.BareCR, fatal},
	{"CR in the blank line", smallLimits, "api a\r\n\r\r\n", codec.BareCR, fatal},
	{"CR before a frame", smallLimits, "\rapi a\n\n", codec.BareCR, fatal},
	{"CR among blank lines", smallLimits, "\n\r\r\napi a\n\n", codec.BareCR, fatal},

	{"NUL in the line", smallLimits, "api a\x00 b\n\n", codec.NUL, fatal},
	{"NUL in a header", smallLimits, "api a\nA\x00: b\n\n", codec.NUL, fatal},
	{"NUL first", smallLimits, "\x00\n\n", codec.NUL, fatal},
	{"a control character before a NUL", smallLimits, "api \x01\x00\n\n", codec.NUL, fatal},

	{"control character in the line", smallLimits, "api \x01a\n\n", codec.ControlCharacter, passes},
	{"DEL in a value", smallLimits, "api a\nA: \x7f\n\n", codec.ControlCharacter, passes},
	{"VT in a value", smallLimits, "api a\nA: \vb\n\n", codec.ControlCharacter, passes},

	{"no colon", smallLimits, "api a\nb\n\n", codec.HeaderWithoutColon, passes},
	{"no colon, but a length", smallLimits, "api a\nContent-Length 5\n\n", codec.HeaderWithoutColon, fatal},

	{"Command", smallLimits, "api a\nCommand: b\n\n", codec.HeaderName, passes},
	{"Command, in another case, empty", smallLimits, "api a\ncOMMAND:\n\n", codec.HeaderName, passes},
	{"_body", smallLimits, "api a\n_body: b\n\n", codec.HeaderName, passes},
	{"_Body", smallLimits, "api a\n_Body: b\n\n", codec.HeaderName, passes},
	{"a bracket", smallLimits, "api a\nA[0]: b\n\n", codec.HeaderName, passes},
	{"a bracket after a blank", smallLimits, "api a\nCommand[ 0]: b\n\n", codec.HeaderName, passes},
	{"a blank, no colon, but a length", smallLimits, "api a\n Content-Length 5\n\n", codec.HeaderWithoutColon, fatal},
	{"an unload with an unread line", codec.Limits{}, "api unload mod_event_socket\n b\n\n", codec.EventSocketWord, passes},
	{"an empty name", smallLimits, "api a\n: b\n\n", codec.HeaderName, passes},
	{"a length with a blank before the colon", smallLimits, "api a\nContent-Length : 5\n\n", codec.HeaderName, fatal},
	{"a length with a blank before the name", smallLimits, "api a\n content-length: 5\n\n", codec.HeaderName, fatal},
	{"a length with a TAB before the name", smallLimits, "api a\n\tContent-Length: 5\n\n", codec.HeaderName, fatal},
	{"a length with a bracket", smallLimits, "api a\nContent-Length[0]: 5\n\n", codec.HeaderName, fatal},
	{"a length with a control character", smallLimits, "api a\nContent-Length\x01: 5\n\n", codec.HeaderName, fatal},

	{"ARRAY::", smallLimits, "api a\nA: ARRAY::b\n\n", codec.ArrayValue, passes},
	{"ARRAY:: without more", smallLimits, "api a\nA:  ARRAY::\n\n", codec.ArrayValue, passes},
	{"ARRAY:: as the line", smallLimits, "ARRAY::api a\n\n", codec.ArrayValue, passes},

	{"a repeated header", smallLimits, "api a\nA: b\nA: b\n\n", codec.RepeatedHeader, passes},
	{"in another case", smallLimits, "api a\nabc: b\nB: c\nABC: d\n\n", codec.RepeatedHeader, passes},
	{"the second empty", smallLimits, "api a\nA: b\na:\n\n", codec.RepeatedHeader, passes},
	{"the first empty", smallLimits, "api a\nA: \na: b\n\n", codec.RepeatedHeader, passes},
	{"application outside of a sendmsg", smallLimits, "api a\napplication: b\napplication: c\n\n", codec.RepeatedHeader, passes},
	{"an empty application", smallLimits, "sendmsg\napplication: b\napplication:\n\n", codec.RepeatedHeader, passes},
	{"an empty application first", smallLimits, "sendmsg\napplication:\napplication: b\n\n", codec.RepeatedHeader, passes},

	{"an empty length", smallLimits, "api a\nContent-Length:\n\n", codec.ContentLength, fatal},
	{"a negative length", smallLimits, "api a\nContent-Length: -1\n\n", codec.ContentLength, fatal},
	{"a sign", smallLimits, "api a\nContent-Length: +5\n\nhello", codec.ContentLength, fatal},
	{"a leading zero", smallLimits, "api a\nContent-Length: 05\n\nhello", codec.ContentLength, fatal},
	{"two zeros", smallLimits, "api a\nContent-Length: 00\n\n", codec.ContentLength, fatal},
	{"a trailing blank", smallLimits, "api a\nContent-Length: 5 \n\nhello", codec.ContentLength, fatal},
	{"a leading TAB", smallLimits, "api a\nContent-Length: \t5\n\nhello", codec.ContentLength, fatal},
	{"trailing letters", smallLimits, "api a\nContent-Length: 5abc\n\nhello", codec.ContentLength, fatal},
	{"hexadecimal", smallLimits, "api a\nContent-Length: 0x5\n\n", codec.ContentLength, fatal},
	{"ten digits", smallLimits, "api a\nContent-Length: 4294967301\n\n", codec.ContentLength, fatal},
	{"a control character in the length", smallLimits, "api a\nContent-Length: 5\x01\n\n", codec.ContentLength, fatal},
	{"a list as length", smallLimits, "api a\nContent-Length: ARRAY::5\n\n", codec.ContentLength, fatal},
	{"two lengths", smallLimits, "api a\nContent-Length: 5\ncontent-length: 5\n\nhello", codec.ContentLength, fatal},
	{"two lengths of zero", smallLimits, "api a\nContent-Length: 0\ncontent-length: 0\n\n", codec.ContentLength, fatal},
	{"a fatal reason after another", smallLimits, "api a\nb\nCommand: c\nContent-Length: x\n\n", codec.ContentLength, fatal},

	{"NUL in the body", smallLimits, "sendevent X\nContent-Length: 5\n\nhe\x00lo", codec.BodyNUL, passes},
	{"a refused header and a body", smallLimits, "api a\nb\nContent-Length: 5\n\nhello", codec.HeaderWithoutColon, passes},
	{"a refused header and a large body", smallLimits, "api a\nb\nContent-Length: 9\n\n012345678", codec.HeaderWithoutColon, passes},
	{"a body over the limit", smallLimits, "api a\nContent-Length: 9\n\n012345678", codec.BodyTooLarge, passes},
	{"a body of FreeSWITCH's limit", smallLimits, "api a\nContent-Length: 16777216\n\n" + strings.Repeat("x", 16<<20), codec.BodyTooLarge, passes},
	{"a body over FreeSWITCH's limit", smallLimits, "api a\nContent-Length: 16777217\n\n", codec.BodyTooLarge, fatal},
	{"a body over FreeSWITCH's limit, and no lower one", codec.Limits{Body: 1 << 30}, "api a\nContent-Length: 16777217\n\n", codec.BodyTooLarge, fatal},
	{"a body before login", codec.LoginLimits, "auth a\nContent-Length: 1\n\nx", codec.NoBodyHere, passes},

	{"too long a line", smallLimits, "api " + strings.Repeat("x", 61) + "\n\n", codec.HeaderTooLarge, fatal},
	{"one byte too long", smallLimits, "api " + strings.Repeat("x", 59) + "\n\n", codec.HeaderTooLarge, fatal},
	{"too long before login", codec.LoginLimits, "auth " + strings.Repeat("x", 1024), codec.HeaderTooLarge, fatal},
	{"too long by default", codec.Limits{}, strings.Repeat("x", 64<<10), codec.HeaderTooLarge, fatal},

	{"an unload in a header", codec.Limits{}, "api status\nX: unload mod_event_socket\n\n", codec.EventSocketWord, passes},
	{"the words apart, in other cases", codec.Limits{}, "sendevent X\nA: Mod_Event_Socket\nReloadXML: x\n\n", codec.EventSocketWord, passes},
	{"an unload with a header", codec.Limits{}, "api unload mod_event_socket\nA: b\n\n", codec.EventSocketWord, passes},
	{"an unload with an empty header", codec.Limits{}, "api unload mod_event_socket\nA:\n\n", codec.EventSocketWord, passes},
	{"an unload with a length", codec.Limits{}, "api unload mod_event_socket\nContent-Length: 0\n\n", codec.EventSocketWord, passes},
	{"an unload with a blank", codec.Limits{}, "api unload mod_event_socket \n\n", codec.EventSocketWord, passes},
	{"an unload as a job", codec.Limits{}, "bgapi unload mod_event_socket\n\n", codec.EventSocketWord, passes},
}

func TestRefuse(t *testing.T) {
	for _, tt := range refuseTests {
		t.Run(tt.name, func(t *testing.T) {
			r := codec.NewClientReader(strings.NewReader(tt.in+"api next\n\n"), tt.limits)
			_, err := r.Next()
			var refusal *codec.Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("Next: %v, want a refusal", err)
			}
			if refusal.Reason != tt.reason || refusal.Fatal != tt.fatal {
				t.Errorf("refused %q (%v), fatal %v; want %q, fatal %v", refusal.Reason, refusal, refusal.Fatal, tt.reason, tt.fatal)
			}
			if want := strings.HasPrefix(tt.in, "api "); refusal.API != want {
				t.Errorf("API is %v", refusal.API)
			}
			f, err := r.Next()
			switch {
			case tt.fatal && err != refusal:
				t.Errorf("after a fatal refusal: %v, want the same again", err)
			case !tt.fatal && err != nil:
				t.Errorf("after the refusal: %v, want the next frame", err)
			case !tt.fatal && string(f.Line) != "api next":
				t.Errorf("after the refusal: %q, want the next frame", f.Line)
			}
		})
	}
}

func TestLimitsAreInclusive(t *testing.T) {
	limits := codec.Limits{Header: 64, Body: 8}
	in := "api " + strings.Repeat("x", 58) + "\n\n" + "sendevent X\nContent-Length: 8\n\n01234567"
	frames, err := readAll(strings.NewReader(in), limits)
	if err != io.EOF || len(frames) != 2 {
		t.Fatalf("%q, %v; want two frames", frames, err)
	}
}

func TestSetLimits(t *testing.T) {
	const frame = "sendevent X\nContent-Length: 2\n\nhi"
	r := codec.NewClientReader(strings.NewReader(frame+frame), codec.LoginLimits)
	var refusal *codec.Refusal
	if _, err := r.Next(); !errors.As(err, &refusal) || refusal.Reason != codec.NoBodyHere {
		t.Fatalf("before login: %v", err)
	}
	r.SetLimits(codec.Limits{})
	f, err := r.Next()
	if err != nil || string(f.Body) != "hi" {
		t.Fatalf("after login: %v, %v", f, err)
	}
}

func TestGet(t *testing.T) {
	f := codec.Frame{Headers: []codec.Header{{Name: []byte("Job-UUID"), Value: []byte("7")}}}
	if got := f.Get("job-uuid"); string(got) != "7" {
		t.Errorf("Get in another case: %q", got)
	}
	if got := f.Get("job"); got != nil {
		t.Errorf("Get of what is not there: %q, want nil", got)
	}
}

// TestNoBody distinguishes a frame without a Content-Length from one with an empty body.
func TestNoBody(t *testing.T) {
	r := codec.NewClientReader(strings.NewReader("a\n\nb\nContent-Length: 0\n\n"), codec.Limits{})
	if f, err := r.Next(); err != nil || f.Body != nil {
		t.Errorf("without a length: body %v, %v; want nil", f.Body, err)
	}
	if f, err := r.Next(); err != nil || f.Body == nil || len(f.Body) != 0 {
		t.Errorf("with a length of 0: body %v, %v; want one of no bytes", f.Body, err)
	}
}

// TestUnread checks that lines which FreeSWITCH ignores are counted, in this frame and not in the
// next.
func TestUnread(t *testing.T) {
	r := codec.NewClientReader(strings.NewReader("a\n b\n\tc\nD: e\n\nf\n\n"), codec.Limits{})
	for _, want := range []int{2, 0} {
		if f, err := r.Next(); err != nil || f.Unread != want {
			t.Errorf("%+v, %v; want %d unread lines", f, err, want)
		}
	}
}

// TestManyHeaders exceeds the number of headers above which repeated names are found by their
// hashes.
func TestManyHeaders(t *testing.T) {
	name := func(i int) string { return "X-" + string(rune('a'+i/26)) + string(rune('a'+i%26)) }
	for _, n := range []int{15, 16, 17, 18, 40, 600} {
		var s strings.Builder
		s.WriteString("sendevent X\n")
		for i := range n {
			s.WriteString(name(i) + ": 1\n")
		}
		for _, again := range []int{-1, 0, n / 2, n - 1} {
			in, want := s.String()+"\n", codec.Reason("")
			if again >= 0 {
				in, want = s.String()+strings.ToUpper(name(again))+": 2\n\n", codec.RepeatedHeader
			}
			f, err := codec.NewClientReader(strings.NewReader(in), codec.Limits{}).Next()
			var refusal *codec.Refusal
			if errors.As(err, &refusal) != (want != "") || refusal != nil && refusal.Reason != want {
				t.Errorf("%d headers, number %d again: %v", n, again, err)
			}
			if want == "" && (err != nil || len(f.Headers) != n) {
				t.Errorf("%d headers: %v", n, err)
			}
		}
	}
}

// TestRefusalHidesText checks that the detail of a refusal contains no secret and quotes all text
// of the client.
func TestRefusalHidesText(t *testing.T) {
	for _, in := range []string{
		"auth\nhunter2\n\n", "auth hunter2\x01\n\n", "auth hunter2\nhunter2[: hunter2\n\n",
		"auth\nContent-Length: hunter2\n\n", "auth\nA: hunter2\nA: hunter2\n\n", "auth hunter2\rA: hunter2\n\n",
	} {
		_, err := codec.NewClientReader(strings.NewReader(in), codec.Limits{}).Next()
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", in, err)
		}
	}
	name := "\x1b\xff" + strings.Repeat("x", 1000)
	_, err := codec.Append(nil, &codec.Frame{Line: []byte("a"), Headers: []codec.Header{{Name: []byte(name), Value: []byte("b")}}})
	if err == nil || len(err.Error()) > 200 || strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("an odd name: %v", err)
	}
}

func TestRefusalReply(t *testing.T) {
	r := codec.Refusal{Reason: codec.BareCR}
	if got := r.ReplyText(); got != "-ERR refused, bare-cr" {
		t.Errorf("ReplyText: %q", got)
	}
	_, err := codec.NewClientReader(strings.NewReader("sendevent A\nB: c\r\n\r\n"), codec.Limits{}).Next()
	const fix = "-ERR refused, mixed-line-ends, end every line with LF or every line with CR LF"
	if mixed, ok := err.(*codec.Refusal); !ok || mixed.ReplyText() != fix {
		t.Errorf("of mixed line ends: %v, want the reply %q", err, fix)
	}
	r.Reply = "-ERR no"
	if got := r.ReplyText(); got != "-ERR no" {
		t.Errorf("ReplyText with a Reply: %q", got)
	}
}
