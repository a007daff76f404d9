package policy_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/policy"
	"go.uber.org/goleak"
)

// A followed is a Store that runs, and what it has reported.
type followed struct {
	*policy.Store
	t        *testing.T
	mu       sync.Mutex
	changes  int
	restored []*policy.Policy
	errs     []error
}

// follow opens a Store on path and runs it until the test ends.
func follow(t *testing.T, path string) *followed {
	t.Helper()
	f := &followed{t: t}
	s, err := policy.Open(policy.Options{Path: path, OnError: f.failed, OnChange: f.changed, OnRestore: f.good})
	if err != nil {
		t.Fatal(err)
	}
	f.Store = s
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
		goleak.VerifyNone(t)
	})
	return f
}

func (f *followed) failed(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errs = append(f.errs, err)
}

func (f *followed) changed(_, _ *policy.Policy) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes++
}

func (f *followed) good(p *policy.Policy) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.restored = append(f.restored, p)
}

func (f *followed) reports() []error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]error(nil), f.errs...)
}

// await waits until ok returns true, and fails the test if it does not.
func (f *followed) await(what string, ok func() bool) {
	f.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			f.t.Fatalf("%s never came; reported: %v", what, f.reports())
		}
		time.Sleep(time.Millisecond)
	}
}

// awaitClient waits for a policy that has a client of that name.
func (f *followed) awaitClient(name string) {
	f.t.Helper()
	f.await("the client "+name, func() bool { return f.Current().Client(name) != nil })
}

// named returns a policy with one client of that name.
func named(name string) string { return withClients(client(name, `"10.0.0.0/8"`, "", sum("x"))) }

func TestReloadInPlace(t *testing.T) {
	path := write(t, named("one"))
	f := follow(t, path)
	writeTo(t, path, named("two"))
	f.awaitClient("two")
	// As editors do, rename a new file into place.
	replace(t, path, named("three"))
	f.awaitClient("three")
	f.await("two calls of OnChange", func() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.changes == 2 })
}

// TestReplacedFileIsReadWhole: a file that is renamed into place is never read half-written.
func TestReplacedFileIsReadWhole(t *testing.T) {
	path := write(t, named("zero"))
	f := follow(t, path)
	for _, name := range []string{"one", "two", "three"} {
		replace(t, path, named(name))
		f.awaitClient(name)
	}
	if errs := f.reports(); len(errs) > 0 {
		t.Errorf("reported %v", errs)
	}
}

