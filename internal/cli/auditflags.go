package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/pflag"

	"eslguard/audit"
)

// The modes of the audit.
const (
	modeBuffered = "buffered"
	modeDurable  = "durable"
)

// auditOptions are the flags of run that say how the audit is written.
type auditOptions struct {
	path, mode        string
	recipient, signer string
	rotateSize        size
	rotateAge         time.Duration
	compress          bool
	keepFor           time.Duration
	keepSize          size
	reserve           size
	secrets           []string
}

func (o *auditOptions) flags(f *pflag.FlagSet) {
	o.rotateSize, o.reserve = audit.DefaultMaxSize, audit.DefaultReserve
	f.StringVar(&o.path, "audit", defaultAudit, "the audit's folder at `path`, or a plain file where that is one or its name has a dot")
	f.StringVar(&o.mode, "audit-mode", modeBuffered, "write the audit in this `mode`: buffered, or durable: on disk before a command is forwarded")
	f.StringVar(&o.recipient, "audit-recipient", "", "seal each run's key to this age `recipient` (age1…)")
	f.StringVar(&o.signer, "audit-signer", "", "sign checkpoints with the key in this `file`")
	f.Var(&o.rotateSize, "audit-rotate-size", "begin a new segment at this size")
	f.DurationVar(&o.rotateAge, "audit-rotate-age", audit.DefaultMaxAge, "begin a new segment after this time")
	f.BoolVar(&o.compress, "audit-compress", false, "compress finished segments")
	f.DurationVar(&o.keepFor, "audit-keep-for", 0, "delete segments and recordings that were finished longer ago; 0 keeps them")
	f.Var(&o.keepSize, "audit-keep-size", "delete the oldest segments beyond this size of all, and likewise the oldest recordings; without it they are kept")
	f.Var(&o.reserve, "audit-reserve", "hold back so much of the disk, for the end of a segment when it is full")
	f.StringSliceVar(&o.secrets, "audit-redact", nil, "also leave out the values of headers and variables with this `part` in their name; may be repeated")
}

// options returns what the flags say, and where they are wrong.
func (o *auditOptions) options(log zerolog.Logger) (audit.Options, error) {
	a := audit.Options{
		Version: readBuild().String(), Durable: o.mode == modeDurable, Recipient: o.recipient, SecretNames: o.secrets,
		MaxSize: int64(o.rotateSize), MaxAge: o.rotateAge, Compress: o.compress,
		KeepFor: o.keepFor, KeepSize: int64(o.keepSize), Reserve: int64(o.reserve),
		Checkpoint: func(note string) { log.Info().Str("checkpoint", note).Msg("the audit was signed") },
		Trouble:    func(err error) { log.Error().Err(err).Msg("the audit is written, but not looked after") },
	}
	if o.mode != modeBuffered && o.mode != modeDurable {
		return a, usagef("--audit-mode %q is not one of buffered, durable", o.mode)
	}
	if o.rotateAge <= 0 || o.keepFor < 0 {
		return a, usagef("--audit-rotate-age must be more than zero, --audit-keep-for not less")
	}
	if o.signer == "" {
		return a, nil
	}
	var err error
	a.Signer, err = audit.ReadSigner(o.signer)
	if errors.Is(err, fs.ErrNotExist) {
		err = withHint(err, "Make one with: eslguard audit key %s", o.signer)
	}
	return a, err
}

// recordings returns the folder for the recordings of whole sessions, beside the audit, which
// has been opened.
func (o *auditOptions) recordings() string {
	if info, err := os.Stat(o.path); err == nil && info.IsDir() {
		return filepath.Join(o.path, audit.RecordingsFolder)
	}
	return o.path + ".recordings"
}

func openAudit(o *auditOptions, log zerolog.Logger) (*audit.Log, error) {
	options, err := o.options(log)
	if err != nil {
		return nil, err
	}
	trail, err := audit.Open(o.path, options)
	if errors.Is(err, audit.ErrNotAFile) {
		return nil, withHint(err, `Name a folder, or a plain file, with --audit PATH. To hand the records on, read them from there:
eslguard audit show %s --follow`, defaultAudit)
	}
	var unopened *fs.PathError
	if errors.As(err, &unopened) {
		return nil, withHint(err, `Nothing runs unrecorded. Name a folder or file that can be written with --audit PATH, or make what it is in:
sudo install -d -m 750 -o "$USER" %s`, filepath.Dir(o.path))
	}
	if err != nil {
		return nil, err
	}
	for _, doubt := range auditWritable(o.path) {
		log.Warn().Msg(doubt)
	}
	log.Info().Str("audit", o.path).Str("mode", o.mode).Bool("sealed", o.recipient != "").Bool("signed", o.signer != "").Msg("recording")
	return trail, nil
}
