package auditcmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eslguard/audit"
	"eslguard/audit/export"
	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
)

// replayOptions are the flags of audit replay.
type replayOptions struct {
	audit, recordings string
	speed             float64
	noWait            bool
	maxPause          time.Duration
	export            string
}

func (p *program) replay() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay SESSION --audit PATH",
		Short: "Show a session as it went",
		Long: `Shows one session as the audit has it, at its original speed: its login, its commands, what was decided on
each and why, the replies, the results of its jobs, and its end. If all of the session was recorded
("record": "all" in the policy), it shows every frame. Find the id of a session with "eslguard audit show".

With --speed 10 it is ten times as fast, and with --no-wait everything is shown at once. --max-pause cuts
long silences. With --export cast it writes an asciicast (version 3) instead, for asciinema and other
players, with a marker at every decision to jump to.

Exit status: 0 the session was shown, 1 the audit has no such session or cannot be read, 2 called wrongly.`,
		Example: `  eslguard audit replay 3kq7xw2a --audit /var/log/eslguard/audit --max-pause 2s
  eslguard audit replay 3kq7xw2a --audit /var/log/eslguard/audit --no-wait | less
  eslguard audit replay 3kq7xw2a --audit /var/log/eslguard/audit --export cast > session.cast`,
		Args: oneArg("audit replay takes one session"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := console.UntilInterrupt(cmd.Context())
			defer stop()
			return p.runReplay(ctx, &o, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.audit, "audit", DefaultPath, "the audit at `path`, a folder or a plain file")
	f.StringVar(&o.recordings, "recordings", "", "the folder with recordings at `path`; without it, the audit's own")
	f.Float64Var(&o.speed, "speed", 1, "replay this many `times` as fast")
	f.BoolVar(&o.noWait, "no-wait", false, "show everything at once")
	console.DurationVar(f, &o.maxPause, "max-pause", 0, "wait at most this long between two records, before --speed is applied; 0 means no limit")
	f.StringVar(&o.export, "export", "", "write in this `format` instead: cast")
	return cmd
}

// A stage shows a session.
type stage interface {
	// show shows text, which happened at that time. mark is the name of a decision, or "" if
	// nothing was decided.
	show(at time.Time, text, mark string) error
}

func (p *program) runReplay(ctx context.Context, o *replayOptions, session string) error {
	if o.export != "" && o.export != "cast" {
		return console.Usagef("--export %q is not cast", console.Bounded(o.export))
	}
	if o.speed <= 0 || o.maxPause < 0 {
		return console.Usagef("--speed must be more than zero, --max-pause not less")
	}
	out := bufio.NewWriter(p.Stdout)
	paint := p.Paint()
	var st stage = &player{ctx: ctx, out: out, options: o}
	if o.export == "cast" {
		paint = true // players show it on a terminal
		st = &caster{out: out, session: session, maxPause: o.maxPause}
	}
	frames, err := o.frames(session)
	if err != nil {
		return err
	}
	defer frames.Close()
	n := 0
	stats, err := trail.Read(ctx, o.audit, trail.Filter{Session: session}, func(r *trail.Record) error {
		n++
		if err := showFrames(frames, r.Time, st, paint); err != nil {
			return err
		}
		return st.show(r.Time, scene(r, paint, frames != nil), mark(r))
	})
	if err == nil {
		err = showFrames(frames, time.Time{}, st, paint)
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return stopped(ctx, err)
	}
	RemarkStats(p.Console, stats)
	if n == 0 {
		return console.WithHint(fmt.Errorf("the audit has no session %q", console.Bounded(session)),
			"See which there are: eslguard audit show %s --kind session", o.audit)
	}
	return nil
}

// Recordings returns the folder with the recordings of whole sessions that belongs to the audit at
// path. It is in the audit's folder, or beside a plain file. The audit must exist.
func Recordings(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, audit.RecordingsFolder)
	}
	return path + ".recordings"
}

// frames opens the session's recording. It returns nil if the session has none.
func (o *replayOptions) frames(session string) (*trail.Frames, error) {
	dir := o.recordings
	if dir == "" {
		dir = Recordings(o.audit)
	}
	f, err := trail.OpenFrames(dir, session)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f, err
}

// showFrames shows the frames before a time, or all that are left if it is zero. frames may be nil.
func showFrames(frames *trail.Frames, until time.Time, st stage, paint console.Paint) error {
	for frames != nil {
		f, err := frames.Before(until)
		if err != nil || f == nil {
			return err
		}
		if err := st.show(f.At, frameText(f, paint), ""); err != nil {
			return err
		}
	}
	return nil
}