// replace atomically replaces the file with text, as careful editors do.
func replace(t *testing.T, path, text string) {
	t.Helper()
	writeTo(t, path+".new", text)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestBrokenChangesNothing(t *testing.T) {
	path := write(t, named("one"))
	f := follow(t, path)
	before := f.Current()
	writeTo(t, path, named("two")[:100])
	f.await("the error", func() bool { return len(f.reports()) > 0 })
	if f.Current() != before || !strings.Contains(f.reports()[0].Error(), "policy.json:") {
		t.Errorf("a half-written file: %v", f.reports())
	}
	writeTo(t, path, named("two"))
	f.awaitClient("two")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	f.await("the second error", func() bool { return errors.Is(f.reports()[len(f.reports())-1], os.ErrNotExist) })
	if f.Current().Client("two") == nil {
		t.Error("a file that is gone changed the policy")
	}
	writeTo(t, path, named("three"))
	f.awaitClient("three")
}

// TestRestored: if a broken file is as it was before, that is reported once.
func TestRestored(t *testing.T) {
	path := write(t, named("one"))
	f := follow(t, path)
	before := f.Current()
	times := func() int {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.restored)
	}
	replace(t, path, "{")
	f.await("the error", func() bool { return len(f.reports()) == 1 })
	replace(t, path, named("one"))
	f.await("the word that it is good again", func() bool { return times() == 1 })
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	f.await("the second error", func() bool { return len(f.reports()) == 2 })
	replace(t, path, named("one"))
	f.await("the second word", func() bool { return times() == 2 })
	for range 2 {
		if _, err := f.Reload(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if times() != 2 || f.changes != 0 || f.restored[1] != before {
		t.Errorf("restored %d times, changed %d times", times(), f.changes)
	}
}

func TestFailingTestChangesNothing(t *testing.T) {
	path := write(t, named("one"))
	f := follow(t, path)
	failing := strings.TrimSuffix(named("two"), "}") + `, "tests": [{"client": "two", "send": "api version", "expect": "allow"}]}`
	replace(t, path, failing)
	f.await("the error", func() bool { return len(f.reports()) > 0 })
	if err := f.reports()[0].Error(); f.Current().Client("one") == nil || !strings.Contains(err, `"api version" of two is denied, not allowed (api version is not allowed to two)`) {
		t.Errorf("got %v", err)
	}
}

// TestKubernetes: Kubernetes replaces a mounted ConfigMap by renaming the link ..data.
func TestKubernetes(t *testing.T) {
	for _, path := range []string{"policy.json", "."} {
		t.Run(path, func(t *testing.T) {
			mount := t.TempDir()
			publish(t, mount, "one")
			link(t, filepath.Join("..data", "policy.json"), filepath.Join(mount, "policy.json"))
			f := follow(t, filepath.Join(mount, path))
			for _, name := range []string{"two", "three"} {
				publish(t, mount, name)
				f.awaitClient(name)
			}
		})
	}
}

// publish makes the folder of a version and points ..data to it, as Kubernetes does.
func publish(t *testing.T, mount, name string) {
	t.Helper()
	dir := filepath.Join(mount, ".."+name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	writeTo(t, filepath.Join(dir, "policy.json"), named(name))
	link(t, ".."+name, filepath.Join(mount, "..data_tmp"))
	if err := os.Rename(filepath.Join(mount, "..data_tmp"), filepath.Join(mount, "..data")); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// TestLinkChain: a change of any link on the way to the file is noticed.
func TestLinkChain(t *testing.T) {
	dir := t.TempDir()
	at := func(names ...string) string { return filepath.Join(append([]string{dir}, names...)...) }
	for _, d := range []string{"a", "b", "c"} {
		if err := os.Mkdir(at(d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	writeTo(t, at("c", "one.json"), named("one"))
	writeTo(t, at("c", "two.json"), named("two"))
	link(t, at("c", "one.json"), at("b", "middle.json"))
	link(t, at("b"), at("a", "dir"))
	f := follow(t, at("a", "dir", "middle.json"))
	link(t, at("c", "two.json"), at("b", "new"))
	if err := os.Rename(at("b", "new"), at("b", "middle.json")); err != nil {
		t.Fatal(err)
	}
	f.awaitClient("two")
	writeTo(t, at("c", "two.json"), named("three"))
	f.awaitClient("three")
}

func TestReloadFolder(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "base.json"), named("one"))
	f := follow(t, dir)
	more := `{"version": 1, "clients": {` + client("more", `"11.0.0.0/8"`, "", sum("x")) + `}}`
	writeTo(t, filepath.Join(dir, "more.json"), more)
	f.awaitClient("more")
	if err := os.Remove(filepath.Join(dir, "more.json")); err != nil {
		t.Fatal(err)
	}
	f.await("the end of more", func() bool { return f.Current().Client("more") == nil })
}

// TestReloadReportsAgain: Reload reports problems again that were reported before.
func TestReloadReportsAgain(t *testing.T) {
	path := write(t, named("one"))
	f := follow(t, path)
	replace(t, path, "{")
	f.await("the error", func() bool { return len(f.reports()) == 1 })
	if _, err := f.Reload(t.Context()); err == nil {
		t.Error("a broken policy was reloaded")
	}
	f.await("the error again", func() bool { return len(f.reports()) == 2 })
}

func TestReload(t *testing.T) {
	path := write(t, named("one"))
	s, err := policy.Open(policy.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := s.Reload(t.Context()); err != nil || c.Changed() || c.New != s.Current() {
		t.Errorf("the same file: %+v, %v", c, err)
	}
	old := s.Current()
	writeTo(t, path, named("two"))
	c, err := s.Reload(t.Context())
	if err != nil || !c.Changed() || c.Old != old || c.New != s.Current() || c.New.Client("two") == nil {
		t.Errorf("another file: %+v, %v", c, err)
	}
	writeTo(t, path, named("three"))
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Reload(over); !errors.Is(err, context.Canceled) || s.Current() != c.New {
		t.Errorf("a context that is over: %v", err)
	}
	if _, err := policy.Open(policy.Options{Path: write(t, "{}")}); err == nil {
		t.Error("no start without a policy")
	}
}

// TestLimitsSurviveReload: a change of the policy does not reset the use of limits.
func TestLimitsSurviveReload(t *testing.T) {
	text := strings.Replace(named("one"), `["api status"]`, `["api status"], "limits": {"api": "1/h"}`, 1)
	path := write(t, text)
	s, err := policy.Open(policy.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if _, ok := s.Current().Client("one").Take(apis("status"), now); !ok {
		t.Fatal("the first one is free")
	}
	writeTo(t, path, text+"\n")
	if c, err := s.Reload(t.Context()); err != nil || !c.Changed() {
		t.Fatalf("%+v, %v", c, err)
	}
	if limit, ok := s.Current().Client("one").Take(apis("status"), now); ok || limit != "api 1/h" {
		t.Error("the reload gave another token")
	}
}

func TestLastGood(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "a.json"), strings.Replace(named("one"), `{"env": "X"}`, `{"file": "secret"}`, 1))
	writeTo(t, filepath.Join(dir, "b.json"), `{"version": 1}`)
	writeTo(t, filepath.Join(dir, "secret"), "sesame")
	kept := filepath.Join(t.TempDir(), "last-good")
	opt := policy.Options{Path: dir, LastGood: kept}
	good, err := policy.Open(opt)
	if err != nil || good.Stale() != nil {
		t.Fatalf("%v, stale %v", err, good)
	}
	if info, err := os.Stat(kept); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	writeTo(t, filepath.Join(dir, "b.json"), `{"version": 2}`)
	s, err := policy.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	if s.Current().Revision() != good.Current().Revision() || s.Stale() == nil || !strings.Contains(s.Stale().Error(), "b.json:1:13") {
		t.Errorf("stale %v", s.Stale())
	}
	if pw, err := s.Current().Upstreams()["pbx"].Password(); pw != "sesame" {
		t.Errorf("relative paths start from the policy's folder: %v", err)
	}
	// When the file is good again, even unchanged, the policy is no longer stale.
	writeTo(t, filepath.Join(dir, "b.json"), `{"version": 1}`)
	if _, err := s.Reload(t.Context()); err != nil || s.Stale() != nil {
		t.Errorf("%v, stale %v", err, s.Stale())
	}
	writeTo(t, filepath.Join(dir, "b.json"), `{"version": 2}`)
	writeTo(t, kept, `{"eslguard_last_good": 1, "files": []}`)
	if _, err := policy.Open(opt); err == nil || !strings.Contains(err.Error(), "b.json") || !strings.Contains(err.Error(), "last good") {
		t.Errorf("neither is good: %v", err)
	}
	opt.LastGood = ""
	if _, err := policy.Open(opt); err == nil {
		t.Error("no start with a broken policy")
	}
}
