package codec_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"eslguard/codec"
)

func header(name, value string) codec.Header {
	return codec.Header{Name: []byte(name), Value: []byte(value)}
}

func TestAppend(t *testing.T) {
	tests := []struct {
		name  string
		frame codec.Frame
		want  string
	}{
		{"a line", codec.Frame{Line: []byte("api status")}, "api status\n\n"},
		{"headers", codec.Frame{Line: []byte("bgapi x"), Headers: []codec.Header{header("Job-UUID", "7"), header("A", "b: c ")}},
			"bgapi x\nJob-UUID: 7\nA: b: c \n\n"},
		{"blanks in names", codec.Frame{Line: []byte("sendevent X"), Headers: []codec.Header{header(" A", "b"), header("B\t", "c")}},
			"sendevent X\n A: b\nB\t: c\n\n"},
		{"the length stands last", codec.Frame{Line: []byte("sendevent X"), Headers: []codec.Header{header("A", "b")}, Body: []byte("hi\n")},
			"sendevent X\nA: b\nContent-Length: 3\n\nhi\n"},
		{"an empty body", codec.Frame{Line: []byte("sendevent X"), Body: []byte{}}, "sendevent X\nContent-Length: 0\n\n"},
	}
	for _, tt := range tests {
		got, err := codec.Append([]byte("before "), &tt.frame)
		if err != nil || string(got) != "before "+tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

// TestAppendRefuses is the table of frames that Append refuses.
func TestAppendRefuses(t *testing.T) {
	tests := []struct {
		name   string
		frame  codec.Frame
		reason codec.Reason // empty where no ClientReader has a name for it
	}{
		{"no line", codec.Frame{}, ""},
		{"LF in the line", codec.Frame{Line: []byte("a\nb")}, ""},
		{"CR in the line", codec.Frame{Line: []byte("a\r")}, ""},
		{"NUL in the line", codec.Frame{Line: []byte("a\x00")}, ""},
		{"DEL in the line", codec.Frame{Line: []byte("a\x7f")}, ""},
		{"ARRAY:: as the line", codec.Frame{Line: []byte("ARRAY::a")}, codec.ArrayValue},
		{"an unload", codec.Frame{Line: []byte("bgapi unload mod_event_socket")}, codec.EventSocketWord},
		{"an empty value", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A", "")}}, ""},
		{"a value that begins with a space", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A", " b")}}, ""},
		{"LF in a value", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A", "b\nC: d")}}, ""},
		{"a list", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A", "ARRAY::b")}}, codec.ArrayValue},
		{"no name", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("", "b")}}, codec.HeaderName},
		{"a colon in a name", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A:B", "b")}}, codec.HeaderName},
		{"a length with a blank in its name", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("Content-Length ", "1")}}, codec.HeaderName},
		{"LF in a name", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A\n", "b")}}, codec.HeaderName},
		{"a bracket in a name", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A[", "b")}}, codec.HeaderName},
		{"Command", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("command", "b")}}, codec.HeaderName},
		{"_body", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("_body", "b")}}, codec.HeaderName},
		{"a length as header", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("content-length", "1")}}, ""},
		{"a repeated header", codec.Frame{Line: []byte("a"), Headers: []codec.Header{header("A", "b"), header("a", "b")}}, codec.RepeatedHeader},
		{"NUL in the body", codec.Frame{Line: []byte("a"), Body: []byte{0}}, codec.BodyNUL},
		{"a body over FreeSWITCH's limit", codec.Frame{Line: []byte("a"), Body: bytes.Repeat([]byte{'x'}, codec.MaxContentLength+1)}, codec.BodyTooLarge},
		{"header text over FreeSWITCH's limit", codec.Frame{Line: bytes.Repeat([]byte{'x'}, codec.MaxHeaderText)}, codec.HeaderTooLarge},
	}
	for _, tt := range tests {
		got, err := codec.Append([]byte("before"), &tt.frame)
		if err == nil || string(got) != "before" {
			t.Errorf("%s: %.40q, %v", tt.name, got, err)
			continue
		}
		var refusal *codec.Refusal
		if errors.As(err, &refusal) != (tt.reason != "") || refusal != nil && refusal.Reason != tt.reason {
			t.Errorf("%s: %v, want the reason %q", tt.name, err, tt.reason)
		}
		if !strings.HasPrefix(err.Error(), "codec: ") {
			t.Errorf("%s: %v does not name the package", tt.name, err)
		}
	}
}
