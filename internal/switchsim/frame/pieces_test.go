package frame

import (
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// TestPieces checks that the frames do not depend on the pieces in which a stream arrives.
func TestPieces(t *testing.T) {
	stream := "\r\n\napi a\n\r\r\napi b\r\n\r\na\ncontent-length: 6\nX: y\n\nhel\nlo\n\nb\x00\nX: y\r\n\r\napi c\nCommand[0]: d\n\n"
	want, _ := Cut([]byte(stream))
	if len(want) != 5 {
		t.Fatalf("%d frames", len(want))
	}
	r := NewReader(iotest.OneByteReader(strings.NewReader(stream)))
	for i, w := range want {
		if got, err := r.Next(); err != nil || !reflect.DeepEqual(got, w) {
			t.Errorf("frame %d: %+v, %v; want %+v", i, got, err, w)
		}
	}
}
