package document

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// put writes files into a new folder and returns it.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadBounded(t *testing.T) {
	dir := put(t, map[string]string{"five": "12345", "none": ""})
	for _, tt := range []struct {
		name, want, problem string // problem is in the error; "" for no error
	}{
		{"five", "12345", ""},
		{"none", "", ""},
		{"six", "", "no such file"},
		{".", "", "not a regular file"},
	} {
		got, err := ReadBounded(filepath.Join(dir, tt.name), 5)
		if string(got) != tt.want || (err == nil) != (tt.problem == "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
			t.Errorf("%s: %q, %v; want %q, %q", tt.name, got, err, tt.want, tt.problem)
		}
	}
	if _, err := ReadBounded(filepath.Join(dir, "five"), 4); err == nil || !strings.Contains(err.Error(), "over 4 bytes") {
		t.Errorf("a file over the limit: %v", err)
	}
}

// TestReplaceFile: the file is replaced as a whole, is private, and nothing else is left behind.
func TestReplaceFile(t *testing.T) {
	dir := put(t, map[string]string{"state": "old", "state.next": "left by a crash"})
	path := filepath.Join(dir, "state")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := ReplaceFile(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(path); string(data) != "new" || os.SameFile(before, after) {
		t.Errorf("the file has %q, and is the same file: %v", data, os.SameFile(before, after))
	}
	if mode := after.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("the file's mode is %o, want 600", mode)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the folder has %v, want the file alone", entries)
	}
}

// TestReplaceFileFails: without success the old file stays, and no half-written one.
func TestReplaceFileFails(t *testing.T) {
	if err := ReplaceFile(filepath.Join(t.TempDir(), "missing", "state"), nil); err == nil {
		t.Error("a file in a folder that does not exist was written")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	if err := os.MkdirAll(filepath.Join(path, "child"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceFile(path, []byte("new")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the folder has %v, want the old entry alone", entries)
	}
}

// TestBundle: a policy that is saved is read back byte for byte, with its time.
func TestBundle(t *testing.T) {
	src := Sources{Folder: "/etc/eslguard", Files: []*Source{
		{Name: "a.json", Data: []byte("{\"version\": 1}\r\n\x00\xff")}, {Name: "ä b.json", Data: nil},
	}}
	path := filepath.Join(t.TempDir(), "last-good")
	now := time.Date(2027, 1, 31, 19, 0, 0, 999, time.FixedZone("", 3600))
	if err := WriteBundle(path, src, now); err != nil {
		t.Fatal(err)
	}
	got, saved, err := ReadBundle(path)
	if err != nil || !saved.Equal(now.Truncate(time.Second)) || got.Folder != "" || got.Revision() != src.Revision() {
		t.Errorf("saved %v, folder %q, revision %s, %v", saved, got.Folder, got.Revision(), err)
	}
	if !slices.EqualFunc(got.Files, src.Files, func(a, b *Source) bool { return a.Name == b.Name && bytes.Equal(a.Data, b.Data) }) {
		t.Errorf("got %v", got.Files)
	}
}

// TestBundleRefused: a file that is not a bundle of this version is not half read.
func TestBundleRefused(t *testing.T) {
	const good = `{"eslguard_last_good": 1, "saved": "2027-01-31T18:00:00Z", "files": [{"name": "a.json", "data": "e30="}]}`
	read := func(text string) (Sources, error) {
		src, _, err := ReadBundle(filepath.Join(put(t, map[string]string{"f": text}), "f"))
		return src, err
	}
	if src, err := read(good); err != nil || string(src.Files[0].Data) != "{}" {
		t.Fatalf("%v", err)
	}
	file := `{"name": "a.json", "data": "e30="}`
	for _, tt := range []struct{ name, old, new string }{
		{"another version", `good": 1`, `good": 2`},
		{"no version", `"eslguard_last_good": 1, `, ``},
		{"an unknown key", `"saved"`, `"kept"`},
		{"no files", file, ``},
		{"too many files", file, strings.Repeat(file+",", MaxFiles) + file},
		{"not base64", `e30=`, `e30`},
		{"not a time", `2027-01-31T18:00:00Z`, `yesterday`},
		{"cut off", `]}`, ``},
		{"followed by more", `]}`, `]} {}`},
	} {
		if src, err := read(strings.Replace(good, tt.old, tt.new, 1)); err == nil || src.Files != nil {
			t.Errorf("%s: read %d files", tt.name, len(src.Files))
		}
	}
}

func TestFiles(t *testing.T) {
	dir := put(t, map[string]string{"b.json": "", "a.json": "", ".c.json": "", "d.JSON": "", "e.txt": "", "f.json~": ""})
	names, folder, err := Files(dir)
	if want := []string{filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json")}; err != nil || folder != dir || !slices.Equal(names, want) {
		t.Errorf("a folder: %q in %s, %v", names, folder, err)
	}
	file := filepath.Join(dir, "e.txt")
	if names, folder, err := Files(file); err != nil || folder != dir || !slices.Equal(names, []string{file}) {
		t.Errorf("a file: %q in %s, %v", names, folder, err)
	}
	if _, _, err := Files(filepath.Join(dir, "missing")); err == nil {
		t.Error("a missing file was listed")
	}
	if Folder(dir) != dir || Folder(file) != dir || Folder(filepath.Join(dir, "missing")) != dir {
		t.Errorf("folders %s, %s", Folder(dir), Folder(file))
	}
}

// TestRevision: it depends on the contents of the files and where they are divided, and on nothing
// else.
func TestRevision(t *testing.T) {
	of := func(files ...string) string {
		s := Sources{Folder: t.Name()}
		for i, text := range files {
			s.Files = append(s.Files, &Source{Name: string(rune('a' + i)), Data: []byte(text)})
		}
		return s.Revision()
	}
	renamed := Sources{Files: []*Source{{Name: "other", Data: []byte("x")}}}.Revision()
	if got := of("x"); got != renamed || len(got) != 2*revisionBytes {
		t.Errorf("%s and, renamed, %s", got, renamed)
	}
	seen := make(map[string]bool)
	for _, r := range []string{of(), of(""), of("", ""), of("x"), of("x", ""), of("", "x"), of("xy"), of("x", "y"), of("y", "x")} {
		if seen[r] {
			t.Errorf("%s is the revision of two different policies", r)
		}
		seen[r] = true
	}
}
