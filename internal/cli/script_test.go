package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"eslguard/codec"
	"eslguard/internal/cli"
	"eslguard/internal/cli/console"
	"eslguard/internal/switchsim"
)

// patience is how long a script waits for anything.
const patience = time.Minute

// exampleVariable is the environment variable with the path of the example policy. The program
// under test runs in a folder of its own.
const exampleVariable = "TEST_EXAMPLE_POLICY"

// hangVariable is the environment variable with the path of the audit that the signals USR1 and
// USR2 make hang and answer again.
const hangVariable = "TEST_HANG"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"eslguard": func() {
		example, err := os.ReadFile(os.Getenv(exampleVariable))
		if err != nil {
			panic(err)
		}
		hangOnSignal(os.Getenv(hangVariable))
		p := cli.Program{
			Args: os.Args[1:],
			Console: console.Console{
				Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
				LookupEnv: os.LookupEnv,
			}, Environ: os.Environ, Example: example,
		}
		os.Exit(p.Main())
	}, "nc": netcat})
}

// TestScripts runs testdata/script/*.txt. They have these commands in addition to those of
// testscript:
//
//	switch [PASSWORD]         starts a stand-in for FreeSWITCH; $UPSTREAM is its address
//	replace FILE OLD NEW      replaces a text in a file at once, as a rename
//	start NAME ARGS…          starts eslguard; its output goes to NAME.out and NAME.err
//	listening NAME            waits until it listens; $GUARD is its address
//	listening NAME FILE RE    the same, with the address from another file and regular expression
//	await FILE REGEXP         waits until the file matches
//	signal NAME SIGNAL        sends it HUP, INT, TERM, KILL, or USR1 or USR2: see hangVariable
//	ended NAME STATUS         waits for its end
//	esl ADDR FRAME…           sends frames as a client and prints the replies
//	hold NAME ADDR FRAME…     the same, but stays connected and writes what comes to NAME.esl
//	ran API, ! ran API        whether the stand-in executed it
//	mute                      the stand-in answers nothing but logins from now on
func TestScripts(t *testing.T) {
	example, err := filepath.Abs("../../policies.example.json")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv(exampleVariable, example)
			w := &world{running: map[string]*program{}}
			e.Values[worldKey{}] = w
			e.Defer(w.close)
			data, err := os.ReadFile(example)
			if err != nil {
				return err
			}
			if err := writeReadmeCommands(e.WorkDir); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(e.WorkDir, "example.json"), data, 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"switch": cmdSwitch, "replace": cmdReplace, "start": cmdStart, "listening": cmdListening,
			"await": cmdAwait, "signal": cmdSignal, "ended": cmdEnded, "esl": cmdESL, "hold": cmdHold, "ran": cmdRan, "mute": cmdMute,
		},
	})
}

// A world is the state of one script.
type world struct {
	sim     *switchsim.Switch
	running map[string]*program
	held    []net.Conn
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

// close ends what the script left running. Clients end before programs, and those before the
// stand-in.
func (w *world) close() {
	for _, c := range w.held {
		c.Close()
	}
	for _, p := range w.running {
		_ = p.cmd.Process.Kill()
		<-p.done
	}
	if w.sim != nil {
		w.sim.Close()
	}
}

// A program is an eslguard that a script started.
type program struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

func need(ts *testscript.TestScript, neg bool, args []string, least int) {
	if neg || len(args) < least {
		ts.Fatalf("wrong use, see TestScripts")
	}
}

func cmdSwitch(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0)
	w := worldOf(ts)
	sim, err := switchsim.Start(switchsim.Options{Password: strings.Join(args, "")})
	ts.Check(err)
	w.sim = sim
	ts.Setenv("UPSTREAM", sim.Addr())
}

func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3)
	path := ts.MkAbs(args[0])
	was := ts.ReadFile(path)
	is := strings.Replace(was, args[1], args[2], 1)
	if was == is {
		ts.Fatalf("%s does not have %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(path+".next", []byte(is), 0o600))
	ts.Check(os.Rename(path+".next", path))
}

func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	name := args[0]
	path, err := exec.LookPath("eslguard")
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = os.Environ()
	for _, key := range []string{exampleVariable, hangVariable, "ESLGUARD_POLICY", "ESLGUARD_LISTEN", "ESLGUARD_AUDIT", "ESLGUARD_UPSTREAM_PASSWORD"} {
		cmd.Env = append(cmd.Env, key+"="+ts.Getenv(key))
	}
	stdout, err := os.Create(ts.MkAbs(name + ".out"))
	ts.Check(err)
	defer stdout.Close()
	stderr, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	defer stderr.Close()
	cmd.Stdout, cmd.Stderr = stdout, stderr
	ts.Check(cmd.Start())
	p := &program{cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // cmdEnded reads the state
		close(p.done)
	}()
	worldOf(ts).running[name] = p
}

