package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"eslguard/codec"
	"eslguard/internal/cli/auditcmd"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/guard"
	"eslguard/internal/cli/policyfile"
	"eslguard/policy"
	"eslguard/proxy"
)

const (
	// defaultListen is the port after FreeSWITCH's own, on loopback. The operator must decide who
	// may connect from elsewhere.
	defaultListen = "127.0.0.1:8022"
	defaultGrace  = 10 * time.Second
)

// runOptions are the flags of run.
type runOptions struct {
	policy, lastGood, state string
	audit                   auditOptions
	listen                  []string
	loginTimeout            time.Duration
	dialTimeout             time.Duration
	grace                   time.Duration
	maxHeader, maxBody      size
	slowClient, slowClients size
	logFormat, logLevel     string
	// variables are the environment variables of all flags of all commands.
	variables map[string]bool
}

func (p *Program) run() *cobra.Command {
	o := runOptions{
		maxHeader: codec.DefaultMaxHeader, maxBody: codec.DefaultMaxBody,
		slowClient: proxy.DefaultMaxHeld, slowClients: proxy.DefaultMaxHeldAll,
	}
	cmd := &cobra.Command{
		Use:   "run --policy PATH [--listen ADDR]...",
		Short: "Guard a FreeSWITCH",
		Long: `Listens for clients and stands between them and FreeSWITCH. It lets each client do what the policy
allows, and writes every session, login and command to the audit before FreeSWITCH sees it. The
operator's log goes to standard error.

The policy is read again when its files change, and on SIGHUP. A broken policy changes nothing: its
problems are logged, and the policy in force stays. With --last-good the last good policy is kept in a
file. If the policy is broken at a start, that one is used instead, and the log says so.

With --state the use of limits is kept over a restart, in limits.json in that folder. The file is
written every two seconds while limits are used, and at the end. A guard that is killed forgets what
was used in the last two seconds. A broken file is renamed, which the log reports, and every limit
begins again.

The audit is a folder, in which records are chained and rotated, or a plain file. In durable mode a
command is forwarded only when its record is on disk. With a recipient every record has a MAC under a
key that this host forgets, and with a signer checkpoints are signed from time to time. "eslguard audit
key" makes both kinds of keys.

SIGHUP also begins a new plain audit file after a rename (logrotate). SIGTERM and SIGINT end the guard:
it accepts no more clients, waits up to --grace until the commands in flight are answered, says goodbye
to the clients and exits. A second one makes it exit at once.

The upstream's password is never a flag: the policy names its file or variable. Any other variable
whose name begins with ESLGUARD_ and that belongs to no flag of any command is refused, since it is
probably a misspelled flag.`,
		Example: `  eslguard run --policy /etc/eslguard/policy.json
  eslguard run --policy /etc/eslguard/policy.d --listen 10.0.0.5:8022 --listen '[2001:db8::5]:8022'
  ESLGUARD_POLICY=policy.json ESLGUARD_LISTEN=:8022 eslguard run --audit audit.jsonl`,
		Args: console.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.variables = variables(cmd.Root())
			return p.runGuard(&o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.policy, "policy", "", "the policy at `path`, a file or a folder of *.json files")
	f.StringSliceVar(&o.listen, "listen", []string{defaultListen}, "listen on `addr`, which is host:port; may be repeated")
	o.audit.flags(f)
	f.StringVar(&o.lastGood, "last-good", "", "keep the last good policy in this `file`")
	f.StringVar(&o.state, "state", "", "keep the use of limits over a restart in this `folder`")
	console.DurationVar(f, &o.loginTimeout, "login-timeout", proxy.DefaultLoginTimeout, "how long a client has to log in")
	console.DurationVar(f, &o.dialTimeout, "dial-timeout", proxy.DefaultDialTimeout, "how long FreeSWITCH has to accept a connection and a login")
	console.DurationVar(f, &o.grace, "grace", defaultGrace, "how long a shutdown waits for commands in flight")
	f.Var(&o.maxHeader, "max-header", "the largest header of a frame, line ends included")
	f.Var(&o.maxBody, "max-body", "the largest body of a frame")
	f.Var(&o.slowClient, "slow-client", "how much output may wait for one slow client")
	f.Var(&o.slowClients, "slow-clients", "how much output may wait for all slow clients together")
	f.StringVar(&o.logFormat, "log-format", guard.LogAuto, "the operator's log as `format`: auto, text or json; auto is text on a terminal")
	f.StringVar(&o.logLevel, "log-level", "info", "log from this `level` up: debug, info, warn or error")
	return cmd
}

// valid checks the flags against their bounds and against each other.
func (o *runOptions) valid() error {
	switch {
	case o.policy == "":
		return console.Usagef("no policy is named: use --policy PATH or set %sPOLICY", variablePrefix)
	case o.maxHeader > codec.MaxHeaderText:
		return console.Usagef("--max-header is more than %d bytes, where FreeSWITCH itself cuts a frame", codec.MaxHeaderText)
	case o.maxBody > codec.MaxContentLength:
		return console.Usagef("--max-body is more than %d bytes, where FreeSWITCH itself closes the connection", codec.MaxContentLength)
	case o.loginTimeout <= 0 || o.dialTimeout <= 0 || o.grace < 0:
		return console.Usagef("--login-timeout and --dial-timeout must be more than zero, and --grace not less than zero")
	case o.slowClient > o.slowClients:
		return console.Usagef("--slow-client is more than --slow-clients, the bound for all slow clients together")
	case len(o.listen) == 0:
		return console.Usagef("--listen is empty")
	}
	return nil
}

// runGuard opens what a guard needs, serves until a signal says to stop, and closes everything.
func (p *Program) runGuard(o *runOptions) (err error) {
	// A signal that came before this would end the program at once.
	sig := console.NotifySignals()
	defer sig.Stop()
	// The log's reader may go away. The guard must not end because of that.
	signal.Ignore(syscall.SIGPIPE)
	if err := p.checkEnvironmentFirst(o); err != nil {
		return err
	}
	if err := o.valid(); err != nil {
		return err
	}
	logWriter, err := guard.LogWriter(p.Stderr, o.logFormat)
	if err != nil {
		return err
	}
	lines := guard.NewLogQueue(logWriter)
	defer lines.Flush()
	log, err := guard.NewLog(lines, o.logLevel)
	if err != nil {
		return err
	}
	auditLog, err := openAudit(&o.audit, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, guard.CloseAudit(auditLog, log)) }()
	g := &guard.Guard{Audit: auditLog, Log: log, Version: readBuild().String()}
	if err := g.OpenPolicy(o.policy, o.lastGood); err != nil {
		return err
	}
	// The policy in force may be another one now: the last good one.
	if err := p.checkEnvironment(o, g.Policies().Current().Variables()); err != nil {
		return err
	}
	if err := g.OpenState(o.state); err != nil {
		return err
	}
	if err := policyfile.CheckPasswords(g.Policies().Current()); err != nil {
		return err
	}
	listeners, err := listenAll(o.listen)
	if err != nil {
		return err
	}
	descriptors, err := g.LimitDescriptors()
	if err != nil {
		closeAll(listeners)
		return err
	}
	g.Server = o.server(g, descriptors)
	ctx, stop := context.WithCancel(context.Background())
	var trying sync.WaitGroup
	defer trying.Wait()
	defer stop()
	trying.Go(func() { g.TryUpstreams(ctx) })
	return g.Serve(listeners, sig, o.grace)
}

