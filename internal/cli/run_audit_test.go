package cli

import (
	"math"
	"strings"
	"testing"
	"time"
)

// TestKeepWarning checks the warning that one client alone can cause all commands to be refused.
func TestKeepWarning(t *testing.T) {
	for _, tt := range []struct {
		o    auditOptions
		want string // what the client may write; "" for no warning
	}{
		{auditOptions{clientRate: 100, clientBurst: 50, keepAtLeast: time.Minute}, ""},
		{auditOptions{clientRate: 100, clientBurst: 50, keepAtLeast: time.Minute, keepSize: 6049}, "write 6050 in"},
		{auditOptions{clientRate: 100, clientBurst: 50, keepAtLeast: time.Minute, keepSize: 6050}, ""},
		{auditOptions{clientRate: 100, clientBurst: 50, keepSize: 1}, ""},
		{auditOptions{clientRate: 1 << 20, clientBurst: 32 << 20, keepAtLeast: time.Hour, keepSize: 1}, "write 3632MiB in"},
		{auditOptions{clientRate: math.MaxInt64, keepAtLeast: time.Hour, keepSize: 1}, "write 9223372036854775807 in"},
	} {
		if got := tt.o.keepWarning(); (got != "") != (tt.want != "") || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.o, got, tt.want)
		}
	}
}