func cmdListening(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1)
	file, pattern := args[0]+".err", `"listen":\["([^"]+)"`
	if len(args) == 3 {
		file, pattern = args[1], args[2]
	}
	found := await(ts, file, pattern)
	ts.Setenv("GUARD", found[1])
}

func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	await(ts, args[0], args[1])
}

// await waits until the file matches pattern, and returns the submatches.
func await(ts *testscript.TestScript, file, pattern string) []string {
	re, err := regexp.Compile("(?m)" + pattern)
	ts.Check(err)
	var data []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if data, err = os.ReadFile(ts.MkAbs(file)); err == nil {
			if m := re.FindStringSubmatch(string(data)); m != nil {
				return m
			}
		}
	}
	ts.Fatalf("%s never had %q, but:\n%s", file, pattern, data)
	return nil
}

func (w *world) program(ts *testscript.TestScript, name string) *program {
	p := w.running[name]
	if p == nil {
		ts.Fatalf("%s was not started", name)
	}
	return p
}

func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	sig, ok := map[string]os.Signal{"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}[args[1]]
	if !ok {
		sig, ok = hangSignals[args[1]]
	}
	if !ok {
		ts.Fatalf("no signal %s", args[1])
	}
	ts.Check(worldOf(ts).program(ts, args[0]).cmd.Process.Signal(sig))
}

func cmdEnded(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	p := worldOf(ts).program(ts, args[0])
	select {
	case <-p.done:
	case <-time.After(patience):
		ts.Fatalf("%s has not ended", args[0])
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if got := p.cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("%s ended with %d, not %d:\n%s", args[0], got, want, ts.ReadFile(args[0]+".err"))
	}
}

// connect dials the address and sends every frame. A \n in a frame is a line feed.
func connect(ts *testscript.TestScript, addr string, frames []string) net.Conn {
	conn, err := net.DialTimeout("tcp", addr, patience)
	ts.Check(err)
	ts.Check(conn.SetDeadline(time.Now().Add(patience)))
	for _, f := range frames {
		_, err := conn.Write([]byte(strings.ReplaceAll(f, `\n`, "\n") + "\n\n"))
		ts.Check(err)
	}
	return conn
}

func cmdESL(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	conn := connect(ts, args[0], args[1:])
	defer conn.Close()
	r := codec.NewUpstreamReader(conn, codec.UpstreamLimits{})
	for answers := 0; answers < len(args)-1; {
		f, err := r.Next()
		if err != nil {
			fmt.Fprintf(ts.Stdout(), "closed\n")
			return
		}
		text := f.Get("Reply-Text")
		if f.Kind != codec.KindCommandReply {
			text = f.Body
		}
		fmt.Fprintf(ts.Stdout(), "%s\n", bytes.TrimSpace(text))
		if f.Kind == codec.KindCommandReply || f.Kind == codec.KindAPIResponse {
			answers++
		}
	}
}

func cmdHold(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3)
	out, err := os.Create(ts.MkAbs(args[0] + ".esl"))
	ts.Check(err)
	conn := connect(ts, args[1], args[2:])
	w := worldOf(ts)
	w.held = append(w.held, conn)
	go func() {
		defer out.Close()
		if _, err := out.ReadFrom(conn); errors.Is(err, os.ErrDeadlineExceeded) {
			fmt.Fprintf(out, "nothing more came\n")
			return
		}
		fmt.Fprintf(out, "closed\n")
	}()
}

func cmdRan(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("wrong use, see TestScripts")
	}
	ran := false
	for _, e := range worldOf(ts).sim.Executed() {
		ran = ran || e.Kind == "api" && e.Name == args[0]
	}
	if ran == neg {
		ts.Fatalf("the stand-in ran %v", worldOf(ts).sim.Executed())
	}
}

func cmdMute(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0)
	worldOf(ts).sim.SetTrouble(switchsim.Trouble{
		OnCommand: func(string) (raw []byte, handled bool) { return nil, true },
	})
}
