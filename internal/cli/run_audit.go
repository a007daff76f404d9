package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/pflag"

	"eslguard/audit"
	"eslguard/internal/cli/auditcmd"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
	"eslguard/proxy"
)

// The modes of the audit.
const (
	modeBuffered = "buffered"
	modeDurable  = "durable"
)

// defaultKeepAtLeast is the default of --audit-keep-at-least. For that time a client cannot get
// records deleted by causing more of them. It is long enough to copy them off the host, or to
// notice.
const defaultKeepAtLeast = time.Hour

// The bounds of --audit-checkpoint-every. A checkpoint takes about 300 bytes in the audit's folder
// and in the operator's log, up to 2.6 MB a day. Records that no checkpoint covers yet can be cut
// off or rewritten unnoticed.
const (
	minCheckpointEvery = 10 * time.Second
	maxCheckpointEvery = 24 * time.Hour
)

// auditOptions are the flags of run that say how the audit is written.
type auditOptions struct {
	path, mode        string
	recipient, signer string
	checkpointEvery   time.Duration
	rotateSize        size
	rotateAge         time.Duration
	compress          bool
	keepFor           time.Duration
	keepSize          size
	keepAtLeast       time.Duration
	reserve           size
	// How much audit each client may cause, and how much all strangers together may cause: in bytes
	// a second, and at once.
	clientRate, clientBurst, strangerRate, strangerBurst size
	secrets                                              []string
}

func (o *auditOptions) flags(f *pflag.FlagSet) {
	o.rotateSize, o.reserve = audit.DefaultMaxSize, audit.DefaultReserve
	o.clientRate, o.clientBurst = proxy.DefaultAuditRate, proxy.DefaultAuditBurst
	o.strangerRate, o.strangerBurst = proxy.DefaultStrangerRate, proxy.DefaultStrangerBurst
	f.StringVar(&o.path, "audit", auditcmd.DefaultPath,
		"the audit's folder at `path`; a plain file, without a chain, if it is one or its name ends in "+plainNames())
	f.StringVar(&o.mode, "audit-mode", modeBuffered, "write the audit in this `mode`: buffered, or durable: on disk before a command is forwarded")
	f.StringVar(&o.recipient, "audit-recipient", "", "seal each run's key to this age `recipient` (age1…)")
	f.StringVar(&o.signer, "audit-signer", "", "sign checkpoints with the key in this `file`")
	console.DurationVar(f, &o.checkpointEvery, "audit-checkpoint-every", audit.DefaultCheckpointEvery,
		"with a signer, make a checkpoint at the latest this long after a record")
	f.Var(&o.rotateSize, "audit-rotate-size", "begin a new segment at this size")
	console.DurationVar(f, &o.rotateAge, "audit-rotate-age", audit.DefaultMaxAge, "begin a new segment after this time")
	f.BoolVar(&o.compress, "audit-compress", false, "compress finished segments")
	console.DurationVar(f, &o.keepFor, "audit-keep-for", 0, "delete segments and recordings that were finished longer ago than this, such as 30d; 0 keeps them")
	f.Var(&o.keepSize, "audit-keep-size", "delete the oldest segments if all of them exceed this size, and likewise the oldest recordings; without it they are kept")
	console.DurationVar(f, &o.keepAtLeast, "audit-keep-at-least", defaultKeepAtLeast, "never delete for --audit-keep-size what is younger than this, but refuse commands; 0 deletes it")
	f.Var(&o.reserve, "audit-reserve", "hold back this much of the disk, so that a segment can be finished when it is full")
	f.Var(&o.clientRate, "audit-client-rate", "how much audit a second one client may cause with all its sessions; a client over it is not read for a while")
	f.Var(&o.clientBurst, "audit-client-burst", "how much audit one client may cause at once")
	f.Var(&o.strangerRate, "audit-stranger-rate", "how much audit a second all connections that have not logged in may cause together; over it new ones are closed")
	f.Var(&o.strangerBurst, "audit-stranger-burst", "how much audit they may cause at once")
	f.StringSliceVar(&o.secrets, "audit-redact", nil, "also leave out the values of headers and variables with this `part` in their name; may be repeated")
}

