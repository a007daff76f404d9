package cli

import (
	"testing"
)

func TestSize(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		show string
	}{
		{"1", 1, "1"},
		{"65536", 64 << 10, "64KiB"},
		{"64KiB", 64 << 10, "64KiB"},
		{"1MiB", 1 << 20, "1MiB"},
		{"1536KiB", 1536 << 10, "1536KiB"},
		{"2GiB", 2 << 30, "2GiB"},
		{"8589934591GiB", 8589934591 << 30, "8589934591GiB"},
	} {
		var s size
		if err := s.Set(c.text); err != nil || int64(s) != c.want || s.String() != c.show {
			t.Errorf("%q is %d, %s, error %v, want %d, %s", c.text, int64(s), s.String(), err, c.want, c.show)
		}
	}
	for _, text := range []string{"", "0", "-1", "1KB", "1 MiB", "KiB", "1.5MiB", "0x10", "8589934592GiB", "99999999999999999999"} {
		var s size
		if err := s.Set(text); err == nil || s != 0 {
			t.Errorf("%q is %d, want an error", text, int64(s))
		}
	}
}
