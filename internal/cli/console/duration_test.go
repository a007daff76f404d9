package console

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0d": 0, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "1.5h": 90 * time.Minute,
		"30d": 720 * time.Hour, "2w": 336 * time.Hour, "1d12h": 36 * time.Hour, "1w1d1h30m": 193*time.Hour + 30*time.Minute,
		"-2h": -2 * time.Hour, "-1d12h": -36 * time.Hour,
		"106751d": 106751 * 24 * time.Hour, "9223372036854775807ns": math.MaxInt64,
	} {
		if got, ok := ParseDuration(text); !ok || got != want {
			t.Errorf("%q is %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "-", "d", "w", "1", "1x", "1d1w", "1d1d", "1.5d", "1 d", "d1", "--2h", "1d-2h", "1dd", "1M",
		"106752d", "15251w", "106751d24h", "4294967296w", "99999999999d", "9223372036854775808ns",
	} {
		if got, ok := ParseDuration(text); ok || got != 0 {
			t.Errorf("%q is %v, want an error", text, got)
		}
	}
}

func TestDurationVar(t *testing.T) {
	var keep, age time.Duration
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	DurationVar(f, &keep, "keep", 0, "keep `it`")
	DurationVar(f, &age, "age", 24*time.Hour, "its age")
	if keep != 0 || age != 24*time.Hour {
		t.Errorf("the defaults are %v and %v", keep, age)
	}
	if help := f.FlagUsages(); strings.Count(help, "default") != 1 || !strings.Contains(help, "--age duration   its age (default 24h0m0s)") {
		t.Errorf("the help is %s", help)
	}
	if err := f.Parse([]string{"--keep=30d", "--age", "2w"}); err != nil || keep != 720*time.Hour || age != 336*time.Hour {
		t.Errorf("%v, %v, %v", keep, age, err)
	}
	err := f.Parse([]string{"--keep=30days"})
	if err == nil || !strings.Contains(err.Error(), `"30days" is not a duration such as`) || keep != 720*time.Hour {
		t.Errorf("%v, %v", keep, err)
	}
}
