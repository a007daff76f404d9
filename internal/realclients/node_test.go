package realclients_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// scripts is the folder of the scripts and of the files that pin the packages that they need.
const scripts = "testdata/node"

// The timeouts of an installation and of a script. A script ends by itself before its timeout.
const (
	installTime = 3 * time.Minute
	scriptTime  = 15 * time.Second
)

// packages is the folder in which the npm packages are installed.
type packages string

// installed returns the folder of the packages and installs them if necessary. It skips the test if
// that is not possible.
func installed(t *testing.T) packages {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			without(t, fmt.Sprintf("%s is not installed", tool))
		}
	}
	lock, err := os.ReadFile(filepath.Join(scripts, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	dir := filepath.Join(cache, "eslguard-test-node-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := install(t, dir); err != nil {
			without(t, fmt.Sprintf("the npm packages cannot be installed: %v", err))
		}
	}
	return packages(filepath.Join(dir, "node_modules"))
}

// without ends a test that lacks something that it needs: it skips the test, or fails it if the
// environment says so.
func without(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("ESLGUARD_REQUIRE_NODE") == "1" {
		t.Fatalf("ESLGUARD_REQUIRE_NODE=1, but %s", why)
	}
	t.Skipf("real clients are not tested: %s", why)
}

// install installs the packages in dir. It creates dir only when they are complete.
func install(t *testing.T, dir string) error {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join(scripts, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(tmp, name), b, 0o644); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), installTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = tmp
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	err = os.Rename(tmp, dir)
	if _, there := os.Stat(dir); err != nil && there == nil {
		return nil // another test installed them at the same time
	}
	return err
}

// A step is what a script reports about one thing that it did.
type step struct {
	Step string `json:"step"`
	// OK reports whether the client regarded it as a success.
	OK bool `json:"ok"`
	// Text is the answer as the client returned it to its caller.
	Text string `json:"text"`
}

// run runs a script of the client against addr and returns its steps. When the script prints
// "subscribed", run calls subscribed; that is not a step.
func (p packages) run(t *testing.T, c client, addr, password, mode string, subscribed func()) []step {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), scriptTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", filepath.Join(scripts, c.script), host, port, password, channel, mode, c.name)
	cmd.Env = append(os.Environ(), "NODE_PATH="+string(p))
	cmd.WaitDelay = time.Second
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var steps []step
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var s step
		switch err := json.Unmarshal(lines.Bytes(), &s); {
		case err != nil:
			t.Errorf("the script printed %q: %v", lines.Text(), err)
		case s.Step == "subscribed":
			subscribed()
		default:
			steps = append(steps, s)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the script: %v\n%s", err, complaints.String())
	}
	return steps
}