// checkEnvironmentFirst is checkEnvironment before anything is opened. If the policy cannot be
// read, it returns nil: opening the policy reports that.
func (p *Program) checkEnvironmentFirst(o *runOptions) error {
	err := p.checkEnvironment(o, nil)
	if err == nil || o.policy == "" {
		return err
	}
	pol, loadErr := policy.Load(o.policy)
	if loadErr != nil {
		return nil
	}
	return p.checkEnvironment(o, pol.Variables())
}

// checkEnvironment returns an error of usage if the environment has a variable with the prefix of
// flags that belongs to no flag. named are the variables that the policy names.
func (p *Program) checkEnvironment(o *runOptions, named []string) error {
	if p.Environ == nil {
		return nil
	}
	return checkVariables(p.Environ(), o.variables, named)
}

// server returns the server that the flags describe.
func (o *runOptions) server(g *guard.Guard, descriptors int) *proxy.Server {
	return &proxy.Server{
		Policies: g.Policies(), Audit: g.Audit, Log: g.Log, Recordings: auditcmd.Recordings(o.audit.path),
		LoginTimeout: o.loginTimeout, DialTimeout: o.dialTimeout,
		Limits:  codec.Limits{Header: int(o.maxHeader), Body: int(o.maxBody)},
		MaxHeld: int64(o.slowClient), MaxHeldAll: int64(o.slowClients),
		AuditRate: int64(o.audit.clientRate), AuditBurst: int64(o.audit.clientBurst),
		StrangerRate: int64(o.audit.strangerRate), StrangerBurst: int64(o.audit.strangerBurst),
		MaxDescriptors: descriptors,
	}
}

// listenHint says what to do if listening fails with err.
func listenHint(err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "Another program, or another eslguard, listens there: name a free port with --listen ADDR."
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "This host does not have that address. :8022 listens on all that it has."
	default:
		return "An address is host:port, such as 10.0.0.5:8022, [2001:db8::5]:8022, or :8022 for all addresses of this host."
	}
}

// listenAll listens on every address. If one of them fails, it listens on none.
func listenAll(addrs []string) ([]net.Listener, error) {
	var listeners []net.Listener
	for _, addr := range addrs {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			closeAll(listeners)
			return nil, console.WithHint(fmt.Errorf("cannot listen on %q: %w", addr, err), "%s", listenHint(err))
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}
