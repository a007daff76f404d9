package recording

import (
	"slices"
	"strings"
	"testing"
)

func TestContentLength(t *testing.T) {
	for head, want := range map[string]int{
		"":                                       0,
		"Content-Type: x\n\n":                    0,
		"Content-Length: 7\n\n":                  7,
		"a: b\nContent-Length: 12\nc: d\n\n":     12,
		"Content-Length: 0\n\n":                  0,
		"Content-Length: -3\n\n":                 0,
		"Content-Length: x\n\n":                  0,
		"content-length: 7\n\n":                  0,
		"Content-Length: 99999999999999999999\n": 0,
		"X-Content-Length: 7\n\n":                0,
	} {
		if got := contentLength([]byte(head)); got != want {
			t.Errorf("%q: %d, want %d", head, got, want)
		}
	}
}

// TestSplit checks the frames and sizes of a stream, for every length of its pieces.
func TestSplit(t *testing.T) {
	long := "Content-Length: 2000000\n\n" + strings.Repeat("x", 2_000_000)
	for _, tt := range []struct {
		name, in string
		want     []int // the sizes of the frames
	}{
		{"nothing", "", nil},
		{"a head", "a: b\n\n", []int{6}},
		{"a body", "Content-Length: 3\n\nabc", []int{22}},
		{"an empty line in the body", "Content-Length: 4\n\na\n\nba: b\n\n", []int{23, 6}},
		{"incomplete", "a: b\n\nContent-Length: 3\n\nab", []int{6}},
		{"longer than is kept", long + "a: b\n\n", []int{len(long), 6}},
	} {
		for _, piece := range []int{1, 3, 7, 1 << 20} {
			if piece < 7 && len(tt.in) > 1<<20 {
				continue // it takes long
			}
			s := splitter{text: func(b []byte, _ bool) string { return string(b) }}
			var sizes []int
			kept := 0
			for p := range slices.Chunk([]byte(tt.in), piece) {
				for _, f := range s.split(p) {
					sizes = append(sizes, f.size)
					if want := tt.in[kept : kept+min(f.size, MaxFrame)]; f.text != want {
						t.Errorf("%s, in pieces of %d: a frame is %.40q", tt.name, piece, f.text)
					}
					kept += f.size
				}
			}
			if !slices.Equal(sizes, tt.want) {
				t.Errorf("%s, in pieces of %d: sizes %v, want %v", tt.name, piece, sizes, tt.want)
			}
		}
	}
}
