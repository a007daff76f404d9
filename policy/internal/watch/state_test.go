package watch

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// linkedFolder returns a folder as Kubernetes mounts a ConfigMap, and a link to one of its files:
//
//	real/v1/a.json, real/v1/b.json
//	real/..data -> v1
//	real/a.json -> ..data/a.json
//	link        -> real/a.json
//	loop        -> loop
func linkedFolder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		os.MkdirAll(filepath.Join(dir, "real", "v1"), 0o700),
		os.WriteFile(filepath.Join(dir, "real", "v1", "a.json"), []byte("{}"), 0o600),
		os.WriteFile(filepath.Join(dir, "real", "v1", "b.json"), []byte("{}"), 0o600),
		os.Symlink("v1", filepath.Join(dir, "real", "..data")),
		os.Symlink(filepath.Join("..data", "a.json"), filepath.Join(dir, "real", "a.json")),
		os.Symlink(filepath.Join(dir, "real", "a.json"), filepath.Join(dir, "link")),
		os.Symlink("loop", filepath.Join(dir, "loop")),
	); err != nil {
		t.Fatal(err)
	}
	return dir
}

// relative returns paths relative to dir, separated by spaces, without repetitions and sorted.
func relative(t *testing.T, dir string, paths []string) string {
	t.Helper()
	out := make([]string, len(paths))
	for i, path := range paths {
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = filepath.ToSlash(rel)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// TestLinkFolders: a change of any link on the way to a file happens in a folder that is watched.
func TestLinkFolders(t *testing.T) {
	dir := linkedFolder(t)
	for path, want := range map[string]string{
		"real/v1/a.json":     "real/v1",
		"real/..data/a.json": "real real/..data real/v1",
		"real/a.json":        "real real/v1",
		"link":               ". real real/v1",
		"missing/a.json":     "missing",
		"loop":               ".",
	} {
		var got []string
		linkFolders(filepath.Join(dir, path), func(folder string) { got = append(got, folder) })
		if got := relative(t, dir, got); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestFirstLink(t *testing.T) {
	dir := linkedFolder(t)
	for path, want := range map[string][2]string{
		"real/v1/a.json":     {"", ""},
		"real/..data/a.json": {"real/..data", "/a.json"},
		"link":               {"link", ""},
		"missing/link":       {"", ""},
	} {
		link, rest := firstLink(filepath.Join(dir, path))
		if want[0] != "" {
			want[0] = filepath.Join(dir, want[0])
		}
		if link != want[0] || rest != want[1] {
			t.Errorf("%s: %q and %q, want %q", path, link, rest, want)
		}
	}
}

// TestFoldersToWatch: of a policy folder, the folder itself and those of its files' links.
func TestFoldersToWatch(t *testing.T) {
	dir := linkedFolder(t)
	for path, want := range map[string]string{
		"real/v1":     "real real/v1",
		"real":        ". real real/v1",
		"link":        ". real real/v1",
		"real/a.json": "real real/v1",
		"missing":     ".",
	} {
		w := &watcher{path: filepath.Join(dir, path)}
		if got := relative(t, dir, w.foldersToWatch()); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// TestFileState: what makes two states of a policy folder differ, and when a state is fresh.
func TestFileState(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string, age time.Duration) {
		t.Helper()
		path, at := filepath.Join(dir, name), time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	put("a.json", "{}", time.Hour)
	for _, step := range []struct {
		name         string
		change       func()
		equal, fresh bool
	}{
		{"nothing", func() {}, true, false},
		{"a file that is no policy", func() { put("notes.txt", "x", 0) }, true, false},
		{"another policy file", func() { put("b.json", "{}", time.Hour) }, false, false},
		{"replaced by an equal file", func() {
			info, err := os.Stat(filepath.Join(dir, "b.json"))
			if err != nil {
				t.Fatal(err)
			}
			put("next", "{}", 0)
			at := info.ModTime()
			if err := errors.Join(os.Chtimes(filepath.Join(dir, "next"), at, at), os.Rename(filepath.Join(dir, "next"), filepath.Join(dir, "b.json"))); err != nil {
				t.Fatal(err)
			}
		}, false, false},
		{"written just now", func() { put("a.json", "{}", 0) }, false, true},
		{"a file removed", func() { os.Remove(filepath.Join(dir, "a.json")) }, false, false},
		{"no policy file left", func() { os.Remove(filepath.Join(dir, "b.json")) }, false, false},
		{"still none", func() {}, true, false},
	} {
		before := readFileState(dir)
		step.change()
		after := readFileState(dir)
		if got := before.equal(after); got != step.equal || after.fresh != step.fresh {
			t.Errorf("%s: equal is %v, fresh is %v; want %v and %v", step.name, got, after.fresh, step.equal, step.fresh)
		}
	}
}
