package nested

import (
	"testing"

	"eslguard/effect"
)

func TestIsShellText(t *testing.T) {
	for path, want := range map[string]bool{
		"":                        false,
		"/rec/a b.wav":            false,
		"/rec/$a.wav":             false,
		"/rec/a;b.wav":            true,
		"/rec/a&b.wav":            true,
		"/rec/a|b.wav":            true,
		"/rec/a<b.wav":            true,
		"/rec/a>b.wav":            true,
		"/rec/a`b`.wav":           true,
		"/rec/a\nb.wav":           true,
		"/rec/$(a).wav":           true,
		"http_cache://h/a?b&c":    false,
		"File_String://a;b":       true,
		"file_string://a":         false,
		"FILE://h/a.wav":          false,
		"file://h/a%3bb.wav":      true,
		"http_cache://file://a%3": true,
	} {
		if got := isShellText(path); got != want {
			t.Errorf("isShellText(%q) = %t, want %t", path, got, want)
		}
	}
}

func TestStatesSpoolPath(t *testing.T) {
	for path, want := range map[string]bool{
		"/rec/a.wav":                 false,
		"{title=x}/rec/a.wav":        false,
		"{spool_path=/tmp}/a.wav":    true,
		"{SPOOL_Path=/tmp}/a.wav":    true,
		`{sp'ool'_pa\th=/tmp}/a.wav`: true,
	} {
		if got := statesSpoolPath(path); got != want {
			t.Errorf("statesSpoolPath(%q) = %t, want %t", path, got, want)
		}
	}
}

// TestArgReason checks which files make an argument opaque, by the class of its API.
func TestArgReason(t *testing.T) {
	for _, tt := range []struct {
		name   string
		traits traits
		class  effect.Class
		token  string
		want   string
	}{
		{"a file", traits{}, effect.ClassMedia, "/a.wav", ""},
		{"a shell's output", traits{}, effect.ClassMedia, "shell_stream://id", effect.OpaqueScript},
		{"a shell's output, by any class", traits{}, effect.ClassRead, "/a!Shell_Stream://id", effect.OpaqueScript},
		{"quotes in the name", traits{}, effect.ClassMedia, `file_string://a!sh'ell'_\stream://id`, effect.OpaqueScript},
		{"a phrase that is played", traits{}, effect.ClassMedia, "phrase:x", effect.OpaqueWrapper},
		{"a phrase on a call", traits{}, effect.ClassCall, "PHRASE:x", effect.OpaqueWrapper},
		{"a phrase that is dialled", traits{}, effect.ClassOriginate, "phrase:x", effect.OpaqueWrapper},
		{"a web server that is played", traits{}, effect.ClassMedia, "httapi://h", effect.OpaqueWrapper},
		{"a phrase that is only read", traits{}, effect.ClassRead, "phrase:x", ""},
		{"a phrase that is played whatever the class is", traits{playsFiles: true}, effect.ClassRead, "phrase:x", effect.OpaqueWrapper},
		{"a spool path", traits{}, effect.ClassMedia, "{spool_path=/x}a.wav", effect.OpaqueScript},
		{"a reason of its own", traits{opaqueIf: isObjectPath}, effect.ClassConfig, "/x.so", effect.OpaqueScript},
		{"no reason of its own", traits{opaqueIf: isObjectPath}, effect.ClassConfig, "mod_x", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.traits.argReason(tt.class, tt.token, []string{tt.token}); got != tt.want {
				t.Errorf("%s is opaque for %q, want %q", tt.token, got, tt.want)
			}
		})
	}
}
