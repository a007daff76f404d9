package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eslguard/internal/cli/console"
)

// tree returns the command tree of a program.
func tree() *cobra.Command {
	begun := false
	p := &Program{Console: console.Console{Stdin: strings.NewReader(""), Stdout: new(strings.Builder), Stderr: new(strings.Builder)}}
	return p.root(&begun)
}

// TestVariablesAreOfOneFlagEach checks that no variable sets two flags.
func TestVariablesAreOfOneFlagEach(t *testing.T) {
	flags := map[string]string{}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			name, of := variable(cmd, f.Name), cmd.CommandPath()+" --"+f.Name
			if other := flags[name]; other != "" {
				t.Errorf("%s sets both %s and %s", name, other, of)
			}
			flags[name] = of
		})
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	for _, cmd := range tree().Commands() {
		walk(cmd)
	}
	for name, want := range map[string]string{
		"ESLGUARD_LOGIN_TIMEOUT": "eslguard run --login-timeout", "ESLGUARD_AUDIT_SHOW_NAME": "eslguard audit show --name",
		"ESLGUARD_EXPLAIN_CLIENT": "eslguard explain --client", "ESLGUARD_NAME": "", "ESLGUARD_RUN_POLICY": "",
	} {
		if flags[name] != want {
			t.Errorf("%s is %q, want %q", name, flags[name], want)
		}
	}
}

// TestCheckVariables checks that run refuses a variable that belongs to no flag, and no other.
func TestCheckVariables(t *testing.T) {
	known := variables(tree())
	for entry, want := range map[string]string{
		"ESLGUARD_POLICY=x": "", "ESLGUARD_AUDIT_SHOW_NAME=x": "", "ESLGUARD_EXPLAIN_CLIENT=x": "", "PATH=x": "", "eslguard_x=y": "", "XESLGUARD_X=y": "",
		"ESLGUARD_UPSTREAM_PASSWORD=x": "", "ESLGUARD_REQUIRE_NODE=1": "", "ESLGUARD_FUZZTIME=30s": "", "ESLGUARD_CAPTURES=x": "", "ESLGUARD_X=": "",
		// Kubernetes sets these for services named eslguard and eslguard-b.
		"ESLGUARD_SERVICE_HOST=10.0.0.1": "", "ESLGUARD_SERVICE_PORT=8022": "", "ESLGUARD_SERVICE_PORT_ESL=8022": "", "ESLGUARD_PORT=tcp://10.0.0.1:8022": "",
		"ESLGUARD_PORT_8022_TCP=tcp://10.0.0.1:8022": "", "ESLGUARD_PORT_8022_TCP_ADDR=10.0.0.1": "", "ESLGUARD_B_SERVICE_HOST=10.0.0.2": "",
		"ESLGUARD_X=secret": "Unset it", "ESLGUARD_=secret": "ESLGUARD_ in", "ESLGUARD_PORT=secret": "ESLGUARD_PORT in", "ESLGUARD_SERVICE_HOSTS=secret": "Unset it",
		"ESLGUARD_RUN_POLICY=secret": "Did you mean ESLGUARD_POLICY?", "ESLGUARD_RUN_LOGIN_TIMEOUT=secret": "Did you mean ESLGUARD_LOGIN_TIMEOUT?",
		"ESLGUARD_LOGIN_TIMOUT=secret": "Did you mean ESLGUARD_LOGIN_TIMEOUT?", "ESLGUARD_AUDIT_KEPP_FOR=secret": "Did you mean ESLGUARD_AUDIT_KEEP_FOR?",
		"ESLGUARD_UPSTREAM_PASSWORT=secret": "Did you mean ESLGUARD_UPSTREAM_PASSWORD?", "ESLGUARD_\x1b[2J=secret": `"ESLGUARD_\x1b[2J"`,
	} {
		err := checkVariables([]string{"HOME=/", entry}, known, []string{"ESLGUARD_UPSTREAM_PASSWORD"})
		text := ""
		if err != nil {
			text = err.Error() + " " + console.Hint(err)
			if !console.IsUsage(err) {
				t.Errorf("%q: %v is not an error of usage", entry, err)
			}
		}
		if (err == nil) != (want == "") || !strings.Contains(text, want) || strings.Contains(text, "secret") {
			t.Errorf("%q: %s, want %q", entry, text, want)
		}
	}
}
