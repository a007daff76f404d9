package frame_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim/frame"
)

// lines returns the command lines of frames.
func lines(frames []frame.Frame) []string {
	var out []string
	for _, f := range frames {
		out = append(out, f.Line())
	}
	return out
}

func TestCutCommands(t *testing.T) {
	tests := []struct {
		name   string
		stream string
		want   []string
		closed bool
	}{
		{name: "LF", stream: "api status\n\n", want: []string{"api status"}},
		{name: "CRLF", stream: "api status\r\n\r\n", want: []string{"api status"}},
		{name: "pipelined", stream: "api a\n\napi b\r\n\r\napi c\n\n", want: []string{"api a", "api b", "api c"}},
		{name: "stray blank lines", stream: "\n\r\n\napi a\n\n\n\r\napi b\n\n", want: []string{"api a", "api b"}},
		{name: "incomplete", stream: "api a\n\napi b\n", want: []string{"api a"}},
		{name: "nothing", stream: "\n\n\r\n"},
		{name: "an LF and a CR LF end a frame", stream: "api a\n\r\napi b\n\n", want: []string{"api a\n", "api b"}},
		{name: "any number of CR between the two LF", stream: "api a\n\r\r\r\napi b\n\n", want: []string{"api a\n", "api b"}},
		{name: "CR CR does not end a frame", stream: "api a\r\rapi b\n\n", want: []string{"api a"}},
		{name: "a blank that is not CR between the two LF", stream: "api a\n \n\n", want: []string{"api a"}},
		{name: "the first CR anywhere splits, not the LF before it", stream: "api a\nX: y\r\n\r\n", want: []string{"api a\nX: y"}},
		{name: "NUL ends the text", stream: "api a\x00 b\n\n", want: []string{"api a"}},
		{name: "a length after a NUL does not exist", stream: "api a\x00\nContent-Length: 5\n\napi b\n\n",
			want: []string{"api a", "api b"}},
		{name: "a leading NUL leaves no command", stream: "\x00api a\n\napi b\n\n", want: []string{""}, closed: true},
		{name: "Command[0] replaces the command", stream: "api a\nCommand[0]: api b\n\n", want: []string{"api b"}},
		{name: "so do its other spellings", stream: "api a\ncommand[x: api b\n\n", want: []string{"api b"}},
		{name: "a place beyond the first keeps a list", stream: "api a\nCommand[1]: api b\n\n", want: []string{"ARRAY::|:api b"}},
		{name: "a place that is out of range is nothing", stream: "api a\nCommand[4001]: api b\n\n", want: []string{"api a"}},
		{name: "a second Command is a duplicate, the first counts", stream: "api a\nCommand: api b\n\n", want: []string{"api a"}},
		{name: "an empty Command and another", stream: "api a\nCommand:\nCommand: api b\n\n", want: []string{"api b"}},
		{name: "an empty Command alone closes", stream: "api a\nCommand:\n\napi b\n\n", want: []string{""}, closed: true},
		{name: "a command that is a list of one", stream: "ARRAY::api a\n\n", want: []string{"api a"}},
		{name: "a list added to the command", stream: "api a\nCommand: ARRAY::x\n\n", want: []string{"ARRAY::api a"}},
		{name: "an unload anywhere", stream: "event plain ALL\nX: UNLOAD Mod_Event_Socket\n\n",
			want: []string{"api bgapi unload mod_event_socket"}},
		{name: "a reload inside a word", stream: "api reloadxml mod_event_socket\n\n",
			want: []string{"api bgapi reload mod_event_socket"}},
		{name: "not in a body", stream: "sendevent A\ncontent-length: 23\n\nunload mod_event_socket\n", want: []string{"sendevent A"}},
		{name: "two lengths, two bodies", stream: "a\ncontent-length: 5\ncontent-length: 3\n\nhelloabcapi b\n\n",
			want: []string{"a", "api b"}},
		{name: "letters after a length", stream: "a\ncontent-length: 5abc\n\nhelloapi b\n\n", want: []string{"a", "api b"}},
		{name: "a sign before it", stream: "a\ncontent-length: +5\n\nhelloapi b\n\n", want: []string{"a", "api b"}},
		{name: "a tab before it", stream: "a\ncontent-length:\t5\n\nhelloapi b\n\n", want: []string{"a", "api b"}},
		{name: "hexadecimal is 0", stream: "a\ncontent-length: 0x10\n\napi b\n\n", want: []string{"a", "api b"}},
		{name: "2^32+5 is 5", stream: "a\ncontent-length: 4294967301\n\nhelloapi b\n\n", want: []string{"a", "api b"}},
		{name: "a place of the length is no length", stream: "a\ncontent-length[0]: 5\n\napi b\n\n", want: []string{"a", "api b"}},
		{name: "a length on the first line is no header", stream: "content-length: 5\n\napi b\n\n",
			want: []string{"content-length: 5", "api b"}},
		{name: "a length in a mixed frame vanishes", stream: "a\nContent-Length: 7\nX: y\r\n\r\napi b\n\n",
			want: []string{"a\nContent-Length: 7\nX: y", "api b"}},
		{name: "a lone CR splits lines", stream: "a\rcontent-length: 5\n\nhelloapi b\n\n", want: []string{"a", "api b"}},
		{name: "negative", stream: "a\ncontent-length: -5\n\nhello", closed: true},
		{name: "negative after a whole frame", stream: "a\n\nb\ncontent-length: -5\n\nhello", want: []string{"a"}, closed: true},
		{name: "over 16 MiB", stream: "a\ncontent-length: 16777217\n\n", closed: true},
		{name: "saturated to -1", stream: "a\ncontent-length: 99999999999999999999\n\n", closed: true},
		{name: "saturated to 0", stream: "a\ncontent-length: -99999999999999999999\n\napi b\n\n", want: []string{"a", "api b"}},
		{name: "a body that is not all there", stream: "a\ncontent-length: 5\n\nhell"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			frames, closed := frame.Cut([]byte(tt.stream))
			if got := lines(frames); !slices.Equal(got, tt.want) || closed != tt.closed {
				t.Errorf("Cut(%q)\n gave %q, closed %v\n want %q, closed %v", tt.stream, got, closed, tt.want, tt.closed)
			}
		})
	}
}

