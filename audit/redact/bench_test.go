package redact

import (
	"strings"
	"testing"
)

// BenchmarkRedact measures a text without secrets, which most texts are, and one with many names.
func BenchmarkRedact(b *testing.B) {
	for name, s := range map[string]string{
		"harmless": "bgapi originate {origination_caller_id_number=1000,ignore_early_media=true}sofia/gateway/acme/4930123 &bridge(user/1001@example.org)",
		"names":    strings.Repeat("execute-app-arg: {pin=1,sip_auth_password=x y,c=d}conference uuid_send_dtmf 1 2\n", 10),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for range b.N {
				Redact(s)
			}
		})
	}
}
