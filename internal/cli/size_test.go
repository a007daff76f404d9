package cli

import (
	"math"
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
		{"3TiB", 3 << 40, "3TiB"},
		{"64K", 64 << 10, "64KiB"},
		{"5M", 5 << 20, "5MiB"},
		{"20G", 20 << 30, "20GiB"},
		{"2T", 2 << 40, "2TiB"},
	} {
		var s size
		if err := s.Set(c.text); err != nil || int64(s) != c.want || s.String() != c.show {
			t.Errorf("%q is %d, %s, error %v, want %d, %s", c.text, int64(s), s.String(), err, c.want, c.show)
		}
	}
	for _, text := range []string{"", "0", "-1", "1KB", "1k", "1g", "1GB", "G", "T", "8388608T", "1 MiB", "KiB", "1.5MiB", "0x10", "8589934592GiB", "99999999999999999999"} {
		var s size
		if err := s.Set(text); err == nil || s != 0 {
			t.Errorf("%q is %d, want an error", text, int64(s))
		}
	}
}

func TestSizeRoundUp(t *testing.T) {
	for _, c := range []struct {
		size size
		want string
	}{
		{0, "0"},
		{1, "1"},
		{10<<10 - 1, "10239"},
		{10<<10 + 1, "11KiB"},
		{10<<20 + 1, "11MiB"},
		{3808428032, "3632MiB"},
		{3808428031, "3632MiB"},
		{10 << 30, "10GiB"},
		{10<<30 + 1, "11GiB"},
		{math.MaxInt64, "9223372036854775807"},
	} {
		if got := c.size.roundUp(); got.String() != c.want {
			t.Errorf("%d is %s, want %s", c.size, got.String(), c.want)
		}
	}
}