// options returns what the flags say, or an error if one of them is wrong.
func (o *auditOptions) options(log zerolog.Logger) (audit.Options, error) {
	a := audit.Options{
		Version: readBuild().String(), Durable: o.mode == modeDurable, Recipient: o.recipient, SecretNames: o.secrets,
		MaxSize: int64(o.rotateSize), MaxAge: o.rotateAge, Compress: o.compress,
		KeepFor: o.keepFor, KeepSize: int64(o.keepSize), KeepAtLeast: o.keepAtLeast, Reserve: int64(o.reserve),
		CheckpointEvery: o.checkpointEvery,
		Checkpoint:      func(note string) { log.Info().Str("checkpoint", note).Msg("the audit was signed") },
		Trouble:         func(err error) { log.Error().Err(err).Msg(auditTrouble(err)) },
	}
	if o.mode != modeBuffered && o.mode != modeDurable {
		return a, console.Usagef("--audit-mode %q is not one of buffered, durable", o.mode)
	}
	if o.rotateAge <= 0 || o.keepFor < 0 || o.keepAtLeast < 0 {
		return a, console.Usagef("--audit-rotate-age must be more than zero, and --audit-keep-for and --audit-keep-at-least not less than zero")
	}
	if o.checkpointEvery < minCheckpointEvery || o.checkpointEvery > maxCheckpointEvery {
		return a, console.Usagef("--audit-checkpoint-every %v is not between %v and %v", o.checkpointEvery, minCheckpointEvery, maxCheckpointEvery)
	}
	if o.signer == "" {
		return a, nil
	}
	var err error
	a.Signer, err = audit.ReadSigner(o.signer)
	if errors.Is(err, fs.ErrNotExist) {
		err = console.WithHint(err, "Make one with: eslguard audit key %s", o.signer)
	}
	return a, err
}

// plainNames lists the endings of the names of plain files.
func plainNames() string {
	s := audit.PlainSuffixes[:]
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}

// auditTrouble says what a failure in the background of the audit means.
func auditTrouble(err error) string {
	switch {
	case errors.Is(err, audit.ErrKept):
		return "THE AUDIT IS FULL, AND COMMANDS ARE REFUSED: its records are too young to be deleted"
	case errors.Is(err, audit.ErrFast):
		return "THE AUDIT IS DELETED UNUSUALLY FAST: someone may be trying to get records deleted"
	default:
		return "records are written, but maintaining the audit failed"
	}
}

// keepWarning returns a warning if one client alone can fill --audit-keep-size before any of it may
// be deleted, and "" otherwise.
func (o *auditOptions) keepWarning() string {
	most := float64(o.clientBurst) + float64(o.clientRate)*o.keepAtLeast.Seconds()
	if o.keepSize == 0 || o.keepAtLeast == 0 || float64(o.keepSize) >= most {
		return ""
	}
	enough := size(math.MaxInt64)
	if most < math.MaxInt64 {
		enough = size(most).roundUp()
	}
	return fmt.Sprintf("one client alone can fill --audit-keep-size within --audit-keep-at-least, and then every command is refused: "+
		"it may write %s in that time; allow as much, or lower --audit-client-rate or --audit-keep-at-least", &enough)
}

// exposure returns warnings that others may write the audit's folder or file, which must have been
// opened.
func (o *auditOptions) exposure() []string {
	info, err := os.Stat(o.path)
	if err != nil {
		return nil
	}
	what := "the audit's folder"
	if !info.IsDir() {
		what = "the audit's file"
	}
	var warnings []string
	for _, w := range []string{
		policyfile.Writable(what, o.path),
		policyfile.Replaceable("the folder that the audit is in", filepath.Dir(o.path)),
	} {
		if w != "" {
			warnings = append(warnings, w)
		}
	}
	return warnings
}

// openAudit opens the audit that the flags describe and logs warnings about it.
func openAudit(o *auditOptions, log zerolog.Logger) (*audit.Log, error) {
	options, err := o.options(log)
	if err != nil {
		return nil, err
	}
	auditLog, err := audit.Open(o.path, options)
	if errors.Is(err, audit.ErrNotAFile) {
		return nil, console.WithHint(err, `Name a folder, or a plain file, with --audit PATH. To hand the records on, read them from there:
eslguard audit show %s --follow`, auditcmd.DefaultPath)
	}
	var unopened *fs.PathError
	if errors.As(err, &unopened) {
		return nil, console.WithHint(err, `Nothing runs unrecorded. Name a folder or file that can be written with --audit PATH, or make the folder that it is in:
sudo install -d -m 750 -o "$USER" %s`, filepath.Dir(o.path))
	}
	if err != nil {
		return nil, err
	}
	if w := o.keepWarning(); w != "" {
		log.Warn().Msg(w)
	}
	for _, w := range o.exposure() {
		log.Warn().Msg(w)
	}
	if !auditLog.Chained() {
		log.Warn().Str("audit", o.path).Msg("the audit is a plain file without a chain: nothing shows whether records were changed or removed; " +
			"--audit FOLDER makes a chained one")
	}
	log.Info().Str("audit", o.path).Str("mode", o.mode).Bool("sealed", o.recipient != "").Bool("signed", o.signer != "").Msg("the audit is open")
	return auditLog, nil
}
