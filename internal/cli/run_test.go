package cli

import (
	"net"
	"strings"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/internal/cli/console"
)

func TestRunOptionsValid(t *testing.T) {
	good := runOptions{
		policy: "policy.json", listen: []string{":8022"}, loginTimeout: time.Second, dialTimeout: time.Second,
		maxHeader: codec.MaxHeaderText, maxBody: codec.MaxContentLength, slowClient: 1, slowClients: 1,
	}
	if err := good.valid(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*runOptions){
		"no policy is named":      func(o *runOptions) { o.policy = "" },
		"--listen is empty":       func(o *runOptions) { o.listen = nil },
		"--max-header is more":    func(o *runOptions) { o.maxHeader++ },
		"--max-body is more":      func(o *runOptions) { o.maxBody++ },
		"--login-timeout and":     func(o *runOptions) { o.loginTimeout = 0 },
		"--login-timeout and --d": func(o *runOptions) { o.dialTimeout = 0 },
		"not less than zero":      func(o *runOptions) { o.grace = -1 },
		"--slow-client is more":   func(o *runOptions) { o.slowClient++ },
	} {
		o := good
		change(&o)
		if err := o.valid(); !console.IsUsage(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error of usage with %q", err, want)
		}
	}
}

func TestListenAll(t *testing.T) {
	listeners, err := listenAll([]string{"127.0.0.1:0", "127.0.0.1:0"})
	if err != nil || len(listeners) != 2 {
		t.Fatalf("%d listeners, %v", len(listeners), err)
	}
	taken := listeners[0].Addr().String()
	defer closeAll(listeners)
	for addr, hint := range map[string]string{taken: "Another program", "192.0.2.1:0": "does not have that address", "nonsense": "host:port"} {
		_, err := listenAll([]string{"127.0.0.1:0", addr})
		if err == nil || !strings.Contains(err.Error(), addr) || !strings.Contains(console.Hint(err), hint) {
			t.Errorf("%s: %v, hint %q, want %q", addr, err, console.Hint(err), hint)
		}
	}
	// If one address fails, the others are closed again.
	free := listeners[1].Addr().String()
	listeners[1].Close()
	if _, err := listenAll([]string{free, taken}); err == nil {
		t.Fatal("it listens where another listener is")
	}
	l, err := net.Listen("tcp", free)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}
