//go:build unix

package policyfile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eslguard/policy"
)

// TestEveryoneMayRead checks that files with passwords or hashes that everyone may read are
// reported, unless a folder above keeps everyone out or only a group may read them.
func TestEveryoneMayRead(t *testing.T) {
	dir := t.TempDir()
	for above := dir; above != filepath.Dir(above); above = filepath.Dir(above) {
		if info, err := os.Stat(above); err == nil && info.Mode().Perm()&0o001 == 0 && os.Chmod(above, 0o755) != nil {
			t.Skipf("%s keeps everyone out", above)
		}
	}
	dir = filepath.Join(dir, "open")
	file, secret := filepath.Join(dir, "policy.json"), filepath.Join(dir, "secret")
	text := `{ "version": 1, "upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": { "file": "secret" } } }, "roles": { "r": {} },
		"clients": { "c": { "from": [ "127.0.0.1/32" ], "roles": [ "r" ], "auth": { "password": [ "` + policy.HashSHA256("x") + `" ] } } } }`
	roles := filepath.Join(dir, "roles.json") // without a hash
	for _, err := range []error{
		os.Mkdir(dir, 0o755), os.WriteFile(file, []byte(text), 0o600), os.WriteFile(secret, []byte("x"), 0o600),
		os.WriteFile(roles, []byte(`{ "version": 1, "roles": { "s": {} } }`), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	pol, err := policy.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	policyToo := "everyone may read the policy's file, " + file + ", and so the hashes of the clients' passwords (mode 0644; chgrp it to the group that eslguard runs as, then chmod o-r keeps the others out)"
	secretToo := "everyone may read the password's file of the upstream pbx, " + secret + ", and so the switch's own password (mode 0604; chgrp it to the group that eslguard runs as, then chmod o-r keeps the others out)"
	for _, test := range []struct {
		name                       string
		folder, fileMode, passMode os.FileMode
		asFolder                   bool
		want                       []string
	}{
		{"nobody", 0o755, 0o600, 0o600, false, nil},
		{"a group", 0o755, 0o640, 0o640, false, nil},
		{"everyone the policy", 0o755, 0o644, 0o640, false, []string{policyToo}},
		{"everyone a file of the policy's folder", 0o755, 0o644, 0o640, true, []string{policyToo}},
		{"everyone the password", 0o755, 0o600, 0o604, false, []string{secretToo}},
		{"the folder keeps everyone out", 0o750, 0o644, 0o604, false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for path, mode := range map[string]os.FileMode{dir: test.folder, file: test.fileMode, roles: 0o644, secret: test.passMode} {
				if err := os.Chmod(path, mode); err != nil {
					t.Fatal(err)
				}
			}
			path, pol := file, pol
			if test.asFolder {
				path = dir
				if pol, err = policy.Load(dir); err != nil {
					t.Fatal(err)
				}
			}
			got := slices.DeleteFunc(ExposureWarnings(path, pol), func(s string) bool { return strings.Contains(s, "may write") })
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWritableAndReplaceable(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path                  string
		mode                  os.FileMode
		writable, replaceable bool
	}{
		{file, 0o600, false, false}, {file, 0o644, false, false}, {file, 0o620, true, true}, {file, 0o602, true, true},
		{dir, 0o700, false, false}, {dir, 0o755, false, false}, {dir, 0o777, true, true}, {dir, 0o777 | os.ModeSticky, true, false},
	} {
		if err := os.Chmod(c.path, c.mode); err != nil {
			t.Fatal(err)
		}
		if got := Writable("it", c.path); (got != "") != c.writable {
			t.Errorf("%s with mode %v is writable: %q", c.path, c.mode, got)
		}
		if got := Replaceable("it", c.path); (got != "") != c.replaceable {
			t.Errorf("%s with mode %v is replaceable: %q", c.path, c.mode, got)
		}
	}
	if got := Writable("it", filepath.Join(dir, "none")); got != "" {
		t.Errorf("a file that does not exist: %q", got)
	}
}

// TestExposureIsBounded checks that a policy of many files does not fill the log.
func TestExposureIsBounded(t *testing.T) {
	dir := t.TempDir()
	for i := range maxExposed + 5 {
		text := `{ "version": 1 }`
		if i == 0 {
			text = policyText(0, `{ "env": "X" }`)
		}
		file := filepath.Join(dir, fmt.Sprintf("%02d.json", i))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	pol, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := ExposureWarnings(dir, pol)
	if len(got) != maxExposed+1 || got[maxExposed] != "others may write or read 5 more of the policy's files" {
		t.Errorf("%d warnings, the last one %q", len(got), got[len(got)-1])
	}
}