func TestCutHeaders(t *testing.T) {
	tests := []struct {
		name  string
		lines string
		want  []string // name=value
		body  string
	}{
		{name: "only spaces are skipped", lines: "A:  b \nC:\td\nE:f", want: []string{"A=b ", "C=\td", "E=f"}},
		{name: "a name is not trimmed", lines: "A : b\n C: d", want: []string{"A =b", " C=d"}},
		{name: "no colon, no header", lines: "nocolon\nA: b", want: []string{"A=b"}},
		{name: "an empty name is one", lines: ": b", want: []string{"=b"}},
		{name: "duplicates stay", lines: "A: 1\na: 2", want: []string{"A=1", "a=2"}},
		{name: "an empty value deletes all of a name", lines: "A: 1\nb: 2\na:", want: []string{"b=2"}},
		{name: "and one may follow", lines: "A: 1\na:  \nA: 3", want: []string{"A=3"}},
		{name: "a place of a new header", lines: "A[2]: x", want: []string{"A=ARRAY::|:|:x"}},
		{name: "the first place", lines: "A[0]: x", want: []string{"A=x"}},
		{name: "the first place of a list keeps its text", lines: "A[0]: x\nA[0]: y", want: []string{"A=x"}},
		{name: "a list", lines: "A: ARRAY::x|:y", want: []string{"A=ARRAY::x|:y"}},
		{name: "a list of one", lines: "A: ARRAY::x", want: []string{"A=x"}},
		{name: "a list of none", lines: "A: ARRAY::", want: nil},
		{name: "a list is added to what stands", lines: "A: 1\nA: ARRAY::x|:y", want: []string{"A=ARRAY::1|:x|:y"}},
		{name: "its first empty elements are dropped", lines: "A: ARRAY::|:x", want: []string{"A=x"}},
		{name: "a list of bodies", lines: "_body: ARRAY::x|:hi", want: []string{"_body=ARRAY::x|:hi"}, body: "hi"},
		{name: "_body sets the body", lines: "_body: hi", want: []string{"_body=hi"}, body: "hi"},
		{name: "in this case only", lines: "_Body: hi", want: []string{"_Body=hi"}},
		{name: "two bodies, the last stays", lines: "content-length: 3\ncontent-length: 2", body: "de",
			want: []string{"content-length=3", "content-length=2"}},
		{name: "a body", lines: "content-length: 5", body: "abcde", want: []string{"content-length=5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			frames, closed := frame.Cut([]byte("sendevent X\n" + tt.lines + "\n\nabcde"))
			if closed || len(frames) == 0 {
				t.Fatalf("frames %v, closed %v", frames, closed)
			}
			var got []string
			for _, h := range frames[0].Headers {
				got = append(got, h.Name+"="+h.Value)
			}
			if !slices.Equal(got, tt.want) || frames[0].Body != tt.body {
				t.Errorf("headers %q, body %q; want %q, %q", got, frames[0].Body, tt.want, tt.body)
			}
		})
	}
	frames, _ := frame.Cut([]byte("a\ncontent-length: 5\n\nab\x00cd"))
	if len(frames) != 1 || frames[0].Body != "ab" {
		t.Errorf("a body with a NUL: %v", frames)
	}
}

// TestCutBound checks that a text without an end is cut at 10,485,760 bytes, and the rest is
// another frame.
func TestCutBound(t *testing.T) {
	const bound = 10_485_760
	stream := "api " + strings.Repeat("x", bound-4) + "api b\n\n"
	frames, closed := frame.Cut([]byte(stream))
	if closed || len(frames) != 2 || frames[0].End != bound || len(frames[0].Command) != bound || frames[1].Line() != "api b" {
		t.Errorf("%d frames, closed %v", len(frames), closed)
	}
}

// TestCutEnd checks that End is the offset after a frame and its body, and that the stream from
// there gives the same frames by itself.
func TestCutEnd(t *testing.T) {
	stream := "\napi a\n\na\ncontent-length: 5\n\nhello\r\napi c\r\n\r\n"
	frames, _ := frame.Cut([]byte(stream))
	var ends []int
	for _, f := range frames {
		ends = append(ends, f.End)
	}
	if want := []int{8, 34, len(stream)}; !slices.Equal(ends, want) {
		t.Errorf("ends %v, want %v", ends, want)
	}
}

func FuzzCut(f *testing.F) {
	for _, s := range []string{"api a\n\napi b\r\n\r\n", "a\ncontent-length: 3\n\nabcb\n\n", "a\x00\nX: y\r\n\r\n", "a\nCommand[0]: b\n\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		frames, closed := frame.Cut(stream)
		last := 0
		for i, fr := range frames {
			if fr.End <= last || fr.End > len(stream) {
				t.Fatalf("frame %d ends at %d, after %d of %d", i, fr.End, last, len(stream))
			}
			if fr.Missing && (i != len(frames)-1 || !closed) {
				t.Fatalf("frame %d has no command and is not the last", i)
			}
			again, _ := frame.Cut(stream[last:fr.End])
			if len(again) != 1 || again[0].Command != fr.Command || again[0].Body != fr.Body {
				t.Fatalf("frame %d by itself reads as %v, not %q", i, again, fr.Command)
			}
			last = fr.End
		}
	})
}
