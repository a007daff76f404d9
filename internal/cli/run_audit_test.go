package cli

import (
	"testing"
	"time"
)

// TestKeepWarning checks the warning that one client alone can cause all commands to be refused.
func TestKeepWarning(t *testing.T) {
	for _, tt := range []struct {
		o    auditOptions
		want bool
	}{
		{auditOptions{clientRate: 100, clientBurst: 50, keepAtLeast: time.Minute}, false},
		{auditOptions{clientRate: 100, clientBurst: 50, keepAtLeast: time.Minute, keepSize: 6049}, true},
		{auditOptions{clientRate: 100, clientBurst: 50, keepAtLeast: time.Minute, keepSize: 6050}, false},
		{auditOptions{clientRate: 100, clientBurst: 50, keepSize: 1}, false},
	} {
		if got := tt.o.keepWarning(); (got != "") != tt.want {
			t.Errorf("%+v: %q", tt.o, got)
		}
	}
}