// maxFrameLines is the most lines of a frame that are shown.
const maxFrameLines = 24

// frameText returns a frame line by line, with the time and an arrow for its direction.
func frameText(f *trail.Frame, paint console.Paint) string {
	arrow := "<"
	if f.From == "client" {
		arrow = ">"
	}
	lines := strings.Split(strings.TrimRight(f.Text, "\r\n"), "\n")
	var b strings.Builder
	for i, l := range lines[:min(len(lines), maxFrameLines)] {
		lead := "            "
		if i == 0 {
			lead = clockTime(f.At)
		}
		fmt.Fprintf(&b, "%s  %s %s\n", lead, paint.Bold(arrow), console.Shown(strings.TrimRight(l, "\r")))
	}
	if more := len(lines) - maxFrameLines; more > 0 {
		fmt.Fprintf(&b, "              %s %s more\n", paint.Bold(arrow), console.Plural(more, "line"))
	}
	return b.String()
}

// clockTime returns the time of day in UTC.
func clockTime(t time.Time) string { return t.UTC().Format("15:04:05.000") }

// A player shows texts with the pauses that were between them.
type player struct {
	ctx     context.Context
	out     *bufio.Writer
	options *replayOptions
	last    time.Time
}

func (pl *player) show(at time.Time, text, _ string) error {
	if !pl.last.IsZero() && !pl.options.noWait {
		if err := pl.wait(at.Sub(pl.last)); err != nil {
			return err
		}
	}
	pl.last = at
	if _, err := pl.out.WriteString(text); err != nil || pl.options.noWait {
		return err
	}
	return pl.out.Flush()
}

// wait waits for a pause of d, as the flags change it.
func (pl *player) wait(d time.Duration) error {
	if pl.options.maxPause > 0 {
		d = min(d, pl.options.maxPause)
	}
	d = time.Duration(float64(d) / pl.options.speed)
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-pl.ctx.Done():
		return pl.ctx.Err()
	}
}

// A caster writes texts as an asciicast.
type caster struct {
	out      io.Writer
	session  string
	maxPause time.Duration
	cast     *export.Cast
	last     time.Time
	saved    time.Duration // the total that was cut from pauses
}

func (c *caster) show(at time.Time, text, mark string) error {
	if c.cast == nil {
		var err error
		if c.cast, err = export.NewCast(c.out, "eslguard session "+console.Shown(c.session), at); err != nil {
			return err
		}
		c.last = at
	}
	if gap := at.Sub(c.last); c.maxPause > 0 && gap > c.maxPause {
		c.saved += gap - c.maxPause
	}
	c.last = at
	at = at.Add(-c.saved)
	if mark != "" {
		if err := c.cast.Marker(at, mark); err != nil {
			return err
		}
	}
	return c.cast.Output(at, text)
}

// mark returns the name of a record's decision, or "" if nothing was decided.
func mark(r *trail.Record) string {
	if r.Decision == "" {
		return ""
	}
	what := r.Kind
	if len(r.Effects) > 0 {
		what = r.Effects[0].Kind + " " + r.Effects[0].Name
	} else if r.Verb != "" {
		what = r.Verb
	}
	return console.Shown(r.Decision + " " + what)
}

// scene returns one record of a session, in lines. framed says that the frames are shown, too, so
// that texts of commands and replies are left out.
func scene(r *trail.Record, paint console.Paint, framed bool) string {
	var b strings.Builder
	at := clockTime(r.Time)
	line := func(format string, args ...any) { fmt.Fprintf(&b, "%s  %s\n", at, fmt.Sprintf(format, args...)) }
	switch r.Kind {
	case "session":
		line("%s", paint.Bold(fmt.Sprintf("session %s begins, from %s, on %s", console.Shown(r.Session), console.Shown(r.Addr), r.Time.UTC().Format(time.DateOnly))))
		if r.Decision != "" {
			line("%s", verdict(r, paint))
		}
	case "login":
		line("login as %s", loginName(r))
		line("%s", verdict(r, paint))
	case "command":
		if !framed {
			line("%s %s", paint.Bold(">"), console.Shown(r.Command))
		}
		line("  %s", verdict(r, paint))
	case "reply", "job":
		if !framed {
			line("%s %s", paint.Bold("<"), summary(r))
		}
	case "end":
		line("%s", paint.Bold("the session ends: "+summary(r)))
	default:
		line("%s %s", console.Shown(r.Kind), summary(r))
	}
	return b.String()
}
