package agree_test

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/switchsim/fileopen"
	"eslguard/policy"
)

// namesPolicy has rules with a wildcard below a folder, at the beginning of a relative name, and
// after a stream.
const namesPolicy = `{"version":1,"upstreams":{"pbx":{"address":"127.0.0.1:8021","password":{"env":"X"}}},"roles":{"r":{"allow":[
	"app playback /var/sounds/*", "app playback prompts/*", "app playback http_cache://cdn.example.org/*",
	"app record /var/rec/*", "app record /var/rec/*.wav **"]}},
	"clients":{"c":{"from":["127.0.0.1/32"],"auth":{"password":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]},"roles":["r"]}}}`

// soundsFolder is the folder of relative names.
const soundsFolder = "/usr/share/freeswitch/sounds/"

// FuzzFileNames checks that the switch opens only plain files within a folder for what a wildcard
// below that folder allows.
func FuzzFileNames(f *testing.F) {
	for _, seed := range []string{
		"hello.wav", "v1.2/hello.wav", "hello", "../x.wav", "a/../../x.wav", "a//x.wav", "./x.wav", "x.file", "%2e%2e/x.wav%00.file", "x.shell_stream", "a;id;#.shell_stream",
		"x/a%21http:'//'127.0.0.1:1/x.wav%21b.file_string%00.file", "a!b.file_string", "x.http", "x.tts", "://x.wav", "AAAA://x.wav", "{a=b}x.wav", "x@@1.wav", "x.wav@@1",
		"x.PCMU", "x.", ".", "..", "", "x.local_stream", "a.b/c", "x.wav\n", "x.wav\x00", "tone.tone_stream", "say:x.wav", "a:b.wav", "a::b.wav", "\u00e4.wav", "x.memcache", "x.WAV", "x.mp4",
	} {
		f.Add(seed)
	}
	p, err := policy.Parse("p.json", []byte(namesPolicy))
	if err != nil {
		f.Fatal(err)
	}
	client := p.Client("c")
	f.Fuzz(func(t *testing.T, name string) {
		for _, tt := range []struct {
			app, before, opened string
			write               bool
		}{
			{"playback", "/var/sounds/", "/var/sounds/", false},
			{"playback", "prompts/", soundsFolder + "prompts/", false},
			{"playback", "http_cache://cdn.example.org/", "", false},
			{"record", "/var/rec/", "/var/rec/", true},
		} {
			e := catalog.Builtin().Describe(effect.KindApp, tt.app, tt.before+name)
			if client.Decide([]effect.Effect{e}).Action != policy.Allow {
				continue
			}
			text := e.Tokens[0]
			if tt.opened == "" {
				opensWebsite(t, text)
				continue
			}
			if strings.HasPrefix(tt.opened, soundsFolder) {
				text = soundsFolder + text
			}
			opensPlainFile(t, text, tt.opened, tt.write)
		}
	})
}

// opensPlainFile checks that a name makes the switch open at most one file below folder.
func opensPlainFile(t *testing.T, name, folder string, write bool) {
	t.Helper()
	for _, o := range fileopen.Open(name, write) {
		switch {
		case o.Interface == "":
			// Nothing is opened, or the codec's ending is added.
		case o.Crash || o.Shell || o.Fetch || o.File == "":
			t.Errorf("%q is allowed, and opens %+v", name, o)
		case !strings.HasPrefix(o.File, folder):
			t.Errorf("%q is allowed, and opens %s, which is not below %s", name, o.File, folder)
		}
	}
}

// opensWebsite checks that a name makes the switch fetch from the host in the rule, and do nothing
// else.
func opensWebsite(t *testing.T, name string) {
	t.Helper()
	for _, o := range fileopen.Open(name, false) {
		if o.Crash || o.Shell || o.Interface != "http_cache" || !strings.HasPrefix(o.Path, "cdn.example.org/") {
			t.Errorf("%q is allowed, and opens %+v", name, o)
		}
	}
}
